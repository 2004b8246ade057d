// What repeated measurements say: a median, the quartiles around it, and whether the machine stayed
// the same meanwhile.
#pragma once

#include <vector>

namespace doggo::bench {

// The value below which this share (0 to 1) of the values lies, interpolated between neighbours;
// of at least one value.
double Quantile(std::vector<double> values, double share);

struct Spread {
  double median = 0, low = 0, high = 0;  // low, high: the quartiles
};
Spread SpreadOf(const std::vector<double>& values);

// a[k] / b[k]. Both of one length.
std::vector<double> Ratios(const std::vector<double>& a, const std::vector<double>& b);

// How far readings of something constant moved while they were taken: they are cut into four parts
// in the order of time (fewer readings, fewer parts); the largest of the parts' medians less the
// smallest, over the median of all. A single outlier does not count, a machine that slows down
// does.
double Drift(const std::vector<double>& readings);

// Ratios are not to be trusted beyond this drift of their yardstick.
inline constexpr double kMaxDrift = 0.05;

}  // namespace doggo::bench
