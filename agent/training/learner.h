// What is learned, and how: the actor-critic, its configuration, and everything that training
// carries from one iteration to the next.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/algorithms/policy_gradient.h"
#include "agent/algorithms/ppo.h"
#include "agent/algorithms/trpo.h"
#include "agent/nn/moments.h"
#include "agent/nn/network.h"
#include "agent/optim/kl_adaptive_rate.h"
#include "agent/optim/optimizer.h"
#include "sim/interface/vec_env.h"

namespace doggo::agent {

struct NetworkConfig {
  std::vector<int> policy_hidden = {128, 64, 32};
  std::vector<int> critic_hidden = {128, 64, 32};
  std::string activation = "elu";
  std::string initializer = "lecun_normal";
  double weight_gain = 1.3;
  double policy_last_layer_scale = 0.01;
  double critic_last_layer_scale = 0.3;
  double initial_std = 0.5, min_std = 0.05, max_std = 1.0;
  bool normalize_observations = false;
};
ConfigFields Fields(NetworkConfig& config);

struct LearnerConfig {
  int steps_per_iteration = 32;   // of each environment, between two updates
  std::string algorithm = "ppo";  // algorithm.h
  // what is made of the world's symmetries: canonical, augmentation, mirror_loss, equivariant
  std::string symmetry_method = "canonical";
  double mirror_weight = 1;
  bool normalize_returns = false;
  NetworkConfig network;
  PpoConfig ppo;
  TrpoConfig trpo;
  A2cConfig a2c;
  ReinforceConfig reinforce;
  KlAdaptiveRateConfig rate;
  OptimizerConfig optimizer;
};
ConfigFields Fields(LearnerConfig& config);  // all but steps_per_iteration

// Two networks and a standard deviation over one flat vector: theta = [actor, log std, critic].
// Of discrete actions the actor gives the logits, and there is no log std.
struct ActorCritic {
  Network actor, critic;
  ActionDistribution distribution;

  ActorCritic() = default;
  ActorCritic(const EnvSpec& spec, const NetworkConfig& config);

  // how many standard deviations there are
  int num_actions() const { return distribution.is_discrete() ? 0 : actor.num_outputs(); }
  int num_parameters() const { return critic_offset() + critic.num_parameters(); }
  int log_std_offset() const { return actor.num_parameters(); }
  int critic_offset() const { return log_std_offset() + num_actions(); }

  // Parts of theta, or of a gradient.
  template <class V>
  auto ActorPart(V& v) const {
    return v.head(actor.num_parameters());
  }
  template <class V>
  auto LogStdPart(V& v) const {
    return v.segment(log_std_offset(), num_actions());
  }
  template <class V>
  auto PolicyPart(V& v) const {
    return v.head(critic_offset());
  }  // actor and log std
  template <class V>
  auto CriticPart(V& v) const {
    return v.tail(critic.num_parameters());
  }
};

// Where the weights of the dense layers stand in theta: what weight decay acts on. Not among them:
// biases, log std.
std::vector<ParameterRange> WeightRanges(const ActorCritic& nets);

struct LearnerState {
  Vector theta;
  OptimizerState optimizer;
  Moments policy_moments,
      critic_moments;      // of canonical observations; empty unless they are normalised
  Moments return_moments;  // of discounted sums of rewards; empty unless they are normalised
  double rate = 0;
  double kl_penalty = 0;  // of ppo's form of that name
  int64_t iteration = 0;  // completed
  int64_t env_steps = 0;
  int64_t epochs = 0;  // over the whole training: numbers the shuffles
};

// Initial weights from the seed. Throws std::invalid_argument on a network that cannot be built.
LearnerState InitialState(const ActorCritic& nets, const LearnerConfig& config, uint64_t seed);

}  // namespace doggo::agent
