#include "app/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace doggo::app {
namespace {

constexpr double kLargest = 1e300;  // beyond it, the difference of two values may overflow
constexpr double kSameness = 1e-9;  // a span below this share of the values is none
constexpr double kRounding = 1e-9;  // a tick this share of a step beyond the end still counts

// `value` to the next multiple of `resolution`, in the unit that suits a number of size `largest`.
std::string Written(double value, double largest, double resolution) {
  struct Unit {
    double size;
    std::string name;
  } unit = {1, ""};
  if (largest >= 1e12 || largest < 1e-2) {
    const int exponent = static_cast<int>(std::floor(std::log10(largest) + kRounding));
    unit = {std::pow(10.0, exponent), fmt::format("e{}", exponent)};
  } else if (largest >= 1e9) {
    unit = {1e9, " G"};
  } else if (largest >= 1e6) {
    unit = {1e6, " M"};
  } else if (largest >= 1e4) {
    unit = {1e3, " k"};
  }
  const double digits = std::ceil(-std::log10(resolution / unit.size) - kRounding);
  std::string text =
      fmt::format("{:.{}f}", value / unit.size, static_cast<int>(std::clamp(digits, 0.0, 15.0)));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "0" || text == "-0" ? "0" : text + unit.name;
}

// The least of 1, 2, 5, 10 times a power of ten that is not below `step`.
double RoundStep(double step) {
  const double decade = std::pow(10.0, std::floor(std::log10(step)));
  for (const double digit : {1.0, 2.0, 5.0})
    if (digit * decade >= step * (1 - kRounding)) return digit * decade;
  return 10 * decade;
}

std::vector<double> StraightTicks(double low, double high, int most) {
  const double step = RoundStep((high - low) / most);
  const double first = std::ceil(low / step - kRounding),
               last = std::floor(high / step + kRounding);
  std::vector<double> ticks;
  // a division by a whole number: 3 / 10 is the 0.3 of people, 3 * 0.1 is not
  for (double k = first; k <= last; ++k)
    ticks.push_back(step < 1 ? k / std::round(1 / step) : k * step);
  return ticks;
}

std::vector<double> LogTicks(double low, double high, int most) {
  const int first = static_cast<int>(std::ceil(std::log10(low) - kRounding)),
            last = static_cast<int>(std::floor(std::log10(high) + kRounding));
  std::vector<double> ticks;
  if (last - first >= 2) {
    const int stride = (last - first + most - 1) / most;
    for (int k = first; k <= last; ++k)
      if (k % stride == 0) ticks.push_back(std::pow(10.0, k));
    return ticks;
  }
  for (int k = first - 1; k <= last; ++k)
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double tick = digit * std::pow(10.0, k);
      if (tick >= low * (1 - kRounding) && tick <= high * (1 + kRounding)) ticks.push_back(tick);
    }
  const bool fits = ticks.size() >= 3 && static_cast<int>(ticks.size()) <= most + 1;
  return fits ? ticks : StraightTicks(low, high, most);
}

}  // namespace

bool Axis::Takes(double value) const { return std::abs(value) <= kLargest && (!log || value > 0); }

double Axis::Position(double value) const {
  const double share =
      log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + share * (to - from);
}

Axis AxisOver(const std::vector<double>& values, bool log, double margin) {
  Axis axis = {.log = log};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values) {
    if (!axis.Takes(value)) continue;
    low = std::min(low, value), high = std::max(high, value);
  }
  if (low > high) return {.low = log ? 1.0 : 0.0, .high = log ? 10.0 : 1.0, .log = log};

  if (log) {
    const double factor = high / low > 1 + kSameness ? std::pow(high / low, margin) : 2;
    axis.low = low / factor, axis.high = high * factor;
  } else {
    const double largest = std::max(std::abs(low), std::abs(high)), span = high - low;
    const double alone = largest < 1 / kLargest ? 1 : 0.1 * largest;
    const double room = span > kSameness * largest && span > 1 / kLargest ? margin * span : alone;
    axis.low = low - room, axis.high = high + room;
  }
  return axis;
}

std::vector<double> Ticks(const Axis& axis, int most) {
  return axis.log ? LogTicks(axis.low, axis.high, most) : StraightTicks(axis.low, axis.high, most);
}

std::vector<std::string> TickLabels(const Axis& axis, const std::vector<double>& ticks) {
  double largest = 0, step = std::numeric_limits<double>::infinity();
  for (size_t k = 0; k < ticks.size(); ++k) {
    largest = std::max(largest, std::abs(ticks[k]));
    if (k > 0) step = std::min(step, ticks[k] - ticks[k - 1]);
  }
  if (ticks.size() < 2) step = largest / 1e3;
  std::vector<std::string> labels;
  for (const double tick : ticks) {
    // the decades of a logarithmic axis have little in common: each in its own unit
    labels.push_back(axis.log ? Written(tick, std::abs(tick), std::min(step, std::abs(tick)))
                              : Written(tick, largest, step));
  }
  return labels;
}

std::string ShortNumber(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (value == 0) return "0";
  const double size = std::abs(value);
  return Written(value, size, std::pow(10.0, std::floor(std::log10(size)) - 3));
}

}  // namespace doggo::app
