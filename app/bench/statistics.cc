#include "app/bench/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace doggo::bench {

double Quantile(std::vector<double> values, double share) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

Spread SpreadOf(const std::vector<double>& values) {
  return {Quantile(values, 0.5), Quantile(values, 0.25), Quantile(values, 0.75)};
}

std::vector<double> Ratios(const std::vector<double>& a, const std::vector<double>& b) {
  assert(a.size() == b.size());
  std::vector<double> ratios(a.size());
  for (size_t k = 0; k < a.size(); ++k) ratios[k] = a[k] / b[k];
  return ratios;
}

double Drift(const std::vector<double>& readings) {
  const size_t n = readings.size(), parts = std::min<size_t>(4, n);
  std::vector<double> medians;
  for (size_t part = 0; part < parts; ++part) {
    const auto begin = readings.begin() + static_cast<std::ptrdiff_t>(part * n / parts);
    const auto end = readings.begin() + static_cast<std::ptrdiff_t>((part + 1) * n / parts);
    medians.push_back(Quantile({begin, end}, 0.5));
  }
  const auto [low, high] = std::minmax_element(medians.begin(), medians.end());
  return (*high - *low) / Quantile(readings, 0.5);
}

}  // namespace doggo::bench
