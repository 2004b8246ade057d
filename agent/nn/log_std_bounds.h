// Two ways to keep the logarithm of a standard deviation within bounds.
#pragma once

#include <cmath>

#include "agent/nn/real.h"

namespace doggo::agent {

// Hard, for a parameter: what left the bounds in a step is put back onto them. Not part of the
// function that is differentiated.
inline void BoundLogStd(Real low, Real high, VectorRef log_std) {
  log_std = log_std.cwiseMax(low).cwiseMin(high);
}

// Smooth, for a network's output x, which a hard bound would leave without a gradient:
//   s = m + h tanh((x - m) / h),   m = (low + high) / 2,   h = (high - low) / 2
// Slope 1 in the middle. The same purpose as the two softplus of Chua, Calandra, McAllister, Levine
// 2018 (appendix A.1), which overshoot the upper bound a little.
inline Real SmoothLogStd(Real low, Real high, Real x) {
  const Real m = (low + high) / 2, h = (high - low) / 2;
  return m + h * std::tanh((x - m) / h);
}

//   ds/dx = 1 - ((s - m) / h)^2,   from s.
inline Real SmoothLogStdSlope(Real low, Real high, Real s) {
  const Real m = (low + high) / 2, h = (high - low) / 2;
  return 1 - (s - m) / h * ((s - m) / h);
}

}  // namespace doggo::agent
