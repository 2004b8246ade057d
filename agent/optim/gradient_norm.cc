#include "agent/optim/gradient_norm.h"

#include <cmath>

namespace doggo::agent {
namespace {

// In double and in an order that depends on nothing but the length: eight interleaved sums (the
// processor adds them side by side), then their sum.
double SquaredNorm(const ConstVectorRef& x) {
  constexpr Eigen::Index kLanes = 8;
  double sums[kLanes] = {};
  for (Eigen::Index i = 0; i < x.size(); i += kLanes) {
    const Eigen::Index lanes = std::min(kLanes, x.size() - i);
    for (Eigen::Index lane = 0; lane < lanes; ++lane) {
      const double value = x[i + lane];
      sums[lane] += value * value;
    }
  }
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

}  // namespace

Real ClipGradientNorm(Real max_norm, VectorRef gradient) {
  const double norm = std::sqrt(SquaredNorm(gradient));
  if (std::isfinite(norm) && norm > max_norm) gradient *= static_cast<Real>(max_norm / norm);
  return static_cast<Real>(norm);
}

}  // namespace doggo::agent
