// A mean that outliers do not move, and how sure it is: for the few seeds that one can afford.
//   (Agarwal, Schwarzer, Castro, Courville, Bellemare 2021, "Deep reinforcement learning at the
//   edge of the statistical precipice": interquartile means with stratified bootstrap intervals)
#pragma once

#include <cstdint>
#include <vector>

namespace doggo::app {

// The mean of the middle half: a quarter of the values is left out at both ends, a value that lies
// across a quarter counts in part. Of one value: the value; NaN of none.
double InterquartileMean(std::vector<double> values);

struct Interval {
  double low = 0, high = 0;
};

// The middle 95 % of the interquartile means of `resamples` samples drawn from the values with
// replacement (Efron 1979, percentile). The same numbers give the same interval.
Interval BootstrapInterval(const std::vector<double>& values, int resamples = 2000,
                           uint64_t seed = 1);

}  // namespace doggo::app
