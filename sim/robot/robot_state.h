// What is known of the robot at one instant, in the frames that the task speaks in.
#pragma once

#include "sim/robot/robot.h"

namespace doggo::sim {

// H is the heading frame: B turned so that its z axis is vertical and its x axis keeps the base's
// heading.
struct RobotState {
  Eigen::Vector3d p_W;  // m, base origin
  Eigen::Matrix3d R_WB;
  Eigen::Vector3d v_B, v_H;   // m/s, of the base origin
  Eigen::Vector3d w_B, w_H;   // rad/s
  Eigen::Vector3d gravity_B;  // unit vector, downwards
  double heading;             // rad, in (-pi, pi]
  Joints q, qd;               // rad, rad/s
  Joints pose_error;          // rad, q - default pose
  Joints torque;              // N m, of the last physics step
  LegPoints foot_W;           // m, centres of the feet
  Eigen::Array<double, kNumLegs, 1> foot_height,
      knee_height;   // m, lowest point of the foot, knee axis, above the ground
  LegFlags contact;  // did the foot touch the ground in the last physics step
};

// Reads base and joints from qpos and qvel, which are current after mj_step; does not touch feet,
// torque and contacts.
void MeasureBody(const Robot& robot, const mjData& data, RobotState& state);

// Recomputes the kinematics of `data` at its current qpos (after mj_step they are one physics step
// old) and reads everything.
void Measure(const Robot& robot, const mjModel& model, mjData& data, RobotState& state);

}  // namespace doggo::sim
