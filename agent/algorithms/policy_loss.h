// What every policy-gradient loss reads and writes: what was collected, what the networks say of it
// now, and the gradient with respect to that. A loss knows nothing of networks.
#pragma once

#include "agent/nn/action_distribution.h"
#include "agent/nn/real.h"

namespace doggo::agent {

// What was collected, n examples.
struct PolicyBatch {
  ConstMatrixRef action;       // (action_dim x n)
  ConstMatrixRef old_mean;     // (outputs x n): of the policy that acted; logits where discrete
  ConstVectorRef old_log_std;  // (action_dim); empty where discrete
  ConstRowVectorRef old_log_prob, advantage, value_target, old_value;  // (1 x n)
};

// What the networks say of it now.
struct PolicyOutputs {
  ConstMatrixRef mean;      // (outputs x n)
  ConstVectorRef log_std;   // (action_dim)
  ConstRowVectorRef value;  // (1 x n)
  ActionDistribution distribution = {};
};

// dL/d(outputs): mean and value are written, log_std is added to.
struct PolicyGradient {
  MatrixRef mean;
  VectorRef log_std;
  RowVectorRef value;
};

// Parts of the loss and what to watch, each a sum over the examples times a weight.
struct PolicyLoss {
  Real policy = 0, value = 0, entropy = 0;  // before their coefficients
  Real kl = 0;                              // KL(old || new), exact
  Real clip_fraction = 0;                   // share of the examples whose gradient the clip cut off

  PolicyLoss& operator+=(const PolicyLoss& other) {
    policy += other.policy;
    value += other.value;
    entropy += other.entropy;
    kl += other.kl;
    clip_fraction += other.clip_fraction;
    return *this;
  }
};

// Examples that a loss evaluates together; their rows of numbers live on the stack.
inline constexpr int kLossBlock = 256;
using LossRow = Eigen::Matrix<Real, 1, Eigen::Dynamic, Eigen::RowMajor, 1, kLossBlock>;

}  // namespace doggo::agent
