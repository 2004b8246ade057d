#include "agent/nn/penalty.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace doggo::agent {

Real AddL2Penalty(Real lambda2, std::span<const ParameterRange> weights,
                  const ConstVectorRef& theta, VectorRef dtheta) {
  assert(theta.size() == dtheta.size());
  double sum = 0;
  for (const ParameterRange& range : weights) {
    for (int i = range.begin; i < range.begin + range.size; ++i) {
      sum += theta[i] * theta[i];
      dtheta[i] += lambda2 * theta[i];
    }
  }
  return static_cast<Real>(lambda2 / 2 * sum);
}

Real AddL1Penalty(Real lambda1, std::span<const ParameterRange> weights,
                  const ConstVectorRef& theta, VectorRef dtheta) {
  assert(theta.size() == dtheta.size());
  double sum = 0;
  for (const ParameterRange& range : weights) {
    for (int i = range.begin; i < range.begin + range.size; ++i) {
      sum += std::abs(theta[i]);
      if (theta[i] != 0) dtheta[i] += std::copysign(lambda1, theta[i]);
    }
  }
  return static_cast<Real>(lambda1 * sum);
}

void ShrinkL1(Real threshold, std::span<const ParameterRange> weights, VectorRef theta) {
  for (const ParameterRange& range : weights) {
    for (int i = range.begin; i < range.begin + range.size; ++i) {
      theta[i] = std::copysign(std::max(std::abs(theta[i]) - threshold, Real{0}), theta[i]);
    }
  }
}

}  // namespace doggo::agent
