// Proximal policy optimisation, the clipped form (Schulman, Wolski, Dhariwal, Radford, Klimov 2017,
// eq. 7 and 9):
//   L = -E[min(rho A, clip(rho, 1-eps, 1+eps) A)] + c_v E[(V - R)^2] - c_e H
// where rho = p(a|s) / p_old(a|s); or with a penalty instead of the clip (eq. 8):
//   L = -E[rho A] + beta E[KL(old || new)] + c_v E[(V - R)^2] - c_e H
// whose beta is doubled or halved after each iteration to keep the divergence near a target.
#pragma once

#include <string>

#include "agent/algorithms/policy_loss.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct PpoConfig {
  double gamma = 0.97, lambda = 0.9;
  std::string form = "clip";  // or penalty
  double clip = 0.2;
  double penalty = 1.0;          // beta at first
  double penalty_target = 0.01;  // nats
  double value_coefficient = 1.0;
  double value_clip = 0;  // 0: off; else how far V may move from the old one
  double entropy_coefficient = 0.005;
  bool normalize_advantage = true;  // to mean 0 and standard deviation 1 over the whole batch
  double max_gradient_norm = 1.0;   // actor and critic apart
  int epochs = 5, minibatches = 4;
};
ConfigFields Fields(PpoConfig& config);

// A tile of a mini-batch of N examples is evaluated with weight = 1/N, so that the sums over its
// tiles are the means over the mini-batch. Where the ratio is clipped on the side that the
// advantage pushes to, the policy gradient is exactly zero. Allocates nothing.
// penalty: beta, where the form has one.
PolicyLoss EvaluatePpoLoss(const PpoConfig& config, const PolicyBatch& batch,
                           const PolicyOutputs& outputs, Real weight, PolicyGradient gradient,
                           double penalty = 0);

// The next beta (Schulman et al. 2017, section 4):
//   kl < target / 1.5: beta / 2;   kl > 1.5 target: 2 beta
double AdaptPenalty(const PpoConfig& config, double kl, double penalty);

// In place: (x - mean) / (std + 1e-8), population std, summed in double in index order.
void NormalizeAdvantage(RowVectorRef advantage);

}  // namespace doggo::agent
