// A quadruped: its compiled model, and where its parts are in it.
//
// Conventions: legs LF RF LH RH, joints HAA HFE KFE in each (hip abduction, hip flexion, knee
// flexion); x forward, y left, z up; W the world frame, B the base frame.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <string>

#include "sim/interface/config_field.h"
#include "sim/mujoco/model.h"
#include "sim/robot/drive.h"

namespace doggo::sim {

inline constexpr int kNumLegs = 4;
inline constexpr std::array<const char*, kNumLegs> kLegNames = {"LF", "RF", "LH", "RH"};
inline constexpr std::array<const char*, 3> kLegJointNames = {"HAA", "HFE", "KFE"};

using LegPoints = Eigen::Matrix<double, 3, kNumLegs>;  // one column per leg
using LegFlags = Eigen::Array<bool, kNumLegs, 1>;

// How MuJoCo integrates the model.
struct PhysicsConfig {
  std::string model = "models/anymal/flat.xml";
  bool exact_base = false;
  double timestep = 0.01;  // s
  int substeps = 2;        // per control step
  std::string cone = "pyramidal";
  double impratio = 10;
  std::string solver = "newton";
  int iterations = 10, line_search_iterations = 10;
  double tolerance = 1e-8;
  std::string contacts = "feet";
  double friction = 0.8;

  double step_dt() const { return timestep * substeps; }
};
ConfigFields Fields(PhysicsConfig& config);

// The physics in which policies are judged, whatever they were trained in: 5 ms, elliptic cone,
// impratio 10, solver to convergence, the whole body collides.
PhysicsConfig ReferencePhysics(const PhysicsConfig& training);

// Where the robot's parts are in the model's arrays.
struct RobotIds {
  int base_body, floor_geom;
  std::array<int, kNumJoints> qpos, dof, actuator;
  std::array<int, kNumLegs> foot_geom, knee_body;
};

struct Robot {
  PhysicsConfig physics;
  DriveConfig drive;
  ModelPtr model;
  RobotIds ids;
  double foot_radius;   // m
  double base_height;   // m, of the base above flat ground in the default pose, feet just touching
  Joints default_pose;  // rad
  LegPoints feet_B;     // m, foot centres in the default pose
  double mass;          // kg
  // of each leg: d(joint angles) = leg_inverse * d(foot position in B), linear about the default
  // pose
  std::array<Eigen::Matrix3d, kNumLegs> leg_inverse;
};

// Loads the scene and prepares it for fast simulation: the options of `physics`, the gains of
// `drive`, no visual geometry, and contacts of the wanted parts only. Paths that do not exist as
// given are looked up under `root`. Throws std::runtime_error where the file cannot be read or
// lacks a part.
Robot LoadRobot(const PhysicsConfig& physics, const DriveConfig& drive, const std::string& root);

}  // namespace doggo::sim
