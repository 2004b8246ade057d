#include "agent/nn/squashed_gaussian.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "agent/nn/gaussian.h"
#include "agent/nn/softmax.h"

namespace doggo::agent {
namespace {

using Eigen::Index;

// ln(1 - tanh(u)^2) = 2 (ln 2 - u - ln(1 + e^-2u)), finite where tanh(u) has rounded to 1.
Real LogSlope(Real u) {
  constexpr Real kLogTwo = Real(0.693147180559945309);
  return 2 * (kLogTwo - u - Softplus(-2 * u));
}

}  // namespace

void SquashedGaussianLogProb(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                             const ConstMatrixRef& u, RowVectorRef log_prob) {
  GaussianLogProb(mean, log_std, u, log_prob);
  for (Index j = 0; j < u.cols(); ++j) {
    for (Index i = 0; i < u.rows(); ++i) log_prob[j] -= LogSlope(u(i, j));
  }
}

void SquashedGaussianLogProbBackward(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                                     const ConstMatrixRef& u, const ConstRowVectorRef& dlog_prob,
                                     MatrixRef dmean, VectorRef dlog_std, MatrixRef du) {
  assert(du.rows() == u.rows() && du.cols() == u.cols());
  GaussianLogProbBackward(mean, log_std, u, dlog_prob, dmean, dlog_std);
  for (Index j = 0; j < u.cols(); ++j) {
    for (Index i = 0; i < u.rows(); ++i) {
      du(i, j) = 2 * dlog_prob[j] * std::tanh(u(i, j)) - dmean(i, j);
    }
  }
}

void SquashedGaussianSample(const ConstVectorRef& mean, const ConstVectorRef& log_std,
                            Random random, VectorRef u, VectorRef action) {
  GaussianSample(mean, log_std, random, u);
  SquashedGaussianMedian(u, action);
}

void SquashedGaussianMedian(const ConstMatrixRef& mean, MatrixRef action) {
  action = mean.unaryExpr([](Real u) { return std::tanh(u); });
}

void Unsquash(const ConstMatrixRef& action, MatrixRef u) {
  static constexpr Real kLargest = 1 - Real(1e-6);
  u = action.unaryExpr([](Real a) { return std::atanh(std::clamp(a, -kLargest, kLargest)); });
}

}  // namespace doggo::agent
