// What the output of a policy's network stands for: continuous actions (a diagonal Gaussian, whose
// mean it is) or one of several choices (a categorical distribution, whose logits it is). So that
// learners are written once for both.
//
//   output (outputs x n): means (action_dim x n) or logits (choices x n)
//   action (rows x n):    numbers (action_dim x n) or the index of a choice (1 x n)
//   log_std:              (action_dim), or empty
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

struct ActionDistribution {
  int choices = 0;  // 0: continuous

  bool is_discrete() const { return choices > 0; }
};

// Results (1 x n).
void LogProb(ActionDistribution d, const ConstMatrixRef& output, const ConstVectorRef& log_std,
             const ConstMatrixRef& action, RowVectorRef log_prob);
//   KL(p || q)
void KlDivergence(ActionDistribution d, const ConstMatrixRef& output_p,
                  const ConstVectorRef& log_std_p, const ConstMatrixRef& output_q,
                  const ConstVectorRef& log_std_q, RowVectorRef kl);

// From dlog_prob = dL/d(log p), (1 x n): writes doutput, adds into dlog_std.
void LogProbBackward(ActionDistribution d, const ConstMatrixRef& output,
                     const ConstVectorRef& log_std, const ConstMatrixRef& action,
                     const ConstRowVectorRef& dlog_prob, MatrixRef doutput, VectorRef dlog_std);
// From dkl = dL/d(KL), (1 x n), with respect to q: adds into both.
void KlBackward(ActionDistribution d, const ConstMatrixRef& output_p,
                const ConstVectorRef& log_std_p, const ConstMatrixRef& output_q,
                const ConstVectorRef& log_std_q, const ConstRowVectorRef& dkl, MatrixRef doutput_q,
                VectorRef dlog_std_q);
// Of the loss -coefficient * weight * sum_i H_i: adds its gradient into both, and returns
// weight * sum_i H_i.
Real EntropyBackward(ActionDistribution d, const ConstMatrixRef& output,
                     const ConstVectorRef& log_std, Real weight, Real coefficient,
                     MatrixRef doutput, VectorRef dlog_std);

// M v in place, M the Fisher information of the distribution in its own output, example by
// example: what the Hessian of KL(p || q) with respect to the output of q is at q = p.
//   Gaussian: M = diag(1 / sigma^2) for the mean (and 2 I for ln sigma); categorical: diag(p) - p
//   p^T
void MultiplyByFisher(ActionDistribution d, const ConstMatrixRef& output,
                      const ConstVectorRef& log_std, MatrixRef v);

// One sample for one column, and the likeliest action of every column.
void SampleAction(ActionDistribution d, const ConstVectorRef& output, const ConstVectorRef& log_std,
                  Random random, VectorRef action);
void LikeliestAction(ActionDistribution d, const ConstMatrixRef& output, MatrixRef action);

}  // namespace doggo::agent
