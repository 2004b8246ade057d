// The algorithms that a trainer can learn by: one trainer, the update exchanged. Adding one is a
// loss in agent/algorithms and a row in algorithm.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/algorithms/policy_loss.h"

namespace doggo::agent {

struct LearnerConfig;

// How an iteration estimates and goes through its batch.
struct UpdatePlan {
  double gamma = 0, lambda = 0;
  bool baseline = true;  // is the value subtracted from the return
  bool normalize_advantage = true;
  int epochs = 1, minibatches = 1;
  double max_gradient_norm = 1;
  bool adapts_rate = false;  // by the divergence between old and new policy
};

struct Algorithm {
  std::string_view name;
  UpdatePlan (*plan)(const LearnerConfig&);
  // Of a tile of a mini-batch; penalty: of ppo's form of that name. Null where the epochs are the
  // critic's alone, and the policy takes one natural-gradient step before them.
  PolicyLoss (*loss)(const LearnerConfig&, double penalty, const PolicyBatch&, const PolicyOutputs&,
                     Real weight, PolicyGradient);
  // Are examples weighed by rho = p(a|s) / p_old(a|s), so that another policy may have acted?
  bool has_ratio;
  std::string_view minibatches_key;  // of the configuration
  std::string_view meaning;

  bool has_natural_step() const { return loss == nullptr; }
};

// ppo, trpo, a2c, reinforce.
std::span<const Algorithm> Algorithms();
std::vector<std::string> AlgorithmNames();
// Throws std::invalid_argument naming the known ones.
const Algorithm& FindAlgorithm(std::string_view name);

}  // namespace doggo::agent
