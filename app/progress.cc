#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace doggo::app {
namespace {

constexpr double kRedrawSeconds = 0.2, kPlainSeconds = 5;
constexpr int kRecentEpisodes = 100;  // that rates and errors are means over
constexpr int kSparkWidth = 24;

std::string Bar(double done, int width) {
  const int full = static_cast<int>(std::lround(std::clamp(done, 0.0, 1.0) * width));
  return fmt::format("[{:#<{}}{:-<{}}]", "", full, "", width - full);
}

std::string Thousands(int64_t n) {
  return n < 1000 ? fmt::format("{}", n) : fmt::format("{},{:03d}", Thousands(n / 1000), n % 1000);
}

std::string Or(double value, const char* format, const char* otherwise = "-") {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : otherwise;
}

}  // namespace

std::string Sparkline(const std::vector<double>& values, int width) {
  static const char* const kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.empty()) return "";
  const int n = static_cast<int>(values.size());
  const int columns = std::min(width, n);
  std::vector<double> means(columns);
  for (int k = 0; k < columns; ++k) {
    const int begin = static_cast<int>(int64_t{k} * n / columns),
              end = static_cast<int>(int64_t{k + 1} * n / columns);
    for (int i = begin; i < end; ++i) means[k] += values[i] / (end - begin);
  }
  const auto [low, high] = std::minmax_element(means.begin(), means.end());
  std::string line;
  for (double mean : means) {
    const double height = *high > *low ? (mean - *low) / (*high - *low) : 0;
    line += kBars[static_cast<int>(std::lround(7 * height))];
  }
  return line;
}

std::string Duration(double seconds) {
  const int64_t s = std::llround(std::max(0.0, seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02d} s", s / 60, s % 60);
  return fmt::format("{} h {:02d} min", s / 3600, s % 3600 / 60);
}

Progress::Progress(Display display, int iterations, const std::vector<std::string>& metric_names)
    : display_(display),
      live_(display == Display::kLive),
      iterations_(iterations),
      metric_names_(metric_names),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::Show(const agent::IterationReport& report) {
  if (first_iteration_ < 0) first_iteration_ = static_cast<int>(report.iteration) - 1;
  if (rewards_.empty()) steps_before_ = report.env_steps - report.env_steps / report.iteration;
  last_ = report;
  collect_seconds_ += report.collect_seconds;
  update_seconds_ += report.update_seconds;
  rewards_.push_back(report.reward_per_second);
  if (report.episodes > 0) {
    episodes_.emplace_back(report.episodes, report.episode_metrics);
    int recent = 0;
    for (const auto& [count, metrics] : episodes_) recent += count;
    while (recent - episodes_.front().first >= kRecentEpisodes) {
      recent -= episodes_.front().first;
      episodes_.pop_front();
    }
  }
  const double waited =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - drawn_).count();
  if (waited >= (live_ ? kRedrawSeconds : kPlainSeconds) || report.iteration == iterations_) Draw();
}

void Progress::ShowTest(const Tracking& test, int64_t env_steps) {
  test_errors_.push_back(test.linear_rmse);
  test_line_ = fmt::format("{:.3f} m/s  {:.3f} rad/s  falls {} of {}", test.linear_rmse,
                           test.yaw_rmse, test.falls, test.episodes);
  if (live_) {
    Draw();
  } else if (display_ == Display::kPlain) {
    std::printf("test steps=%lld lin=%.4f yaw=%.4f falls=%d/%d\n",
                static_cast<long long>(env_steps), test.linear_rmse, test.yaw_rmse, test.falls,
                test.episodes);
    std::fflush(stdout);
  }
}

void Progress::Say(const std::string& line) {
  if (display_ != Display::kQuiet) Warn(line);
}

void Progress::Warn(const std::string& line) {
  Erase();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  if (live_ && last_.iteration > 0) Draw();
}

void Progress::Finish() {
  if (live_ && last_.iteration > 0) Draw();
  lines_drawn_ = 0;
}

double Progress::Metric(const char* name) const {
  const auto found = std::find(metric_names_.begin(), metric_names_.end(), name);
  if (episodes_.empty() || found == metric_names_.end()) return NAN;
  const auto k = static_cast<size_t>(found - metric_names_.begin());
  double sum = 0;
  int count = 0;
  for (const auto& [n, metrics] : episodes_) {
    sum += n * metrics[k];
    count += n;
  }
  return sum / count;
}

void Progress::Draw() {
  if (display_ == Display::kQuiet) return;
  drawn_ = std::chrono::steady_clock::now();
  if (!live_) {
    std::printf("%s\n", PlainLine().c_str());
  } else {
    Erase();
    const std::vector<std::string> lines = LiveLines();
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
    lines_drawn_ = static_cast<int>(lines.size());
  }
  std::fflush(stdout);
}

void Progress::Erase() {
  if (lines_drawn_ > 0) std::printf("\x1b[%dA\x1b[J", lines_drawn_);
  lines_drawn_ = 0;
}

std::string Progress::PlainLine() const {
  const double rate = static_cast<double>(last_.env_steps - steps_before_) /
                      std::max(1e-9, collect_seconds_ + update_seconds_);
  const double done = static_cast<double>(last_.iteration - first_iteration_);
  const double left =
      (iterations_ - static_cast<double>(last_.iteration)) * seconds() / std::max(1.0, done);
  return fmt::format(
      "it={} steps={} sps={:.0f} reward={:.3f} lin={} yaw={} falls={} kl={:.4f} clip={:.3f} "
      "std={:.3f} rate={:.1e} eta={:.0f}s",
      last_.iteration, last_.env_steps, rate, last_.reward_per_second,
      Or(Metric("linear_error"), "{:.3f}"), Or(Metric("yaw_error"), "{:.3f}"),
      Or(Metric("fell"), "{:.3f}"), last_.loss.kl, last_.loss.clip_fraction, last_.mean_std,
      last_.rate, left);
}

std::vector<std::string> Progress::LiveLines() const {
  const double elapsed = seconds();
  const double done = static_cast<double>(last_.iteration) / iterations_;
  const double in_this_run = static_cast<double>(last_.iteration - first_iteration_);
  const double left =
      (iterations_ - static_cast<double>(last_.iteration)) * elapsed / std::max(1.0, in_this_run);
  const double busy = std::max(1e-9, collect_seconds_ + update_seconds_);
  const double rate = static_cast<double>(last_.env_steps - steps_before_) / busy;

  std::vector<std::string> lines;
  lines.push_back(fmt::format(" iteration  {} / {}  {}  {:.0f} %  {}, about {} left",
                              last_.iteration, iterations_, Bar(done, 20), 100 * done,
                              Duration(elapsed), Duration(left)));
  lines.push_back(fmt::format(
      " steps      {:.2f} M   {} /s   physics {:.0f} %  learning {:.0f} %  other {:.0f} %",
      static_cast<double>(last_.env_steps) * 1e-6, Thousands(std::llround(rate)),
      100 * collect_seconds_ / elapsed, 100 * update_seconds_ / elapsed,
      100 * std::max(0.0, elapsed - busy) / elapsed));
  lines.push_back(fmt::format(" reward     {:.2f} /s   {}", last_.reward_per_second,
                              Sparkline(rewards_, kSparkWidth)));
  lines.push_back(fmt::format(" tracking   {} m/s  {} rad/s while exploring",
                              Or(Metric("linear_error"), "{:.3f}"),
                              Or(Metric("yaw_error"), "{:.3f}")));
  lines.push_back(fmt::format(" falls      {} of episodes", Or(100 * Metric("fell"), "{:.1f} %")));
  lines.push_back(fmt::format(" update     KL {:.3f}  clipped {:.0f} %  std {:.2f}  rate {:.1e}",
                              last_.loss.kl, 100 * last_.loss.clip_fraction, last_.mean_std,
                              last_.rate));
  if (!test_line_.empty())
    lines.push_back(fmt::format(" last test  {}   {}", test_line_, Sparkline(test_errors_, 10)));
  return lines;
}

}  // namespace doggo::app
