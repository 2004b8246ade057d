// The deployable policy: canonical frame, observation normaliser, network, and all that is needed
// to run it on a robot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/nn/moments.h"
#include "agent/nn/network.h"
#include "agent/policy/canonical_frame.h"

namespace doggo::agent {

struct Policy {
  Network network;        // policy_dim -> action_dim
  Vector theta;           // its parameters
  Vector log_std;         // (action_dim): of the Gaussian that it was trained as; not used to act
  Normalizer normalizer;  // identity where empty
  CanonicalFrame frame;
  std::string contract;  // EnvSpec::contract of the world it was trained in (JSON)
  std::string task;      // name of the configuration
  int64_t steps_trained = 0;
  uint64_t seed = 0;
  std::string version;  // of the program that trained it
};

// Scratch of Act: one per thread.
struct PolicyWorkspace {
  Tape tape;
  Batch obs;
  std::vector<CanonicalFrame::Image> image;
};
PolicyWorkspace MakeWorkspace(const Policy& policy, int capacity);

// The mean action: obs (policy_dim x n), action (action_dim x n), n <= capacity. Deterministic;
// allocates nothing.
void Act(const Policy& policy, const Eigen::Ref<const Batch>& obs, PolicyWorkspace& workspace,
         Eigen::Ref<Batch> action);

// A safetensors file. Tensors (float32): actor.K.weight (out x in) and actor.K.bias of every dense
// layer, K its place among all layers (as PyTorch's Sequential counts); log_std; and, unless the
// normaliser is empty, normalizer.mean, normalizer.scale. Everything else is text in its metadata;
// network, normalizer and frame as JSON.
// SavePolicy is atomic (atomic_file.h), throws std::runtime_error where the file cannot be written
// or a parameter is not a finite number, and std::invalid_argument where the parts of the policy do
// not fit each other. LoadPolicy throws std::runtime_error: not there; cut short; damaged; not a
// policy; a tensor of another shape; a parameter that is not a finite number; mirrors that are no
// signed permutations. Each is one sentence naming the file.
void SavePolicy(const Policy& policy, const std::filesystem::path& path);
Policy LoadPolicy(const std::filesystem::path& path);

}  // namespace doggo::agent
