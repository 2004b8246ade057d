// Diagonal Gaussian with a standard deviation that does not depend on the state: the policy's
// distribution over actions.
//   log p(a) = sum_i [ -1/2 ((a_i - mu_i)/sigma_i)^2 - ln sigma_i - 1/2 ln 2 pi ]
// a, mean: (dim x n); log_std: (dim); results: (1 x n).
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

void GaussianLogProb(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                     const ConstMatrixRef& action, RowVectorRef log_prob);

//   d log p / d mu = (a - mu)/sigma^2,   d log p / d ln sigma = ((a - mu)/sigma)^2 - 1.
// From dlog_prob = dL/d(log p), (1 x n): writes dmean, adds into dlog_std.
void GaussianLogProbBackward(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                             const ConstMatrixRef& action, const ConstRowVectorRef& dlog_prob,
                             MatrixRef dmean, VectorRef dlog_std);

//   H = sum_i [ ln sigma_i + 1/2 ln(2 pi e) ];   dH / d ln sigma = 1.
Real GaussianEntropy(const ConstVectorRef& log_std);
void GaussianEntropyBackward(Real dentropy, VectorRef dlog_std);  // adds

//   KL(p || q) = sum_i [ ln(sigma_q/sigma_p) + (sigma_p^2 + (mu_p - mu_q)^2)/(2 sigma_q^2) - 1/2 ]
void GaussianKl(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q, RowVectorRef kl);

//   dKL / d mu_p = (mu_p - mu_q)/sigma_q^2,   dKL / d ln sigma_p = (sigma_p/sigma_q)^2 - 1
//   dKL / d mu_q = -dKL / d mu_p,
//   dKL / d ln sigma_q = 1 - (sigma_p/sigma_q)^2 - ((mu_p - mu_q)/sigma_q)^2
// From dkl = dL/d(KL), (1 x n): each adds into both of its results, also into the means, so that it
// may follow GaussianLogProbBackward.
void GaussianKlBackwardP(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                         const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q,
                         const ConstRowVectorRef& dkl, MatrixRef dmean_p, VectorRef dlog_std_p);
void GaussianKlBackwardQ(const ConstMatrixRef& mean_p, const ConstVectorRef& log_std_p,
                         const ConstMatrixRef& mean_q, const ConstVectorRef& log_std_q,
                         const ConstRowVectorRef& dkl, MatrixRef dmean_q, VectorRef dlog_std_q);

// One sample for one column: mean + sigma * standard normals of `random`.
void GaussianSample(const ConstVectorRef& mean, const ConstVectorRef& log_std, Random random,
                    VectorRef action);

// The likeliest action: the mean.
inline void GaussianMode(const ConstMatrixRef& mean, MatrixRef action) { action = mean; }

}  // namespace doggo::agent
