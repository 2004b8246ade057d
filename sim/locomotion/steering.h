// A person's hand in an environment of the locomotion task, between two steps of its shard;
// ParallelEnv::Observe then shows it to the policy.
#pragma once

#include <Eigen/Core>

#include "sim/environment/parallel_env.h"

namespace doggo::sim {

// Another command, as if a new one had been drawn; it is kept until the next is due
// (CommandConfig::hold).
void SetCommand(ParallelEnv& env, int environment, const Eigen::Vector3d& velocity);
// The same, for a velocity (vx, vy) along the heading that the robot has now, which is held.
void SetCourse(ParallelEnv& env, int environment, const Eigen::Vector2d& velocity);
// A force on the base (N, world frame) in the next so many seconds.
void SetPush(ParallelEnv& env, int environment, const Eigen::Vector3d& force_W, double seconds);

}  // namespace doggo::sim
