// The plain policy gradient (Williams 1992; Sutton, McAllester, Singh, Mansour 2000), which
// REINFORCE and A2C (Mnih et al. 2016, synchronous) share, and the squared error of the values:
//   L = -E[log p(a|s) A] + c_v 1/2 E[(V - R)^2] - c_e E[H]
// They differ in their estimate A of what an action was worth: the whole discounted return,
// REINFORCE, with or without a value subtracted from it as a baseline; generalised advantage
// estimation, A2C. Each batch is used for one step, since log p is differentiated where it was
// collected. (The weight gamma^t of the exact gradient of the discounted return is left out, as
// everywhere in practice: every state counts alike.)
#pragma once

#include "agent/algorithms/policy_loss.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct ReinforceConfig {
  double gamma = 0.97;
  bool baseline = true;  // subtract the value of the state from the return
  double value_coefficient = 1.0;
  double entropy_coefficient = 0.0;
  bool normalize_advantage = true;
  double max_gradient_norm = 1.0;
};
ConfigFields Fields(ReinforceConfig& config);

struct A2cConfig {
  double gamma = 0.97, lambda = 0.9;
  double value_coefficient = 1.0;
  double entropy_coefficient = 0.005;
  bool normalize_advantage = true;
  double max_gradient_norm = 1.0;
  int minibatches = 4;  // each goes into one step; after the first they are a little old
};
ConfigFields Fields(A2cConfig& config);

// Weight, allocation: as EvaluatePpoLoss (ppo.h). policy: -sum log p A.
PolicyLoss EvaluatePolicyGradientLoss(double value_coefficient, double entropy_coefficient,
                                      const PolicyBatch& batch, const PolicyOutputs& outputs,
                                      Real weight, PolicyGradient gradient);

}  // namespace doggo::agent
