#include "agent/nn/gaussian.h"

#include <cassert>
#include <cmath>

namespace doggo::agent {
namespace {

constexpr Real kHalf = 0.5;
constexpr Real kHalfLogTwoPi = Real(0.918938533204672742);

}  // namespace

void GaussianLogProb(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                     const ConstMatrixRef& action, RowVectorRef log_prob) {
  assert(mean.rows() == log_std.size() && action.rows() == mean.rows() &&
         action.cols() == mean.cols() && log_prob.size() == mean.cols());
  log_prob.setConstant(kHalf * static_cast<Real>(log_std.size()) - GaussianEntropy(log_std));
  for (Eigen::Index i = 0; i < log_std.size(); ++i) {
    const Real precision = std::exp(-log_std[i]);  // 1 / sigma
    log_prob.array() -= kHalf * ((action.row(i) - mean.row(i)).array() * precision).square();
  }
}

void GaussianLogProbBackward(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                             const ConstMatrixRef& action, const ConstRowVectorRef& dlog_prob,
                             MatrixRef dmean, VectorRef dlog_std) {
  for (Eigen::Index i = 0; i < log_std.size(); ++i) {
    const Real precision = std::exp(-log_std[i]);  // 1 / sigma
    // dmean holds (a - mu) / sigma until its last line
    dmean.row(i) = (action.row(i) - mean.row(i)) * precision;
    dlog_std[i] += (dlog_prob.array() * (dmean.row(i).array().square() - Real{1})).sum();
    dmean.row(i).array() *= dlog_prob.array() * precision;
  }
}

Real GaussianEntropy(const ConstVectorRef& log_std) {
  Real entropy = 0;
  for (Real log_std_i : log_std) entropy += log_std_i + kHalfLogTwoPi + kHalf;
  return entropy;
}

void GaussianEntropyBackward(Real dentropy, VectorRef dlog_std) { dlog_std.array() += dentropy; }

void GaussianKl(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q, RowVectorRef kl) {
  kl.setZero();
  for (Eigen::Index i = 0; i < log_std_p.size(); ++i) {
    const Real precision = std::exp(-log_std_q[i]);      // 1 / sigma_q
    const Real log_ratio = log_std_q[i] - log_std_p[i];  // ln(sigma_q / sigma_p)
    const Real of_std = log_ratio + kHalf * std::expm1(-2 * log_ratio);
    kl.array() += of_std + kHalf * ((mean_p.row(i) - mean_q.row(i)).array() * precision).square();
  }
}

void GaussianKlBackwardP(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                         const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q,
                         const ConstRowVectorRef& dkl, MatrixRef dmean_p, VectorRef dlog_std_p) {
  for (Eigen::Index i = 0; i < log_std_p.size(); ++i) {
    const Real squared_precision = std::exp(-2 * log_std_q[i]);  // 1 / sigma_q^2
    const auto difference = (mean_p.row(i) - mean_q.row(i)).array();
    dmean_p.row(i).array() += dkl.array() * difference * squared_precision;
    dlog_std_p[i] += dkl.sum() * std::expm1(2 * (log_std_p[i] - log_std_q[i]));
  }
}

void GaussianKlBackwardQ(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                         const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q,
                         const ConstRowVectorRef& dkl, MatrixRef dmean_q, VectorRef dlog_std_q) {
  for (Eigen::Index i = 0; i < log_std_p.size(); ++i) {
    const Real squared_precision = std::exp(-2 * log_std_q[i]);          // 1 / sigma_q^2
    const Real of_std = -std::expm1(2 * (log_std_p[i] - log_std_q[i]));  // 1 - (sigma_p/sigma_q)^2
    const auto difference = (mean_p.row(i) - mean_q.row(i)).array();
    dmean_q.row(i).array() -= dkl.array() * difference * squared_precision;
    dlog_std_q[i] += (dkl.array() * (of_std - difference.square() * squared_precision)).sum();
  }
}

void GaussianSample(const ConstVectorRef& mean, const ConstVectorRef& log_std, Random random,
                    VectorRef action) {
  for (Eigen::Index i = 0; i < mean.size(); ++i) {
    action[i] = mean[i] + std::exp(log_std[i]) * static_cast<Real>(random.Normal());
  }
}

}  // namespace doggo::agent
