#include "agent/nn/categorical.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "agent/nn/softmax.h"

namespace doggo::agent {
namespace {

using Eigen::Index;

// H of one column.
Real Entropy(const ConstVectorRef& z) {
  const LogNormalizer p = LogNormalizerOf(z);
  Real entropy = 0;
  for (Real z_i : z) entropy -= std::exp(p.LogProb(z_i)) * p.LogProb(z_i);
  return entropy;
}

// KL(p || q) of one column.
Real Kl(const ConstVectorRef& z_p, const ConstVectorRef& z_q) {
  const LogNormalizer p = LogNormalizerOf(z_p), q = LogNormalizerOf(z_q);
  Real kl = 0;
  for (Index i = 0; i < z_p.size(); ++i) {
    const Real log_p = p.LogProb(z_p[i]);
    kl += std::exp(log_p) * (log_p - q.LogProb(z_q[i]));
  }
  return kl;
}

}  // namespace

void CategoricalLogProb(const ConstMatrixRef& logits, std::span<const int> choice,
                        RowVectorRef log_prob) {
  assert(std::ssize(choice) == logits.cols() && log_prob.size() == logits.cols());
  for (Index j = 0; j < logits.cols(); ++j) {
    assert(choice[j] >= 0 && choice[j] < logits.rows());
    log_prob[j] = LogNormalizerOf(logits.col(j)).LogProb(logits(choice[j], j));
  }
}

void CategoricalLogProbBackward(const ConstMatrixRef& logits, std::span<const int> choice,
                                const ConstRowVectorRef& dlog_prob, MatrixRef dlogits) {
  assert(std::ssize(choice) == logits.cols() && dlogits.rows() == logits.rows() &&
         dlogits.cols() == logits.cols());
  dlogits = logits;
  Softmax(dlogits);
  for (Index j = 0; j < logits.cols(); ++j) {
    dlogits.col(j) *= -dlog_prob[j];
    dlogits(choice[j], j) += dlog_prob[j];
  }
}

void CategoricalEntropy(const ConstMatrixRef& logits, RowVectorRef entropy) {
  for (Index j = 0; j < logits.cols(); ++j) entropy[j] = Entropy(logits.col(j));
}

void CategoricalEntropyBackward(const ConstMatrixRef& logits, const ConstRowVectorRef& dentropy,
                                MatrixRef dlogits) {
  for (Index j = 0; j < logits.cols(); ++j) {
    const LogNormalizer p = LogNormalizerOf(logits.col(j));
    const Real entropy = Entropy(logits.col(j));
    for (Index i = 0; i < logits.rows(); ++i) {
      const Real log_p = p.LogProb(logits(i, j));
      dlogits(i, j) -= dentropy[j] * std::exp(log_p) * (log_p + entropy);
    }
  }
}

void CategoricalKl(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q,
                   RowVectorRef kl) {
  for (Index j = 0; j < logits_p.cols(); ++j) kl[j] = Kl(logits_p.col(j), logits_q.col(j));
}

void CategoricalKlBackwardP(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q,
                            const ConstRowVectorRef& dkl, MatrixRef dlogits_p) {
  for (Index j = 0; j < logits_p.cols(); ++j) {
    const LogNormalizer p = LogNormalizerOf(logits_p.col(j)), q = LogNormalizerOf(logits_q.col(j));
    const Real kl = Kl(logits_p.col(j), logits_q.col(j));
    for (Index i = 0; i < logits_p.rows(); ++i) {
      const Real log_p = p.LogProb(logits_p(i, j)), log_q = q.LogProb(logits_q(i, j));
      dlogits_p(i, j) += dkl[j] * std::exp(log_p) * (log_p - log_q - kl);
    }
  }
}

void CategoricalKlBackwardQ(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q,
                            const ConstRowVectorRef& dkl, MatrixRef dlogits_q) {
  for (Index j = 0; j < logits_p.cols(); ++j) {
    const LogNormalizer p = LogNormalizerOf(logits_p.col(j)), q = LogNormalizerOf(logits_q.col(j));
    for (Index i = 0; i < logits_p.rows(); ++i) {
      const Real log_p = p.LogProb(logits_p(i, j)), log_q = q.LogProb(logits_q(i, j));
      dlogits_q(i, j) += dkl[j] * (std::exp(log_q) - std::exp(log_p));
    }
  }
}

int CategoricalSample(const ConstVectorRef& logits, Random random) {
  const LogNormalizer p = LogNormalizerOf(logits);
  const double uniform = random.Uniform();
  double cumulative = 0;
  for (Index i = 0; i < logits.size(); ++i) {
    cumulative += std::exp(p.LogProb(logits[i]));
    if (uniform < cumulative) return static_cast<int>(i);
  }
  return CategoricalMode(logits);  // p, rounded, added up to less than the number drawn
}

int CategoricalMode(const ConstVectorRef& logits) { return std::max(0, ArgMax(logits)); }

}  // namespace doggo::agent
