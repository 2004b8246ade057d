// Control steps made by hand, and their mirror images worked out field by field.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "sim/locomotion/gait.h"
#include "sim/locomotion/symmetry.h"
#include "sim/locomotion/transition.h"
#include "tests/sim/robot/robots.h"

namespace doggo::sim {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

inline RobotState UnknownState() {
  RobotState s;
  s.p_W.setConstant(kUnknown);
  s.R_WB.setConstant(kUnknown);
  for (Eigen::Vector3d* v : {&s.v_B, &s.v_H, &s.w_B, &s.w_H, &s.gravity_B}) {
    v->setConstant(kUnknown);
  }
  s.heading = s.base_height = kUnknown;
  for (Joints* q : {&s.q, &s.qd, &s.pose_error, &s.limit_distance, &s.torque}) {
    q->setConstant(kUnknown);
  }
  for (LegPoints* points : {&s.foot_W, &s.knee_W, &s.foot_force_W}) points->setConstant(kUnknown);
  for (LegScalars* scalars : {&s.foot_height, &s.knee_height, &s.foot_peak_force}) {
    scalars->setConstant(kUnknown);
  }
  for (LegFlags* flags :
       {&s.contact, &s.wall_contact, &s.hip_contact, &s.thigh_contact, &s.shank_contact}) {
    flags->setConstant(false);
  }
  s.base_contact = false;
  s.body_contacts = 0;
  return s;
}

inline Surroundings UnknownSurroundings() {
  Surroundings around;
  around.mean_height = around.belly_height = kUnknown;
  around.slope.setConstant(kUnknown);
  around.near_rise.setConstant(kUnknown);
  around.far_rise.setConstant(kUnknown);
  return around;
}

inline Randomized UnknownRandomized() {
  Randomized r;
  r.friction = r.base_mass = r.base_inertia = r.drive.latency = kUnknown;
  for (Eigen::Vector3d* v : {&r.base_com, &r.gyro_bias, &r.imu_tilt, &r.gravity}) {
    v->setConstant(kUnknown);
  }
  for (Joints* q : {&r.link_mass, &r.armature, &r.joint_damping, &r.joint_friction, &r.drive.kp,
                    &r.drive.kd, &r.drive.strength, &r.drive.encoder_bias}) {
    q->setConstant(kUnknown);
  }
  return r;
}

// Nothing is known but that a step takes 20 ms: a term that reads more than the test gives it does
// not give a number.
inline Transition Unknown() {
  Transition t;
  t.before = t.now = UnknownState();
  t.ground = UnknownSurroundings();
  t.command.setConstant(kUnknown);
  t.command_age = t.target_heading = kUnknown;
  t.stop_W.setConstant(kUnknown);
  for (Joints* q : {&t.action, &t.previous_action, &t.older_action, &t.target}) {
    q->setConstant(kUnknown);
  }
  t.step_dt = 0.02;
  t.training_steps = t.phase = t.idle_time = t.work = kUnknown;
  for (LegScalars* scalars : {&t.leg_phase, &t.air_time, &t.ground_time, &t.peak_height}) {
    scalars->setConstant(kUnknown);
  }
  for (LegFlags* flags : {&t.swing, &t.grounded, &t.touchdown, &t.liftoff})
    flags->setConstant(false);
  for (Eigen::Vector3d* v : {&t.kick_W, &t.push_W}) v->setConstant(kUnknown);
  t.randomized = UnknownRandomized();
  t.follows_heading = t.stepping = t.fell = t.diverged = false;
  return t;
}

// --- anything at all

inline Eigen::Vector3d RandomVector(Random& random) {
  return Eigen::Vector3d::NullaryExpr([&] { return random.Normal(); });
}

inline LegScalars RandomLegs(double low, double high, Random& random) {
  return LegScalars::NullaryExpr([&] { return random.Uniform(low, high); });
}

inline LegFlags RandomFlags(Random& random) {
  return LegFlags::NullaryExpr([&] { return random.Uniform() < 0.5; });
}

inline RobotState RandomState(Random& random) {
  RobotState s;
  s.p_W = RandomVector(random);
  Eigen::Quaterniond q(random.Normal(), random.Normal(), random.Normal(), random.Normal());
  s.R_WB = q.normalized().toRotationMatrix();
  for (Eigen::Vector3d* v : {&s.v_B, &s.v_H, &s.w_B, &s.w_H, &s.gravity_B}) {
    *v = RandomVector(random);
  }
  s.heading = std::atan2(s.R_WB(1, 0), s.R_WB(0, 0));
  s.base_height = s.p_W.z() + 0.3;
  for (Joints* q_j : {&s.q, &s.qd, &s.pose_error, &s.limit_distance, &s.torque}) {
    *q_j = RandomJoints(2, random);
  }
  s.torque *= 50;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    s.foot_W.col(leg) = RandomVector(random);
    s.knee_W.col(leg) = RandomVector(random);
    s.foot_force_W.col(leg) = 100 * RandomVector(random);
  }
  s.foot_height = RandomLegs(-0.01, 0.2, random);
  s.knee_height = RandomLegs(-0.01, 0.2, random);
  s.foot_peak_force = RandomLegs(0, 700, random);
  for (LegFlags* flags :
       {&s.contact, &s.wall_contact, &s.hip_contact, &s.thigh_contact, &s.shank_contact}) {
    *flags = RandomFlags(random);
  }
  s.base_contact = random.Uniform() < 0.5;
  s.body_contacts = static_cast<int>(random.Below(5));
  return s;
}

inline Surroundings AnySurroundings(Random& random) {
  Surroundings around;
  around.mean_height = random.Normal();
  around.slope = RandomVector(random).head<2>();
  around.near_rise = RandomLegs(-0.2, 0.2, random);
  around.far_rise = RandomLegs(-0.2, 0.2, random);
  around.belly_height = random.Normal();
  return around;
}

inline Randomized AnyRandomized(Random& random) {
  Randomized r;
  r.friction = random.Uniform();
  r.base_mass = random.Normal();
  r.base_inertia = random.Uniform(0.8, 1.2);
  r.drive.latency = random.Below(4);
  for (Eigen::Vector3d* v : {&r.base_com, &r.gyro_bias, &r.imu_tilt, &r.gravity}) {
    *v = RandomVector(random);
  }
  for (Joints* q : {&r.link_mass, &r.armature, &r.joint_damping, &r.joint_friction, &r.drive.kp,
                    &r.drive.kd, &r.drive.strength, &r.drive.encoder_bias}) {
    *q = RandomJoints(1, random);
  }
  return r;
}

// A step whose parts need not fit together; the command is to move or to stand, each in half.
inline Transition RandomTransition(const GaitConfig& gait, Random& random) {
  Transition t;
  t.before = RandomState(random);
  t.now = RandomState(random);
  t.ground = AnySurroundings(random);
  t.command = RandomVector(random);
  if (random.Uniform() < 0.5) t.command.setZero();
  t.command_age = random.Uniform(0, 5);
  t.target_heading = random.Uniform(-std::numbers::pi, std::numbers::pi);
  t.follows_heading = random.Uniform() < 0.5;
  t.action = RandomJoints(3, random);
  t.previous_action = RandomJoints(3, random);
  t.older_action = RandomJoints(3, random);
  t.target = RandomJoints(2, random);
  t.phase = random.Uniform(0, 2 * std::numbers::pi);
  t.step_dt = 0.02;
  t.training_steps = random.Uniform(0, 1e6);
  t.grounded = RandomFlags(random);
  t.touchdown = RandomFlags(random);
  t.liftoff = RandomFlags(random);
  t.air_time = RandomLegs(0, 1, random);
  t.ground_time = RandomLegs(0, 1, random);
  t.peak_height = RandomLegs(0, 0.3, random);
  t.work = random.Uniform(0, 10);
  t.kick_W = RandomVector(random);
  t.push_W = RandomVector(random);
  t.randomized = AnyRandomized(random);
  t.stop_W = RandomVector(random).head<2>();
  t.fell = random.Uniform() < 0.5;
  t.diverged = false;
  t.stepping = false;
  t.idle_time = 0;
  HeedCommand(gait, t);
  return t;
}

// --- mirror images: vectors v -> S v, pseudo-vectors w -> -S w, legs change places

// diag(1, -1, 1) in the plane y = 0, diag(-1, 1, 1) in the plane x = 0.
inline Eigen::Vector3d Signs(Reflection reflection) {
  return reflection == Reflection::kLeftRight ? Eigen::Vector3d(1, -1, 1)
                                              : Eigen::Vector3d(-1, 1, 1);
}

inline Eigen::Vector3d MirrorVector(Reflection reflection, const Eigen::Vector3d& v) {
  return Signs(reflection).cwiseProduct(v);
}

// Of angular velocities: the mirror reverses the sense.
inline Eigen::Vector3d MirrorPseudoVector(Reflection reflection, const Eigen::Vector3d& w) {
  return -Signs(reflection).cwiseProduct(w);
}

inline int MirrorLeg(Reflection reflection, int leg) {
  const int left_right[] = {1, 0, 3, 2}, fore_aft[] = {2, 3, 0, 1};
  return (reflection == Reflection::kLeftRight ? left_right : fore_aft)[leg];
}

inline Joints MirrorJoints(Reflection reflection, const Joints& q) {
  const Eigen::Vector3d signs = reflection == Reflection::kLeftRight
                                    ? Eigen::Vector3d(-1, 1, 1)
                                    : Eigen::Vector3d(1, -1, -1);  // HAA HFE KFE
  Joints mirrored;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    mirrored.segment<3>(3 * MirrorLeg(reflection, leg)) = signs.cwiseProduct(q.segment<3>(3 * leg));
  }
  return mirrored;
}

// Of what has no sense of rotation: gains, masses, distances to the nearer limit.
inline Joints MirrorFactors(Reflection reflection, const Joints& factors) {
  Joints mirrored;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    mirrored.segment<3>(3 * MirrorLeg(reflection, leg)) = factors.segment<3>(3 * leg);
  }
  return mirrored;
}

template <typename PerLeg>  // LegScalars or LegFlags
PerLeg MirrorLegs(Reflection reflection, const PerLeg& values) {
  PerLeg mirrored;
  for (int leg = 0; leg < kNumLegs; ++leg) mirrored[MirrorLeg(reflection, leg)] = values[leg];
  return mirrored;
}

inline LegPoints MirrorPoints(Reflection reflection, const LegPoints& points) {
  LegPoints mirrored;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    mirrored.col(MirrorLeg(reflection, leg)) = MirrorVector(reflection, points.col(leg));
  }
  return mirrored;
}

// (vx, vy, yaw rate)
inline Eigen::Vector3d MirrorCommand(Reflection reflection, const Eigen::Vector3d& c) {
  return reflection == Reflection::kLeftRight ? Eigen::Vector3d(c.x(), -c.y(), -c.z())
                                              : Eigen::Vector3d(-c.x(), c.y(), -c.z());
}

inline RobotState MirrorState(Reflection reflection, const RobotState& s) {
  const Eigen::Matrix3d S = Signs(reflection).asDiagonal();
  RobotState m;
  m.p_W = S * s.p_W;
  m.R_WB = S * s.R_WB * S;
  m.v_B = S * s.v_B;
  m.v_H = S * s.v_H;
  m.w_B = MirrorPseudoVector(reflection, s.w_B);
  m.w_H = MirrorPseudoVector(reflection, s.w_H);
  m.gravity_B = S * s.gravity_B;
  m.heading = -s.heading;
  m.base_height = s.base_height;
  m.q = MirrorJoints(reflection, s.q);
  m.qd = MirrorJoints(reflection, s.qd);
  m.pose_error = MirrorJoints(reflection, s.pose_error);
  m.limit_distance = MirrorFactors(reflection, s.limit_distance);
  m.torque = MirrorJoints(reflection, s.torque);
  m.foot_W = MirrorPoints(reflection, s.foot_W);
  m.knee_W = MirrorPoints(reflection, s.knee_W);
  m.foot_height = MirrorLegs(reflection, s.foot_height);
  m.knee_height = MirrorLegs(reflection, s.knee_height);
  m.contact = MirrorLegs(reflection, s.contact);
  m.wall_contact = MirrorLegs(reflection, s.wall_contact);
  m.foot_force_W = MirrorPoints(reflection, s.foot_force_W);
  m.foot_peak_force = MirrorLegs(reflection, s.foot_peak_force);
  m.hip_contact = MirrorLegs(reflection, s.hip_contact);
  m.thigh_contact = MirrorLegs(reflection, s.thigh_contact);
  m.shank_contact = MirrorLegs(reflection, s.shank_contact);
  m.base_contact = s.base_contact;
  m.body_contacts = s.body_contacts;
  return m;
}

inline Surroundings MirrorSurroundings(Reflection reflection, const Surroundings& around) {
  Surroundings m = around;  // scalars stay
  m.slope = around.slope.cwiseProduct(Signs(reflection).head<2>());
  m.near_rise = MirrorLegs(reflection, around.near_rise);
  m.far_rise = MirrorLegs(reflection, around.far_rise);
  return m;
}

inline Randomized MirrorRandomized(Reflection reflection, const Randomized& r) {
  Randomized m = r;  // scalars stay
  m.base_com = MirrorVector(reflection, r.base_com);
  m.link_mass = MirrorFactors(reflection, r.link_mass);
  m.armature = MirrorFactors(reflection, r.armature);
  m.joint_damping = MirrorFactors(reflection, r.joint_damping);
  m.joint_friction = MirrorFactors(reflection, r.joint_friction);
  m.drive.kp = MirrorFactors(reflection, r.drive.kp);
  m.drive.kd = MirrorFactors(reflection, r.drive.kd);
  m.drive.strength = MirrorFactors(reflection, r.drive.strength);
  m.drive.encoder_bias = MirrorJoints(reflection, r.drive.encoder_bias);
  m.gyro_bias = MirrorPseudoVector(reflection, r.gyro_bias);
  m.imu_tilt = MirrorPseudoVector(reflection, r.imu_tilt);
  m.gravity = MirrorVector(reflection, r.gravity);
  return m;
}

// The trot of the image is the trot half a period later. Its heading has the other sign in either
// mirror: in the one across, what was the robot's rear is the image's front.
inline Transition MirrorTransition(Reflection reflection, const Transition& t) {
  Transition m = t;  // scalars stay
  m.before = MirrorState(reflection, t.before);
  m.now = MirrorState(reflection, t.now);
  m.ground = MirrorSurroundings(reflection, t.ground);
  m.command = MirrorCommand(reflection, t.command);
  m.target_heading = -t.target_heading;
  m.stop_W = Signs(reflection).head<2>().cwiseProduct(t.stop_W);
  m.action = MirrorJoints(reflection, t.action);
  m.previous_action = MirrorJoints(reflection, t.previous_action);
  m.older_action = MirrorJoints(reflection, t.older_action);
  m.target = MirrorJoints(reflection, t.target);
  m.phase = std::fmod(t.phase + std::numbers::pi, 2 * std::numbers::pi);
  m.leg_phase = MirrorLegs(reflection, t.leg_phase);
  m.swing = MirrorLegs(reflection, t.swing);
  m.grounded = MirrorLegs(reflection, t.grounded);
  m.touchdown = MirrorLegs(reflection, t.touchdown);
  m.liftoff = MirrorLegs(reflection, t.liftoff);
  m.air_time = MirrorLegs(reflection, t.air_time);
  m.ground_time = MirrorLegs(reflection, t.ground_time);
  m.peak_height = MirrorLegs(reflection, t.peak_height);
  m.kick_W = MirrorCommand(reflection, t.kick_W);
  m.push_W = MirrorVector(reflection, t.push_W);
  m.randomized = MirrorRandomized(reflection, t.randomized);
  return m;
}

}  // namespace doggo::sim
