#include "agent/optim/gradient_clipping.h"

#include <cmath>

namespace doggo::agent {
namespace {

// In double, and in an order that depends on the length alone: eight interleaved sums, which the
// processor adds up side by side, then their sum.
double SquaredNorm(const ConstVectorRef& x) {
  constexpr Eigen::Index kLanes = 8;
  using Lanes = Eigen::Array<double, kLanes, 1>;
  Lanes sums = Lanes::Zero();
  Eigen::Index i = 0;
  for (; i + kLanes <= x.size(); i += kLanes) {
    sums += x.segment<kLanes>(i).array().cast<double>().square();
  }
  double total = sums.sum();
  for (; i < x.size(); ++i) total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return total;
}

}  // namespace

Real ClipGradientNorm(Real max_norm, VectorRef gradient) {
  const double norm = std::sqrt(SquaredNorm(gradient));
  if (std::isfinite(norm) && norm > max_norm) gradient *= static_cast<Real>(max_norm / norm);
  return static_cast<Real>(norm);
}

int ClipGradientValue(Real limit, VectorRef gradient) {
  int num_clipped = 0;
  for (Real& g : gradient) {
    if (std::abs(g) > limit) {
      g = std::copysign(limit, g);
      ++num_clipped;
    }
  }
  return num_clipped;
}

}  // namespace doggo::agent
