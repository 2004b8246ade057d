// The deployable policy: canonical frame, observation normaliser, network, and all that is needed
// to run it on a robot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/nn/moments.h"
#include "agent/nn/network.h"
#include "agent/policy/canonical_frame.h"
#include "agent/policy/symmetry_group.h"

namespace doggo::agent {

// What the policy was trained with, for whoever wants to see what it expects: the value of a state.
struct Critic {
  Network network;        // critic_dim -> 1
  Vector theta;           // its parameters
  Normalizer normalizer;  // identity where empty
};

struct Policy {
  Network network;  // policy_dim -> action_dim, or the choices that there are
  Vector theta;     // its parameters
  int choices = 0;  // 0: actions are numbers; else the one action is 0 .. choices - 1
  Vector log_std;   // (action_dim, none of choices): that it was trained with; not used to act
  Normalizer normalizer;  // identity where empty
  CanonicalFrame frame;
  SymmetryGroup group;           // more than the identity: the mean over it acts (equivariant)
  std::optional<Critic> critic;  // not used to act
  std::string contract;          // EnvSpec::contract of the world it was trained in (JSON)
  std::string task;              // name of the configuration
  int64_t steps_trained = 0;
  uint64_t seed = 0;
  std::string version;  // of the program that trained it
};

// Scratch of Act: one per thread.
struct PolicyWorkspace {
  Tape tape;
  Batch obs, output;
  std::vector<CanonicalFrame::Image> image;
};
PolicyWorkspace MakeWorkspace(const Policy& policy, int capacity);

// The mean action, or the likeliest choice: obs (policy_dim x n), action (action_dim x n), n <=
// capacity. Deterministic; allocates nothing.
void Act(const Policy& policy, const Eigen::Ref<const Batch>& obs, PolicyWorkspace& workspace,
         Eigen::Ref<Batch> action);

// The discounted sum of rewards that the critic expects from a state, critic_obs (critic_dim); none
// where the policy has no critic, or one of another world. It allocates: it is for looking at.
std::optional<double> ExpectedReturn(const Policy& policy,
                                     const Eigen::Ref<const Batch>& critic_obs);

// A safetensors file. Tensors (float32): actor.K.weight (out x in) and actor.K.bias of every dense
// layer, K its place among all layers (as PyTorch's Sequential counts); log_std; and, unless the
// normaliser is empty, normalizer.mean, normalizer.scale; of the critic, where there is one, the
// same with critic. before it. Everything else is text in its metadata; network, normalizer, frame,
// critic.network and critic.normalizer as JSON.
// SavePolicy is atomic (atomic_file.h), throws std::runtime_error where the file cannot be written
// or a parameter is not a finite number, and std::invalid_argument where the parts of the policy do
// not fit each other. LoadPolicy throws std::runtime_error: not there; cut short; damaged; not a
// policy; a tensor of another shape; a parameter that is not a finite number; mirrors that are no
// signed permutations. Each is one sentence naming the file.
void SavePolicy(const Policy& policy, const std::filesystem::path& path);
Policy LoadPolicy(const std::filesystem::path& path);

}  // namespace doggo::agent
