// A distribution over classes, given by logits z (classes x n), finite: p = softmax(z).
// choice: the index of a class for every example, as long as n; results: (1 x n).
#pragma once

#include <span>

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

//   log p(c) = ln p_c
void CategoricalLogProb(const ConstMatrixRef& logits, std::span<const int> choice,
                        RowVectorRef log_prob);

//   d log p(c) / dz_i = [i = c] - p_i.   From dlog_prob = dL/d(log p): writes dlogits.
void CategoricalLogProbBackward(const ConstMatrixRef& logits, std::span<const int> choice,
                                const ConstRowVectorRef& dlog_prob, MatrixRef dlogits);

//   H = -sum_i p_i ln p_i, from 0 to ln(classes)
void CategoricalEntropy(const ConstMatrixRef& logits, RowVectorRef entropy);

//   dH/dz_i = -p_i (ln p_i + H).   Adds into dlogits.
void CategoricalEntropyBackward(const ConstMatrixRef& logits, const ConstRowVectorRef& dentropy,
                                MatrixRef dlogits);

//   KL(p || q) = sum_i p_i (ln p_i - ln q_i)
void CategoricalKl(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q, RowVectorRef kl);

//   dKL/dz_p,i = p_i (ln p_i - ln q_i - KL),   dKL/dz_q = q - p.   Each adds into dlogits.
void CategoricalKlBackwardP(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q,
                            const ConstRowVectorRef& dkl, MatrixRef dlogits_p);
void CategoricalKlBackwardQ(const ConstMatrixRef& logits_p, const ConstMatrixRef& logits_q,
                            const ConstRowVectorRef& dkl, MatrixRef dlogits_q);

// One sample for one column: the first class at which the summed-up p exceeds a uniform number of
// `random`.
int CategoricalSample(const ConstVectorRef& logits, Random random);

// The class of the largest p; of equals, the lowest. With a NaN in the logits: the first class.
int CategoricalMode(const ConstVectorRef& logits);

}  // namespace doggo::agent
