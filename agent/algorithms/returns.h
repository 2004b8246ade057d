// What a step was worth: the targets of a value function (Sutton, Barto 2018, chapters 6, 7, 12).
//
// All of them read the same experience (gae.h), one environment per row, one step per column, and
// end alike: after a termination nothing is worth anything; where an episode was cut off by the
// clock, and where the rollout ends, the value of the state that the step really led to stands for
// the rest. Below, V' = (1 - terminated) V(s_{t+1}), and "open" is true unless the episode ended or
// the rollout does. Each writes (N x T) and allocates nothing.
#pragma once

#include "agent/algorithms/gae.h"
#include "agent/nn/real.h"

namespace doggo::agent {

//   G_t = r_t + gamma (open ? G_{t+1} : V')
void MonteCarloReturns(const GaeInput& in, Real gamma, MatrixRef returns);

//   G_t = r_t + gamma V'                                       the target of TD(0)
void OneStepReturns(const GaeInput& in, Real gamma, MatrixRef returns);

//   G_t = r_t + gamma r_{t+1} + ... + gamma^{n-1} r_{t+n-1} + gamma^n V(s_{t+n}),
// of fewer than n >= 1 steps where it is not open before.
void NStepReturns(const GaeInput& in, Real gamma, int n, MatrixRef returns);

//   G_t = r_t + gamma (open ? (1 - lambda) V' + lambda G_{t+1} : V')
// the mean of all n-step returns with weights (1 - lambda) lambda^{n-1}; GAE plus V.
void LambdaReturns(const GaeInput& in, Real gamma, Real lambda, MatrixRef returns);

}  // namespace doggo::agent
