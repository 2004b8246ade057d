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
  double base_height;         // m, of the base origin above the ground below it
  Joints q, qd;               // rad, rad/s
  Joints pose_error;          // rad, q - default pose
  Joints limit_distance;      // rad, to the nearer end of the joint's range; negative beyond it
  Joints torque;              // N m, of the last physics step
  LegPoints foot_W;           // m, centres of the feet
  LegPoints knee_W;           // m, the knees' axes
  LegScalars foot_height,     // m, lowest point of the foot above the ground
      knee_height;            // m, knee axis above the ground

  // what touched the ground in the control step that led here
  LegFlags contact;            // the foot, in the last physics step
  LegPoints foot_force_W;      // N, of the ground on the foot, mean over the physics steps
  LegScalars foot_peak_force;  // N, the largest in a physics step
  LegFlags wall_contact;       // the foot touched something upright
  LegFlags hip_contact, thigh_contact, shank_contact;
  bool base_contact;
  int body_contacts;  // parts other than feet that were pressed hard, summed over the physics steps
};

// A foot touches where the ground presses it by more than this (legged_gym: 1 N); a part other than
// a foot by kBodyContactForce, and hard by kHardContactForce (mjlab: 10 N).
inline constexpr double kFootContactForce = 1;    // N
inline constexpr double kBodyContactForce = 0.1;  // N
inline constexpr double kHardContactForce = 10;   // N
// Where no force is known yet, a foot so near to the ground touches it.
inline constexpr double kTouching = 1e-3;  // m

// Contacts of one control step, gathered physics step by physics step.
struct ContactSums {
  int physics_steps = 0;
  LegPoints foot_force_W = LegPoints::Zero();
  LegScalars foot_peak_force = LegScalars::Zero();
  LegFlags foot = LegFlags::Constant(false);  // in the last physics step
  LegFlags wall = LegFlags::Constant(false);  // a foot, against something upright
  LegFlags hip = LegFlags::Constant(false), thigh = hip, shank = hip;
  bool base = false;
  int body_contacts = 0;
};

// Adds the contacts of the mj_step that has just been taken.
void AddContacts(const Robot& robot, const mjModel& model, const mjData& data, ContactSums& sums);

// Reads base and joints from qpos and qvel, which are current after mj_step; does not touch feet,
// torque and contacts.
void MeasureBody(const Robot& robot, const mjData& data, RobotState& state);

// Where the feet and the knees are at the state's joint angles and base pose.
void MeasureLegs(const Robot& robot, RobotState& state);

// Reads everything, at the present qpos and qvel, heights above the plane z = 0: MuJoCo's own body
// positions are one physics step old after mj_step. `contacts` are those of the control step that
// led here; without any physics step in them (an episode begins), a foot touches where it is within
// a millimetre of the ground.
void Measure(const Robot& robot, const mjData& data, const ContactSums& contacts,
             RobotState& state);

}  // namespace doggo::sim
