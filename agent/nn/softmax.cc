#include "agent/nn/softmax.h"

#include <cassert>

namespace doggo::agent {

using Eigen::Index;

LogNormalizer LogNormalizerOf(const ConstVectorRef& z) {
  assert(z.size() > 0);
  const Real max = z[Argmax(z)];
  Real sum = 0;  // at least 1
  for (Real z_i : z) sum += std::exp(z_i - max);
  return {max, std::log(sum)};
}

void Softmax(MatrixRef z) {
  for (Index j = 0; j < z.cols(); ++j) {
    const Real max = z(Argmax(z.col(j)), j);
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

int Argmax(const ConstVectorRef& z) {
  Index best = 0;
  for (Index i = 1; i < z.size(); ++i) {
    if (z[i] > z[best]) best = i;
  }
  return static_cast<int>(best);
}

}  // namespace doggo::agent
