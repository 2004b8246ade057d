// One control step of one robot, complete: what observations, rewards and terminations are
// functions of.
#pragma once

#include "sim/robot/robot_state.h"

namespace doggo::sim {

struct Transition {
  RobotState before, now;   // the state the action was chosen in, and the state it led to
  Eigen::Vector3d command;  // vx, vy (m/s, heading frame), yaw rate (rad/s)
  double command_age;       // s since the command last changed
  Joints action;            // as the policy gave it, clipped
  Joints previous_action;
  double phase;                                 // rad, of the gait clock, in [0, 2 pi)
  LegFlags swing;                               // does the clock want this leg in the air
  Eigen::Array<double, kNumLegs, 1> leg_phase;  // rad; the leg swings in (0, pi)
  double step_dt;                               // s
  double training_steps;  // control steps of all environments so far, for curricula
  bool fell, diverged;    // did a termination hold, and was it numerical trouble

  bool stepping;     // does the gait clock run
  double idle_time;  // s since the robot was last asked to move, or moved fast

  // Is the robot asked to move?
  bool commanded() const { return command.cwiseAbs().sum() > 1e-3; }
};

}  // namespace doggo::sim
