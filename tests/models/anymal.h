// What the tests of models/anymal share: loading it, posing it, changing how it is driven and
// simulated, and watching it stand.
//
// Conventions: x forward, y left, z up; legs LF RF LH RH; joints HAA HFE KFE in each; SI units and
// radians.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <functional>
#include <string>

#include "sim/mujoco/model.h"

namespace doggo::sim {

using Vector12 = Eigen::Matrix<double, 12, 1>;
using Feet = Eigen::Matrix<double, 3, 4>;  // m, one foot centre per column

inline const std::array<std::string, 4> kLegs = {"LF", "RF", "LH", "RH"};
inline constexpr std::array<double, 4> kForward = {1, 1, -1, -1};   // sx of a leg
inline constexpr std::array<double, 4> kLeftward = {1, -1, 1, -1};  // sy of a leg
inline constexpr double kGravity = 9.81;                            // m/s^2

// The robot alone, without ground.
inline ModelPtr LoadAnymal(const std::function<void(mjSpec&)>& edit = nullptr) {
  return LoadModel(DOGGO_SOURCE_DIR "/models/anymal/anymal_c.xml", edit);
}

// The robot on flat ground, in the physics that it is trained in.
inline ModelPtr LoadFlat(const std::function<void(mjSpec&)>& edit = nullptr) {
  return LoadModel(DOGGO_SOURCE_DIR "/models/anymal/flat.xml", edit);
}

// All legs alike, given the left front one: HAA changes sign on the right (positive is outward on
// both sides), HFE and KFE on the hind legs.
inline Vector12 Pose(double haa, double hfe, double kfe) {
  Vector12 q;
  for (int leg = 0; leg < 4; ++leg) {
    q.segment<3>(3 * leg) << kLeftward[leg] * haa, kForward[leg] * hfe, kForward[leg] * kfe;
  }
  return q;
}
inline Vector12 ZeroPose() { return Pose(0, 0, 0); }
inline Vector12 DefaultPose() { return Pose(0, 0.4, -0.8); }
inline Vector12 Ocs2Pose() { return Pose(-0.25, 0.6, -0.85); }

inline Eigen::Map<Vector12> JointAngles(mjData& data) {
  return Eigen::Map<Vector12>(data.qpos + 7);
}
inline Eigen::Map<Vector12> Targets(mjData& data) { return Eigen::Map<Vector12>(data.ctrl); }

// Base level at this height, at rest, joints at `pose` and told to stay there.
inline DataPtr Posed(const mjModel& model, const Vector12& pose, double height) {
  DataPtr data = MakeData(model);
  mj_resetData(&model, data.get());
  data->qpos[0] = data->qpos[1] = 0;
  data->qpos[2] = height;
  JointAngles(*data) = pose;
  Targets(*data) = pose;
  mj_forward(&model, data.get());
  return data;
}

// The state of the keyframe "default".
inline DataPtr Standing(const mjModel& model) {
  DataPtr data = MakeData(model);
  mj_resetDataKeyframe(&model, data.get(), FindId(model, mjOBJ_KEY, "default"));
  mj_forward(&model, data.get());
  return data;
}

inline Feet FeetOf(const mjModel& model, const mjData& data) {
  Feet feet;
  for (int leg = 0; leg < 4; ++leg) {
    const int geom = FindId(model, mjOBJ_GEOM, kLegs[leg] + "_foot");
    feet.col(leg) = Eigen::Map<const Eigen::Vector3d>(data.geom_xpos + 3 * geom);
  }
  return feet;
}

// How the joints are driven: torque = clip(kp (target - q) - kd qd, +-80 N m) - damping qd.
struct Drive {
  double kp = 85;          // N m / rad
  double kd = 5;           // N m s / rad
  double armature = 0.06;  // kg m^2
  double damping = 0;      // N m s / rad
};

inline void SetDrive(const Drive& drive, mjModel& model) {
  for (int a = 0; a < model.nu; ++a) {
    model.actuator_gainprm[mjNGAIN * a] = drive.kp;
    model.actuator_biasprm[mjNBIAS * a + 1] = -drive.kp;
    model.actuator_biasprm[mjNBIAS * a + 2] = -drive.kd;
  }
  for (int dof = 6; dof < model.nv; ++dof) {
    model.dof_armature[dof] = drive.armature;
    model.dof_damping[dof] = drive.damping;
  }
  DataPtr data = MakeData(model);
  mj_setConst(&model, data.get());  // how soft a contact is depends on the armature
}

// Elliptic friction cone at 5 ms, the solver to convergence: what standing and walking are judged
// in.
inline void SetReferencePhysics(double impratio, mjModel& model) {
  model.opt.timestep = 0.005;
  model.opt.cone = mjCONE_ELLIPTIC;
  model.opt.impratio = impratio;
  model.opt.iterations = 100;
  model.opt.ls_iterations = 50;
}

inline void Simulate(const mjModel& model, double seconds, mjData& data) {
  const int steps = static_cast<int>(std::lround(seconds / model.opt.timestep));
  for (int i = 0; i < steps; ++i) mj_step(&model, &data);
  mj_forward(&model, &data);  // so that positions and contacts belong to the state
}

}  // namespace doggo::sim
