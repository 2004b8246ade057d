// A Gaussian pressed into (-1, 1): a = tanh(u), u ~ N(mean, sigma), for actions with hard limits.
// Haarnoja, Zhou, Abbeel, Levine 2018, appendix C.
//   log p(a) = log N(u; mean, sigma) - sum_i ln(1 - tanh(u_i)^2)
// mean, u, action: (dim x n); log_std: (dim); log_prob: (1 x n). The functions take u, not a: near
// the limits a has lost the digits that u still has. Where every example has a standard deviation
// of its own, call column by column.
//
// KL: tanh is a bijection, so that it is GaussianKl of the two Gaussians beneath.
// Entropy: no closed form; -log p of a sample is an unbiased estimate.
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

void SquashedGaussianLogProb(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                             const ConstMatrixRef& u, RowVectorRef log_prob);

// From dlog_prob = dL/d(log p), (1 x n): writes dmean and du, adds into dlog_std. These are partial
// derivatives, u being held: by mean and ln sigma those of GaussianLogProbBackward,
//   d log p / du = -(u - mean)/sigma^2 + 2 tanh(u).
// Of a sample u = mean + sigma epsilon with epsilon held instead, du also flows on: du to dmean,
// the sum over the examples of du (u - mean) to dlog_std.
void SquashedGaussianLogProbBackward(const ConstMatrixRef& mean, const ConstVectorRef& log_std,
                                     const ConstMatrixRef& u, const ConstRowVectorRef& dlog_prob,
                                     MatrixRef dmean, VectorRef dlog_std, MatrixRef du);

// One sample for one column: u as GaussianSample draws it, and action = tanh(u).
void SquashedGaussianSample(const ConstVectorRef& mean, const ConstVectorRef& log_std,
                            Random random, VectorRef u, VectorRef action);

// tanh(mean), to act without chance: the median of every element. The mode lies elsewhere, for a
// wide sigma near the limits.
void SquashedGaussianMedian(const ConstMatrixRef& mean, MatrixRef action);

// u = atanh(a), for actions whose u was not kept. |a| is first held under 1 - 1e-6: so |u| <= 7.3.
void Unsquash(const ConstMatrixRef& action, MatrixRef u);

}  // namespace doggo::agent
