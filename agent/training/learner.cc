#include "agent/training/learner.h"

#include <cmath>

#include "agent/training/algorithm.h"

namespace doggo::agent {
namespace {

std::vector<int> Widths(int in, const std::vector<int>& hidden, int out) {
  std::vector<int> widths = {in};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(out);
  return widths;
}

}  // namespace

ConfigFields Fields(NetworkConfig& c) {
  return {
      {"policy_hidden", &c.policy_hidden, "", "widths of the policy's hidden layers", 1, 4096},
      {"critic_hidden", &c.critic_hidden, "", "widths of the value function's hidden layers", 1,
       4096},
      {"activation", &c.activation, "", "of the hidden layers", 0, 0, ActivationNames()},
      {"initializer", &c.initializer, "", "how the initial weights are drawn", 0, 0,
       InitializerNames()},
      {"weight_gain", &c.weight_gain, "",
       "initial weights times this (lecun_normal: N(0, gain^2 / fan_in))", 0, 10},
      {"policy_last_layer_scale", &c.policy_last_layer_scale, "",
       "times this in the policy's last layer", 0, 10},
      {"critic_last_layer_scale", &c.critic_last_layer_scale, "", "and in the value function's", 0,
       10},
      {"initial_std", &c.initial_std, "", "standard deviation of the actions at first", 1e-3, 10},
      {.key = "min_std",
       .value = &c.min_std,
       .unit = "",
       .meaning = "and never less",
       .min = 1e-4,
       .max = 10,
       .changeable = true},
      {.key = "max_std",
       .value = &c.max_std,
       .unit = "",
       .meaning = "and never more",
       .min = 1e-4,
       .max = 10,
       .changeable = true},
      {"normalize_observations", &c.normalize_observations, "",
       "by their running mean and deviation"},
  };
}

ConfigFields Fields(LearnerConfig& c) {
  ConfigFields fields = {
      {"algorithm", &c.algorithm, "", "what the policy learns by; its section holds its numbers", 0,
       0, AlgorithmNames()},
      {"symmetry_method",
       &c.symmetry_method,
       "",
       "what is made of the symmetry: one canonical frame, a copy of every example, a loss for "
       "actions that are not mirrored, or an actor that cannot but mirror them",
       0,
       0,
       {"canonical", "augmentation", "mirror_loss", "equivariant"}},
      {"mirror_weight", &c.mirror_weight, "", "of the mirror loss", 0, 1e6},
      {"normalize_returns", &c.normalize_returns, "",
       "rewards divided by the running deviation of their discounted sum"},
  };
  AddSection(fields, "network", Fields(c.network));
  AddSection(fields, "ppo", Except({"form"}, Changeable(Fields(c.ppo))));
  AddSection(fields, "trpo", Changeable(Fields(c.trpo)));
  AddSection(fields, "a2c", Changeable(Fields(c.a2c)));
  AddSection(fields, "reinforce", Changeable(Fields(c.reinforce)));
  AddSection(fields, "rate", Except({"initial"}, Changeable(Fields(c.rate))));
  AddSection(fields, "optimizer", Except({"method"}, Changeable(Fields(c.optimizer))));
  return fields;
}

ActorCritic::ActorCritic(const EnvSpec& spec, const NetworkConfig& config)
    : actor(Widths(spec.policy_dim, config.policy_hidden,
                   spec.num_choices > 0 ? spec.num_choices : spec.action_dim),
            config.activation),
      critic(Widths(spec.critic_dim, config.critic_hidden, 1), config.activation),
      distribution{spec.num_choices} {}

std::vector<ParameterRange> WeightRanges(const ActorCritic& nets) {
  std::vector<ParameterRange> ranges;
  const auto add = [&ranges](const Network& network, int offset) {
    for (const ParameterRange& w : network.weights()) ranges.push_back({offset + w.begin, w.size});
  };
  add(nets.actor, 0);
  add(nets.critic, nets.critic_offset());
  return ranges;
}

LearnerState InitialState(const ActorCritic& nets, const LearnerConfig& config, uint64_t seed) {
  LearnerState state;
  state.theta = Vector::Zero(nets.num_parameters());
  state.optimizer = MakeOptimizerState(config.optimizer, nets.num_parameters());
  state.rate = config.rate.initial;
  state.kl_penalty = config.ppo.penalty;
  if (config.normalize_returns) state.return_moments = Moments(1);

  const NetworkConfig& network = config.network;
  Initialization weights = {.weights = network.initializer,
                            .gain = network.weight_gain,
                            .last_layer_scale = network.policy_last_layer_scale};
  nets.actor.Initialize(weights, Random(seed, Stream::kParameters, 0), nets.ActorPart(state.theta));
  weights.last_layer_scale = network.critic_last_layer_scale;
  nets.critic.Initialize(weights, Random(seed, Stream::kParameters, 1),
                         nets.CriticPart(state.theta));
  nets.LogStdPart(state.theta).setConstant(static_cast<Real>(std::log(network.initial_std)));
  if (network.normalize_observations) {
    state.policy_moments = Moments(nets.actor.num_inputs());
    state.critic_moments = Moments(nets.critic.num_inputs());
  }
  return state;
}

}  // namespace doggo::agent
