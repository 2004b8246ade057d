// Policies that need no training.
#pragma once

#include "agent/policy/policy.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

// Does nothing: the legs follow the gait's clock alone, which walks.
inline agent::Policy UntrainedPolicy(const sim::LocomotionConfig& world) {
  const sim::LocomotionTask task(world, DOGGO_SOURCE_DIR, 1);
  agent::Policy policy;
  policy.network = agent::Network({task.spec().policy_dim, task.spec().action_dim}, "tanh");
  policy.theta = agent::Vector::Zero(policy.network.num_parameters());
  policy.log_std = agent::Vector::Zero(task.spec().action_dim);
  return policy;
}

// Stretches its legs straight up in the air: the base is on the ground within a second.
inline agent::Policy FallingPolicy() {
  agent::Policy policy = UntrainedPolicy({});
  auto bias = policy.theta.tail(sim::kNumJoints);  // of the output layer
  for (int j = 0; j < sim::kNumJoints; ++j) bias[j] = j % 3 == 0 ? 0.f : 6.f;
  return policy;
}

}  // namespace doggo::app
