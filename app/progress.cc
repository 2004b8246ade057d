#include "app/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace doggo::app {
namespace {

constexpr double kRedrawSeconds = 0.2, kPlainSeconds = 5;
constexpr int kRecentEpisodes = 100;  // that rates and errors are means over

// Of the terminal as it is now; it may be resized at any moment.
int Columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(Display display, int iterations, const std::vector<std::string>& metric_names)
    : display_(display),
      live_(display == Display::kLive),
      metric_names_(metric_names),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_) {
  view_.iterations = iterations;
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::Remember(const MetricsTable& before) {
  view_.rewards = before.Column("reward_per_second");
  view_.linear_errors = before.Column("episode/linear_error");
  view_.fall_shares = before.Column("episode/fell");
  view_.terrain_levels = before.Column("episode/terrain_level");
  for (const double error : before.Column("test/linear_rmse"))
    if (std::isfinite(error)) view_.test_errors.push_back(error);
}

void Progress::Show(const agent::IterationReport& report) {
  UpdateView(report);
  const double waited =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - drawn_).count();
  if (waited >= (live_ ? kRedrawSeconds : kPlainSeconds) || view_.iteration == view_.iterations)
    Draw();
}

void Progress::UpdateView(const agent::IterationReport& report) {
  if (iterations_before_ < 0) {
    iterations_before_ = report.iteration - 1;
    steps_before_ = report.env_steps - report.env_steps / report.iteration;
  }
  if (report.episodes > 0) {
    episodes_.emplace_back(report.episodes, report.episode_metrics);
    int recent = 0;
    for (const auto& [count, metrics] : episodes_) recent += count;
    while (recent - episodes_.front().first >= kRecentEpisodes) {
      recent -= episodes_.front().first;
      episodes_.pop_front();
    }
    view_.linear_errors.push_back(Metric("linear_error", report.episode_metrics));
    view_.fall_shares.push_back(Metric("fell", report.episode_metrics));
    view_.terrain_levels.push_back(Metric("terrain_level", report.episode_metrics));
  }
  collect_seconds_ += report.collect_seconds;
  update_seconds_ += report.update_seconds;
  const double elapsed = std::max(1e-9, seconds()), busy = collect_seconds_ + update_seconds_;

  view_.iteration = report.iteration;
  view_.env_steps = report.env_steps;
  view_.seconds = elapsed;
  view_.seconds_left = static_cast<double>(view_.iterations - view_.iteration) * elapsed /
                       static_cast<double>(report.iteration - iterations_before_);
  view_.steps_per_second =
      static_cast<double>(report.env_steps - steps_before_) / std::max(1e-9, busy);
  view_.collecting = collect_seconds_ / elapsed;
  view_.updating = update_seconds_ / elapsed;
  view_.other = std::max(0.0, 1 - busy / elapsed);
  view_.reward = report.reward_per_second;
  view_.rewards.push_back(report.reward_per_second);
  view_.linear_error = RecentMetric("linear_error");
  view_.yaw_error = RecentMetric("yaw_error");
  view_.fall_share = RecentMetric("fell");
  view_.terrain_level = RecentMetric("terrain_level");
  view_.kl = report.loss.kl;
  view_.clip_fraction = report.loss.clip_fraction;
  view_.std = report.mean_std;
  view_.rate = report.rate;
}

void Progress::ShowTest(const ViewedTest& test, bool complete) {
  view_.last_test = test;
  if (complete) view_.test_errors.push_back(test.linear_rmse);
  if (live_) {
    Draw();
  } else if (display_ == Display::kPlain) {
    std::printf("test steps=%lld lin=%.4f yaw=%.4f falls=%d/%d\n",
                static_cast<long long>(test.env_steps), test.linear_rmse, test.yaw_rmse, test.falls,
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
  if (live_ && view_.iteration > 0) Draw();
}

void Progress::Finish() {
  if (live_ && view_.iteration > 0) Draw();
  widths_drawn_.clear();
}

double Progress::Metric(const char* name, const std::vector<double>& metrics) const {
  const auto found = std::find(metric_names_.begin(), metric_names_.end(), name);
  return found == metric_names_.end() ? NAN : metrics[found - metric_names_.begin()];
}

double Progress::RecentMetric(const char* name) const {
  double sum = 0;
  int count = 0;
  for (const auto& [n, metrics] : episodes_) {
    const double value = Metric(name, metrics);
    if (!std::isfinite(value)) continue;  // of none of these episodes
    sum += n * value;
    count += n;
  }
  return count > 0 ? sum / count : NAN;
}

void Progress::Draw() {
  if (display_ == Display::kQuiet) return;
  drawn_ = std::chrono::steady_clock::now();
  if (!live_) {
    std::printf("%s\n", PlainLine(view_).c_str());
  } else {
    Erase();
    for (const std::string& line : LiveLines(view_, Columns())) {
      std::printf("%s\n", line.c_str());
      widths_drawn_.push_back(WidthOf(line));
    }
  }
  std::fflush(stdout);
}

// A terminal that has become narrower has broken the lines that stood there.
void Progress::Erase() {
  const int columns = Columns();
  int rows = 0;
  for (const int width : widths_drawn_) rows += std::max(1, (width + columns - 1) / columns);
  if (rows > 0) std::printf("\x1b[%dA\x1b[J", rows);
  widths_drawn_.clear();
}

}  // namespace doggo::app
