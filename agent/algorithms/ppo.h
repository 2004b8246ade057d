// Proximal policy optimisation, the clipped form (Schulman, Wolski, Dhariwal, Radford, Klimov 2017,
// eq. 7 and 9), for a diagonal Gaussian policy:
//   L = -E[min(rho A, clip(rho, 1-eps, 1+eps) A)] + c_v E[(V - R)^2] - c_e H
// where rho = p(a|s) / p_old(a|s).
// The loss knows nothing of networks: it takes their outputs as matrices and returns the gradient
// with respect to them.
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct PpoConfig {
  double gamma = 0.97, lambda = 0.9;
  double clip = 0.2;
  double value_coefficient = 1.0;
  double value_clip = 0;  // 0: off; else how far V may move from the old one
  double entropy_coefficient = 0.005;
  bool normalize_advantage = true;  // to mean 0 and standard deviation 1 over the whole batch
  double max_gradient_norm = 1.0;   // actor and critic apart
  int epochs = 5, minibatches = 4;
};
ConfigFields Fields(PpoConfig& config);

// What was collected, n examples.
struct PpoBatch {
  ConstMatrixRef action;                                               // (action_dim x n)
  ConstMatrixRef old_mean;                                             // (action_dim x n)
  ConstVectorRef old_log_std;                                          // (action_dim)
  ConstRowVectorRef old_log_prob, advantage, value_target, old_value;  // (1 x n)
};

// What the networks say of it now.
struct PpoOutputs {
  ConstMatrixRef mean;      // (action_dim x n)
  ConstVectorRef log_std;   // (action_dim)
  ConstRowVectorRef value;  // (1 x n)
};

// dL/d(outputs): mean and value are written, log_std is added to.
struct PpoGradient {
  MatrixRef mean;
  VectorRef log_std;
  RowVectorRef value;
};

// Parts of the loss and what to watch, each a sum over the examples times `weight`.
struct PpoLoss {
  Real policy = 0, value = 0, entropy = 0;  // before their coefficients
  Real kl = 0;                              // KL(old || new), exact
  Real clip_fraction = 0;                   // share of the examples whose gradient the clip cut off

  PpoLoss& operator+=(const PpoLoss& other);
};

// A tile of a mini-batch of N examples is evaluated with weight = 1/N, so that the sums over its
// tiles are the means over the mini-batch. Where the ratio is clipped on the side that the
// advantage pushes to, the policy gradient is exactly zero. Allocates nothing.
PpoLoss EvaluatePpoLoss(const PpoConfig& config, const PpoBatch& batch, const PpoOutputs& outputs,
                        Real weight, PpoGradient gradient);

// In place: (x - mean) / (std + 1e-8), population std, summed in double in index order.
void NormalizeAdvantage(RowVectorRef advantage);

}  // namespace doggo::agent
