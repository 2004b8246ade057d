// A policy that does nothing: the legs follow the gait's clock alone, which walks.
#pragma once

#include "agent/policy/policy.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

inline agent::Policy UntrainedPolicy(const sim::LocomotionConfig& world) {
  const sim::LocomotionTask task(world, DOGGO_SOURCE_DIR, 1);
  agent::Policy policy;
  policy.network = agent::Network({task.spec().policy_dim, task.spec().action_dim}, "tanh");
  policy.theta = agent::Vector::Zero(policy.network.num_parameters());
  policy.log_std = agent::Vector::Zero(task.spec().action_dim);
  return policy;
}

}  // namespace doggo::app
