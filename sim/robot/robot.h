// A quadruped: its compiled model, and where its parts are in it.
//
// Conventions: x forward, y left, z up; W the world frame, B the base frame.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/mujoco/model.h"
#include "sim/robot/drive.h"
#include "sim/robot/joints.h"

namespace doggo::sim {

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
  double contact_time = 0.02;  // s; MuJoCo's default

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
  std::array<int, kNumLegs> foot_geom, hip_body, thigh_body, shank_body;
};

// What a geom of the model belongs to.
enum class Part : signed char { kNone, kBase, kHip, kThigh, kShank, kFoot };
struct GeomPart {
  Part part = Part::kNone;
  signed char leg = -1;  // of all but kNone and kBase
};

// The legs as chains of three links, each turned by one joint about its own origin; at zero joint
// angles every link's frame is parallel to B. Index of `links`: HIP, THIGH, SHANK.
struct LegChains {
  struct Link {
    LegVectors offset;  // m, from the origin of the link before (the first: B)
    LegVectors axis;    // of the joint
  };
  std::array<Link, 3> links;
  LegVectors foot;  // m, centre of the foot, from the shank's origin
};

struct Robot {
  PhysicsConfig physics;
  DriveConfig drive;
  ModelPtr model;
  RobotIds ids;
  std::vector<GeomPart> parts;  // of every geom
  LegChains legs;
  Joints joint_low, joint_high;  // rad, the joints' ranges
  double foot_radius;            // m
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
// given are looked up under `root`. `edit` may change the specification further, last before it is
// compiled. Throws std::runtime_error where the file cannot be read or lacks a part.
Robot LoadRobot(const PhysicsConfig& physics, const DriveConfig& drive, const std::string& root,
                const std::function<void(mjSpec&)>& edit = nullptr);

// The parts of it: the scene's file (as given, else under `root`); what is changed before it is
// compiled (contacts, base); and the options.
std::filesystem::path FindScene(const PhysicsConfig& physics, const std::string& root);
void EditScene(const PhysicsConfig& physics, mjSpec& spec);
void SetOptions(const PhysicsConfig& physics, mjOption& option);

// Sentences on what is likely not meant: gains with which a joint's swings grow at this physics
// step. A joint of inertia I (MuJoCo's dof_invweight0) moves by semi-implicit Euler; with
// a = dt kd / I and b = dt^2 kp / I, its eigenvalues are within the unit circle (Jury's criterion)
//   implicit damping:       for b < 4 + 2 a
//   torque with a lag T:    for g (2 a + b) < 8 - 4 g,  g = 1 - exp(-dt / T),
//                           and kd > kp dt / (exp(dt / T) - 1), which is about kp T
std::vector<std::string> Warnings(const Robot& robot);

}  // namespace doggo::sim
