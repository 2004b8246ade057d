// Generalised advantage estimation (Schulman, Moritz, Levine, Jordan, Abbeel 2016, eq. 16), with
// time-outs bootstrapped exactly.
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

using Flags = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

// One environment per row, one step per column: (N x T). The references must outlive the call.
struct GaeInput {
  ConstMatrixRef reward;      // r_t
  ConstMatrixRef value;       // V(s_t)
  ConstMatrixRef next_value;  // V(s_{t+1}) of the state that the step really led to: where an
                              // episode was cut off, its final state, not the first of the next
  Eigen::Ref<const Flags> terminated, truncated;
};

//   delta_t = r_t + gamma (1 - terminated_t) V(s_{t+1}) - V(s_t)
//   A_t     = delta_t + gamma lambda (1 - ended_t) A_{t+1},   A_T = 0
// where ended = terminated or truncated. lambda = 0: one-step temporal difference; lambda = 1:
// discounted return minus value. Value targets are A + V. What stands in next_value where an
// episode terminated is not looked at. advantage: (N x T). Allocates nothing.
void Gae(const GaeInput& in, Real gamma, Real lambda, MatrixRef advantage);

}  // namespace doggo::agent
