// What a judged robot did, control step by control step: all that metrics are functions of.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <string>
#include <vector>

#include "sim/environment/replay.h"
#include "sim/robot/joints.h"

namespace doggo::evaluation {

// After a control step.
struct Sample {
  // vx, vy (m/s, heading frame), yaw rate (rad/s): what was asked when the action was chosen, and
  // what the base does
  Eigen::Vector3d command = Eigen::Vector3d::Zero(), velocity = Eigen::Vector3d::Zero();
  double command_age = 0;                                     // s since the command last changed
  double push_age = std::numeric_limits<double>::infinity();  // s since a push changed the velocity
  Eigen::Vector3d position = Eigen::Vector3d::Zero();         // m, of the base, W
  sim::Joints q = sim::Joints::Zero(), qd = q;                // rad, rad/s
  sim::Joints torque = sim::Joints::Zero();                   // N m, of the last physics step
  sim::LegPoints foot_W = sim::LegPoints::Zero();             // m, centres of the feet
  sim::LegScalars foot_height = sim::LegScalars::Zero();      // m, lowest point above the ground
  sim::LegFlags contact = sim::LegFlags::Constant(false);
  sim::LegFlags wall_contact = contact,
                shank_contact = contact;  // of a foot with a wall; of shanks
  double work = 0;  // J, sum over joints and physics steps of |torque * speed| dt
};

// From the robot's start until it fell, came to its drill's goal, or time was up. The step in which
// it fell is not in it.
struct Trajectory {
  double dt = 0.02;  // s
  std::vector<Sample> samples;
  bool fell = false;
  bool diverged = false;        // it fell by numerical trouble
  bool arrived = false;         // it came to its drill's goal
  std::string ended_by;         // the termination that held, "" where none did
  std::vector<double> rewards;  // sums of the weighted terms, in the task's order
  sim::Replay replay;           // its configuration is left empty

  double seconds() const { return dt * static_cast<double>(samples.size()); }
};

}  // namespace doggo::evaluation
