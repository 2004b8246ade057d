// Robots under a policy that follow a person's commands, in the physics that policies are judged
// in, and what is remembered of each for pictures.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

// One control step of a robot, as curves show it.
struct Moment {
  sim::LegFlags contact;
  Eigen::Vector3f command, velocity;  // vx, vy (m/s, heading frame), yaw rate (rad/s)
};

// The last seconds of a robot.
struct Trail {
  static constexpr double kLength = 5;  // s
  int64_t episode = 0;
  std::deque<Moment> moments;                          // the oldest first
  Eigen::Vector3d velocity = Eigen::Vector3d::Zero();  // as in Moment, smoothed
  std::vector<double> reward_sums;                     // of the episode
  std::vector<double> reward_rates;                    // 1/s, smoothed
};

class DrivenRobots {
 public:
  // Throws as LocomotionTask does.
  DrivenRobots(const agent::Policy& policy, const sim::LocomotionConfig& trained, int robots,
               const std::string& root);

  int size() const { return static_cast<int>(trails_.size()); }
  const sim::LocomotionTask& task() const { return task_; }
  double step_dt() const { return task_.spec().step_dt; }
  const sim::Episode& episode(int robot) const { return sim::EpisodeOf(env_, robot); }
  const Trail& trail(int robot) const { return trails_[robot]; }

  void Reset();
  // One control step; all robots are given the command (vx, vy in m/s, yaw rate in rad/s).
  void Step(const Eigen::Vector3d& command);
  // Pushes every robot in a direction of its own.
  void Kick();
  // Of the same shape as the one before.
  void SetPolicy(const agent::Policy& policy);

  int64_t steps() const { return steps_; }       // since the first
  double distance() const { return distance_; }  // m over ground, of the first robot
  int falls() const { return falls_; }           // of all

 private:
  void Remember(int robot);

  agent::Policy policy_;
  sim::ParallelEnv env_;
  const sim::LocomotionTask& task_;
  StepBatch batch_;
  Batch action_;
  agent::PolicyWorkspace workspace_;
  std::vector<Trail> trails_;
  int64_t steps_ = 0, kicks_ = 0;
  double distance_ = 0;
  int falls_ = 0;
};

}  // namespace doggo::app
