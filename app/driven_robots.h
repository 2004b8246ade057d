// Robots under a policy that follow a person's commands, in the physics that policies are judged
// in, and what is remembered of each for pictures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "app/shown_robot.h"
#include "app/shown_terrain.h"

namespace doggo::app {

class DrivenRobots {
 public:
  // On the plane, or on a tile. Throws as LocomotionTask does.
  DrivenRobots(const agent::Policy& policy, const sim::LocomotionConfig& trained, int robots,
               const std::string& root, const ShownTile& tile = {});

  int size() const { return static_cast<int>(trails_.size()); }
  // Until MoveTo.
  const sim::LocomotionTask& task() const {
    return static_cast<const sim::LocomotionTask&>(env_->task());
  }
  double step_dt() const { return task().spec().step_dt; }
  const sim::Episode& episode(int robot) const { return sim::EpisodeOf(*env_, robot); }
  ShownRobot shown(int robot) const;

  const ShownTile& tile() const { return tile_; }
  int64_t moves() const { return moves_; }  // to other tiles

  void Reset();
  // All begin anew on another tile of the same arena. There must be one.
  void MoveTo(const ShownTile& tile);
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
  sim::LocomotionConfig trained_;
  std::string root_;
  ShownTile tile_;
  std::unique_ptr<sim::ParallelEnv> env_;
  StepBatch batch_;
  Batch action_;
  agent::PolicyWorkspace workspace_;
  std::vector<Trail> trails_;
  int64_t steps_ = 0, kicks_ = 0, moves_ = 0;
  double distance_ = 0;
  int falls_ = 0;
};

// What they did in so many seconds: "real-time factor 1.00; walked 2.10 m; 1 fell".
std::string Text(const DrivenRobots& robots, double seconds);

}  // namespace doggo::app
