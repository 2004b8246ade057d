// The numbers behind the numbers: intervals, quantiles, correlation, moving means.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace doggo::evaluation {

struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;
};

// The exact 95 % interval of a share of which `events` of `trials` were seen: 2.5 % on either side
// (Clopper and Pearson 1934, "The use of confidence or fiducial limits").
Interval ClopperPearson95(int events, int trials);

// The 95 % percentile interval of a statistic of n episodes, of 1,000 resamples with replacement
// (Efron 1979, "Bootstrap methods"). statistic(picks): of the episodes picked, n numbers below n.
// Deterministic.
Interval Bootstrap95(int n, const std::function<double(std::span<const int> picks)>& statistic);

// Pearson's; NaN where either is constant or there are fewer than three.
double Correlation(std::span<const double> x, std::span<const double> y);

// The value that this share of them is at or below, linear between neighbours; NaN of none.
double Quantile(std::vector<double> values, double share);
double Mean(std::span<const double> values);  // NaN of none

// Means over `width` neighbours, centred; near the ends over those that there are.
std::vector<double> MovingMean(std::span<const double> values, int width);

// How often values fell into bins of equal width from 0 on; the last takes all that is beyond.
struct Histogram {
  double bin = 1;
  std::vector<double> counts;

  void Add(double value);
  void Add(const Histogram& other);  // of the same bins
  double total() const;
  // Upper edge of the bin that this share of the values is reached in; NaN of none.
  double Quantile(double share) const;
};

}  // namespace doggo::evaluation
