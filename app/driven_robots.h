// Robots under a policy that follow a person's commands, in the physics that policies are judged
// in, and what is remembered of each for pictures.
#pragma once

#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "app/shown_robot.h"

namespace doggo::app {

class DrivenRobots {
 public:
  // Throws as LocomotionTask does.
  DrivenRobots(const agent::Policy& policy, const sim::LocomotionConfig& trained, int robots,
               const std::string& root);

  int size() const { return static_cast<int>(trails_.size()); }
  const sim::LocomotionTask& task() const { return task_; }
  double step_dt() const { return task_.spec().step_dt; }
  const sim::Episode& episode(int robot) const { return sim::EpisodeOf(env_, robot); }
  ShownRobot shown(int robot) const;

  void Reset();
  // One control step; all robots are given the command (vx, vy in m/s, yaw rate in rad/s).
  void Step(const Eigen::Vector3d& command);
  // Pushes every robot in a direction of its own.
  void Kick();
  // A force on the base of one (N, world frame) in the next control step.
  void Pull(int robot, const Eigen::Vector3d& force_W);
  // Of the same shape as the one before.
  void SetPolicy(const agent::Policy& policy);

  int64_t steps() const { return steps_; }       // since the first
  double distance() const { return distance_; }  // m over ground, of the first robot
  int falls() const { return falls_; }           // of all

 private:
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

// What they did in so many seconds: "real-time factor 1.00; walked 2.10 m; 1 fell".
std::string Text(const DrivenRobots& robots, double seconds);

}  // namespace doggo::app
