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
  s.heading = kUnknown;
  for (Joints* q : {&s.q, &s.qd, &s.pose_error, &s.torque}) q->setConstant(kUnknown);
  s.foot_W.setConstant(kUnknown);
  s.foot_height.setConstant(kUnknown);
  s.knee_height.setConstant(kUnknown);
  s.contact.setConstant(false);
  return s;
}

// Nothing is known but that a step takes 20 ms: a term that reads more than the test gives it does
// not give a number.
inline Transition Unknown() {
  Transition t;
  t.before = t.now = UnknownState();
  t.command.setConstant(kUnknown);
  t.command_age = kUnknown;
  t.action.setConstant(kUnknown);
  t.previous_action.setConstant(kUnknown);
  t.phase = kUnknown;
  t.stepping = false;
  t.idle_time = kUnknown;
  t.leg_phase.setConstant(kUnknown);
  t.swing.setConstant(false);
  t.step_dt = 0.02;
  t.training_steps = kUnknown;
  t.fell = t.diverged = false;
  return t;
}

// --- anything at all

inline Eigen::Vector3d RandomVector(Random& random) {
  return Eigen::Vector3d::NullaryExpr([&] { return random.Normal(); });
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
  for (Joints* q_j : {&s.q, &s.qd, &s.pose_error, &s.torque}) *q_j = RandomJoints(2, random);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    s.foot_W.col(leg) = RandomVector(random);
    s.foot_height[leg] = random.Uniform(-0.01, 0.2);
    s.knee_height[leg] = random.Uniform(-0.01, 0.2);
    s.contact[leg] = random.Uniform() < 0.5;
  }
  return s;
}

// A step whose parts need not fit together; the command is to move or to stand, each in half.
inline Transition RandomTransition(const GaitConfig& gait, Random& random) {
  Transition t;
  t.before = RandomState(random);
  t.now = RandomState(random);
  t.command = RandomVector(random);
  if (random.Uniform() < 0.5) t.command.setZero();
  t.command_age = random.Uniform(0, 5);
  t.action = RandomJoints(3, random);
  t.previous_action = RandomJoints(3, random);
  t.phase = random.Uniform(0, 2 * std::numbers::pi);
  t.step_dt = 0.02;
  t.training_steps = random.Uniform(0, 1e6);
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
  m.q = MirrorJoints(reflection, s.q);
  m.qd = MirrorJoints(reflection, s.qd);
  m.pose_error = MirrorJoints(reflection, s.pose_error);
  m.torque = MirrorJoints(reflection, s.torque);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const int image = MirrorLeg(reflection, leg);
    m.foot_W.col(image) = S * s.foot_W.col(leg);
    m.foot_height[image] = s.foot_height[leg];
    m.knee_height[image] = s.knee_height[leg];
    m.contact[image] = s.contact[leg];
  }
  return m;
}

// The trot of the image is the trot half a period later.
inline Transition MirrorTransition(Reflection reflection, const Transition& t) {
  Transition m = t;
  m.before = MirrorState(reflection, t.before);
  m.now = MirrorState(reflection, t.now);
  m.command = MirrorCommand(reflection, t.command);
  m.action = MirrorJoints(reflection, t.action);
  m.previous_action = MirrorJoints(reflection, t.previous_action);
  m.phase = std::fmod(t.phase + std::numbers::pi, 2 * std::numbers::pi);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const int image = MirrorLeg(reflection, leg);
    m.leg_phase[image] = t.leg_phase[leg];
    m.swing[image] = t.swing[leg];
  }
  return m;
}

}  // namespace doggo::sim
