// The joint drives: a position controller whose torque is limited, optionally also by the
// torque-speed curve of a DC motor.
#pragma once

#include <Eigen/Core>

#include "sim/interface/config_field.h"

namespace doggo::sim {

inline constexpr int kNumJoints = 12;
using Joints = Eigen::Matrix<double, kNumJoints, 1>;  // LF RF LH RH x HAA HFE KFE

struct DriveConfig {
  double kp = 85;            // N m / rad
  double kd = 5;             // N m s / rad
  double torque_limit = 80;  // N m
  bool dc_motor = false;
  double stall_torque = 120;   // N m
  double no_load_speed = 7.5;  // rad/s
  double armature = 0.06;      // kg m^2
};
ConfigFields Fields(DriveConfig& config);

// Torque of every joint for a position target held at `target` (rad), at joint angles q (rad) and
// speeds qd (rad/s):
//   tau = clip(kp (target - q) - kd qd, -limit, limit);
// with the DC motor, the limits follow the speed (as in IsaacLab's DCMotor):
//   tau_max(qd) = min(limit, stall (1 - qd / no_load)),   tau_min(qd) = max(-limit, stall (-1 - qd
//   / no_load)),
// qd being cut off at +-no_load (1 + limit / stall), where these meet -limit and limit.
Joints DriveTorque(const DriveConfig& config, const Joints& target, const Joints& q,
                   const Joints& qd);

// The position command with which an actuator tau = kp (command - q) - kd qd gives the torque
// `torque`. MuJoCo's implicit integrator then damps the joint with kd within the step, whatever
// drive computed the torque.
Joints EquivalentTarget(const DriveConfig& config, const Joints& torque, const Joints& q,
                        const Joints& qd);

}  // namespace doggo::sim
