#include "app/training/training_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace doggo::app {
namespace {

constexpr int kCurveColumn = 48;  // where curves begin
constexpr int kCurveWidth = 24;   // at most
constexpr int kShortestCurve = 6;

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

// At most `width` letters of it.
std::string Cut(const std::string& text, int width) {
  std::string cut;
  for (const char c : text) {
    const bool begins_letter = (c & 0xC0) != 0x80;
    if (begins_letter && width-- == 0) break;
    cut += c;
  }
  return cut;
}

// The parts from the first on, as many as find room.
std::string Fit(const std::vector<std::string>& parts, int width) {
  std::string line = Cut(parts[0], width);
  for (size_t k = 1; k < parts.size(); ++k) {
    if (WidthOf(line) + WidthOf(parts[k]) > width) break;
    line += parts[k];
  }
  return line;
}

// A text, and a curve behind it where there is room.
std::string WithCurve(const std::string& text, const std::vector<double>& values, int width) {
  const int begin = std::max(kCurveColumn, WidthOf(text) + 2);
  const int room = std::min(kCurveWidth, width - begin);
  const std::string curve = room < kShortestCurve ? "" : Sparkline(values, room);
  if (curve.empty()) return Cut(text, width);
  return text + std::string(begin - WidthOf(text), ' ') + curve;
}

std::string TestText(const ViewedTest& test) {
  return fmt::format("{:.3f} m/s  {:.3f} rad/s  {}/{} fell", test.linear_rmse, test.yaw_rmse,
                     test.falls, test.episodes);
}

std::string Steps(int64_t steps) {
  return fmt::format("{:.2f} M", 1e-6 * static_cast<double>(steps));
}

}  // namespace

int WidthOf(const std::string& text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Sparkline(const std::vector<double>& all, int width) {
  static const char* const kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::vector<double> values;
  std::copy_if(all.begin(), all.end(), std::back_inserter(values),
               [](double value) { return std::isfinite(value); });
  if (values.empty() || width < 1) return "";
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

std::vector<std::string> LiveLines(const TrainingView& v, int columns) {
  const int width = std::max(1, columns - 1);
  const double done = static_cast<double>(v.iteration) / static_cast<double>(v.iterations);
  std::vector<std::string> lines;

  const std::string count = fmt::format(" iteration  {} / {}  ", v.iteration, v.iterations);
  const std::string share = fmt::format("{:.0f} %  ", 100 * done);
  const std::string time =
      fmt::format("{}, {} left", Duration(v.seconds), Duration(v.seconds_left));
  const int room = width - WidthOf(count + time), bar = std::min(20, room - WidthOf(share) - 4);
  lines.push_back(Cut(count + (bar >= 8 ? Bar(done, bar) + "  " : "") +
                          (room >= WidthOf(share) ? share : "") + time,
                      width));
  lines.push_back(Fit({fmt::format(" steps      {}   {} /s", Steps(v.env_steps),
                                   Thousands(std::llround(v.steps_per_second))),
                       fmt::format("   physics {:.0f} %", 100 * v.collecting),
                       fmt::format("  learning {:.0f} %", 100 * v.updating),
                       fmt::format("  other {:.0f} %", 100 * v.other)},
                      width));
  lines.push_back(WithCurve(fmt::format(" reward     {:.2f} /s", v.reward), v.rewards, width));
  lines.push_back(WithCurve(fmt::format(" tracking   {} m/s  {} rad/s  with noise",
                                        Or(v.linear_error, "{:.3f}"), Or(v.yaw_error, "{:.3f}")),
                            v.linear_errors, width));
  lines.push_back(
      WithCurve(fmt::format(" falls      {} of episodes", Or(100 * v.fall_share, "{:.1f} %")),
                v.fall_shares, width));
  if (std::isfinite(v.terrain_level))
    lines.push_back(WithCurve(fmt::format(" terrain    mean level {:.2f}", v.terrain_level),
                              v.terrain_levels, width));
  lines.push_back(Fit({fmt::format(" update     KL {:.3f}", v.kl),
                       fmt::format("  clipped {:.0f} %", 100 * v.clip_fraction),
                       fmt::format("  std {:.2f}", v.std), fmt::format("  rate {:.1e}", v.rate)},
                      width));
  if (v.last_test)
    lines.push_back(WithCurve(" last test  " + TestText(*v.last_test), v.test_errors, width));
  if (v.best_test) {
    lines.push_back(Fit({" best test  " + TestText(*v.best_test),
                         fmt::format(", at {} steps", Steps(v.best_test->env_steps))},
                        width));
  }
  if (!v.alarms.empty())
    lines.push_back(Cut(fmt::format(" alarms     {}", fmt::join(v.alarms, ", ")), width));
  return lines;
}

std::string PlainLine(const TrainingView& v) {
  std::string line = fmt::format(
      "it={} steps={} sps={:.0f} reward={:.3f} lin={} yaw={} falls={} kl={:.4f} clip={:.3f} "
      "std={:.3f} rate={:.1e} eta={:.0f}s",
      v.iteration, v.env_steps, v.steps_per_second, v.reward, Or(v.linear_error, "{:.3f}"),
      Or(v.yaw_error, "{:.3f}"), Or(v.fall_share, "{:.3f}"), v.kl, v.clip_fraction, v.std, v.rate,
      v.seconds_left);
  if (std::isfinite(v.terrain_level)) line += fmt::format(" terrain={:.2f}", v.terrain_level);
  if (!v.alarms.empty()) line += fmt::format(" alarms={}", fmt::join(v.alarms, ","));
  return line;
}

}  // namespace doggo::app
