// What differs from episode to episode, a table: each row draws one thing anew, always from the
// nominal value; how an episode starts; and the pushes during it.
//
// Every number is a function of (seed, environment, episode, row), so that the world of any episode
// can be told without simulating what was before.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"
#include "sim/robot/robot.h"

namespace doggo::sim {

struct RandomizationConfig {
  Range friction = {0.4, 1.25};
  Range base_mass = {0, 0};       // kg, added
  Range base_com = {0, 0};        // m, added to x, y and z
  Range base_inertia = {1, 1};    // factor
  Range link_mass = {1, 1};       // factor
  Range kp = {1, 1};              // factor
  Range kd = {1, 1};              // factor
  Range motor_strength = {1, 1};  // factor
  Range latency = {0, 0};         // physics steps
  Range armature = {1, 1};        // factor
  Range joint_damping = {0, 0};   // N m s/rad
  Range joint_friction = {0, 0};  // N m
  Range encoder_bias = {0, 0};    // rad
  Range gyro_bias = {0, 0};       // rad/s
  Range imu_tilt = {0, 0};        // rad
  Range gravity = {0, 0};         // m/s^2, added to x, y and z

  // how an episode starts
  Range joint_scale = {1, 1};   // factor of the default pose
  double joint_position = 0.1;  // rad
  double joint_speed = 0;       // rad/s
  double base_velocity = 0.3;   // m/s, rad/s
  double tilt = 0;              // rad
  double heading = 0;           // rad
  double drop_height = 0;       // m

  // pushes
  double push_interval = 4;      // s
  Range push_speed = {-1, 1};    // m/s
  Range push_turn = {0, 0};      // rad/s
  Range push_force = {0, 0};     // N
  Range push_duration = {0, 0};  // s
};
ConfigFields Fields(RandomizationConfig& config);

// What was drawn for an episode.
struct Randomized {
  double friction;            // of the ground
  double base_mass;           // kg, added
  Eigen::Vector3d base_com;   // m, added, B
  double base_inertia;        // factor
  Joints link_mass;           // factors of mass and inertia of HIP THIGH SHANK of each leg
  DriveVariation drive;       // kp, kd, strength, encoder bias, latency
  Joints armature;            // factors
  Joints joint_damping;       // N m s/rad
  Joints joint_friction;      // N m
  Eigen::Vector3d gyro_bias;  // rad/s, B
  Eigen::Vector3d imu_tilt;   // rad, the rotation vector from B to how the IMU is really mounted, B
  Eigen::Vector3d gravity;    // m/s^2, added, W
};

// An environment's own values of MuJoCo's model; null where nothing varies the field.
struct ModelFields {
  mjtNum* geom_friction = nullptr;
  mjtNum *body_mass = nullptr, *body_inertia = nullptr, *body_ipos = nullptr;
  mjtNum *actuator_gainprm = nullptr, *actuator_biasprm = nullptr, *actuator_forcerange = nullptr;
  mjtNum *dof_armature = nullptr, *dof_damping = nullptr, *dof_frictionloss = nullptr;
  mjtNum* gravity = nullptr;
};

struct RandomizationTerm {
  std::string_view name;
  Range RandomizationConfig::*range;
  double nominal;  // of the model as it is loaded
  double min, max;
  bool whole;  // whole numbers, both ends of the range included
  int size;    // how many are drawn, each from the range
  double* (*values)(Randomized&);
  std::array<std::string_view, 3> fields;  // of mjModel that it varies; "" for none
  // changes the environment's model, whose fields are nominal but for what rows before this one
  // changed; null where the numbers are read elsewhere
  void (*apply)(const Robot&, const Randomized&, const ModelFields&);
  std::string_view unit, meaning;
};

std::span<const RandomizationTerm> RandomizationTerms();

// Draws every row for one episode.
Randomized DrawRandomized(const RandomizationConfig& config, uint64_t seed, int environment,
                          int64_t episode);

// The rows that leave their nominal values, and what they need of the model: decided once, applied
// at every reset.
class ModelRandomization {
 public:
  // Throws std::invalid_argument where a range would take away all of the base's mass, or has ends
  // that are not whole where the row draws whole numbers.
  ModelRandomization(const RandomizationConfig& config, const Robot& robot);

  // Names of mjModel's fields, in the order in which Apply takes them.
  const std::vector<std::string>& fields() const { return fields_; }
  // Do other constants of the model follow from them?
  bool constants_follow() const { return constants_follow_; }

  // values: an environment's own values of each of fields().
  void Apply(const Robot& robot, const Randomized& randomized,
             const std::vector<mjtNum*>& values) const;

 private:
  std::vector<const RandomizationTerm*> terms_;
  std::vector<std::string> fields_;
  std::vector<int> kinds_;  // of fields_
  bool constants_follow_ = false;
};

// A push that begins, in the world frame.
struct Push {
  Eigen::Vector3d kick;   // vx, vy (m/s), yaw rate (rad/s), added at once
  Eigen::Vector3d force;  // N, on the base's centre of mass
  double duration;        // s, of the force
};

// Pushes come at random times, push_interval apart on average: in most control steps all is zero.
Push DrawPush(const RandomizationConfig& config, double step_dt, Random random);

// No randomisation and no pushes: every range at its nominal value.
RandomizationConfig Nominal(const PhysicsConfig& physics);

}  // namespace doggo::sim
