#include "app/compare/interquartile_mean.h"

#include <algorithm>
#include <cmath>

#include "sim/interface/random.h"

namespace doggo::app {

double InterquartileMean(std::vector<double> values) {
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  // value k covers k .. k + 1 of n; what lies between n / 4 and 3 n / 4 counts
  const double n = static_cast<double>(values.size()), low = n / 4, high = 3 * n / 4;
  double sum = 0;
  for (size_t k = 0; k < values.size(); ++k) {
    const double from = static_cast<double>(k);
    const double weight = std::min(from + 1, high) - std::max(from, low);
    if (weight > 0) sum += weight * values[k];
  }
  return sum / (high - low);
}

Interval BootstrapInterval(const std::vector<double>& values, int resamples, uint64_t seed) {
  if (values.empty()) return {NAN, NAN};
  std::vector<double> means, sample(values.size());
  for (int r = 0; r < resamples; ++r) {
    Random random(seed, Stream::kData, static_cast<uint32_t>(r));
    for (double& x : sample) x = values[random.Below(static_cast<uint32_t>(values.size()))];
    means.push_back(InterquartileMean(sample));
  }
  std::sort(means.begin(), means.end());
  const auto at = [&](double share) {
    return means[static_cast<size_t>(share * static_cast<double>(means.size() - 1))];
  };
  return {at(0.025), at(0.975)};
}

}  // namespace doggo::app
