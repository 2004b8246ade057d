#include "agent/nn/softmax.h"

#include <cassert>
#include <cmath>

namespace doggo::agent {

using Eigen::Index;

namespace {

Real Largest(const ConstVectorRef& z) {
  Real max = z[0];
  for (const Real z_i : z) max = z_i > max ? z_i : max;
  return max;
}

}  // namespace

LogNormalizer LogNormalizerOf(const ConstVectorRef& z) {
  assert(z.size() > 0);
  const Real max = Largest(z);
  Real sum = 0;  // at least 1
  for (Real z_i : z) sum += std::exp(z_i - max);
  return {max, std::log(sum)};
}

void Softmax(MatrixRef z) {
  for (Index j = 0; j < z.cols(); ++j) {
    const Real max = Largest(z.col(j));
    Real sum = 0;
    for (Index i = 0; i < z.rows(); ++i) sum += z(i, j) = std::exp(z(i, j) - max);
    z.col(j) /= sum;
  }
}

void LogSoftmax(MatrixRef z) {
  for (Index j = 0; j < z.cols(); ++j) {
    const LogNormalizer normalizer = LogNormalizerOf(z.col(j));
    for (Index i = 0; i < z.rows(); ++i) z(i, j) = normalizer.LogProb(z(i, j));
  }
}

int ArgMax(const ConstVectorRef& z) {
  Index best = -1;
  for (Index i = 0; i < z.size(); ++i) {
    if (std::isnan(z[i])) return -1;
    if (best < 0 || z[i] > z[best]) best = i;
  }
  return static_cast<int>(best);
}

}  // namespace doggo::agent
