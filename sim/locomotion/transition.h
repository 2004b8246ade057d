// One control step of one robot, complete: what observations, rewards and terminations are
// functions of.
#pragma once

#include "sim/locomotion/randomization.h"
#include "sim/locomotion/surroundings.h"
#include "sim/robot/robot_state.h"

namespace doggo::sim {

struct Transition {
  RobotState before, now;   // the state the action was chosen in, and the state it led to
  Surroundings ground;      // around `now`; heights in both states are above the ground
  Eigen::Vector3d command;  // vx, vy (m/s, heading frame), yaw rate (rad/s)
  double command_age;       // s since the command last changed
  double target_heading;    // rad; where follows_heading, the yaw rate turns the robot there
  bool follows_heading;
  Joints action;  // as the policy gave it, clipped
  Joints previous_action, older_action;
  Joints target;          // rad, joint targets that the action gave
  double step_dt;         // s
  double training_steps;  // control steps of all environments so far, for curricula

  // gait clock
  double phase;            // rad, in [0, 2 pi)
  LegFlags swing;          // does the clock want this leg in the air
  LegScalars leg_phase;    // rad; the leg swings in (0, pi)
  bool stepping;           // does the clock run
  double idle_time;        // s since the robot was last asked to move, or moved fast
  Eigen::Vector2d stop_W;  // m, x and y of the base where the clock last stopped

  // feet; one that touches now or touched a step ago is on the ground: the flicker of a contact is
  // no flight (legged_gym). Touchdown and lift-off happened in this control step.
  LegFlags grounded, touchdown, liftoff;
  LegScalars air_time;  // s in the air; at touchdown the whole flight, zero from the next step on
  LegScalars
      ground_time;  // s on the ground; at lift-off the whole stance, zero from the next step on
  LegScalars
      peak_height;  // m, the highest of this flight; kept at touchdown, zero from the next on

  double work;             // J, sum over the joints of |torque * speed| dt in this step
  Eigen::Vector3d kick_W;  // vx, vy (m/s), yaw rate (rad/s) that a push added after this step
  Eigen::Vector3d push_W;  // N, that pushes the base in the next step
  Randomized randomized;   // of this episode

  bool fell, diverged;  // did a termination hold, and was it numerical trouble

  // Is the robot asked to move?
  bool commanded() const { return command.cwiseAbs().sum() > 1e-3; }
};

// Mean velocity of a foot's centre over the control step, world frame, m/s.
inline LegPoints FootVelocity(const Transition& t) {
  return (t.now.foot_W - t.before.foot_W) / t.step_dt;
}

}  // namespace doggo::sim
