#include "sim/robot/robot_state.h"

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

// A contact whose normal is less upright than this is one with a wall.
constexpr double kWallNormal = 0.5;  // vertical part of the unit normal

// Force on the second geom of a contact, world frame.
Eigen::Vector3d ForceW(const mjModel& model, const mjData& data, int k) {
  mjtNum wrench[6];  // in the contact's frame, whose axes are the rows of `frame`
  mj_contactForce(&model, &data, k, wrench);
  const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> frame(data.contact[k].frame);
  return frame.transpose() * Eigen::Map<const Eigen::Vector3d>(wrench);
}

LegScalars Strength(const LegPoints& force) { return force.colwise().norm().transpose(); }

// a x b of every leg.
LegVectors Cross(const LegVectors& a, const LegVectors& b) {
  LegVectors c;
  for (int i = 0; i < 3; ++i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    c.col(i) = a.col(j) * b.col(k) - a.col(k) * b.col(j);
  }
  return c;
}

// Which of one part of every leg was touched, and how many of them hard.
void AddLegParts(const LegPoints& force, LegFlags& touched, int& hard) {
  const LegScalars strength = Strength(force);
  touched = touched || strength > kBodyContactForce;
  hard += static_cast<int>((strength > kHardContactForce).count());
}

}  // namespace

void AddContacts(const Robot& robot, const mjModel& model, const mjData& data, ContactSums& sums) {
  // forces of this physics step, summed over the points where a part touches
  LegPoints foot = LegPoints::Zero(), hip = foot, thigh = foot, shank = foot;
  Eigen::Vector3d base = Eigen::Vector3d::Zero();
  bool on_legs = false;  // does any part of a leg touch but its foot
  for (int k = 0; k < data.ncon; ++k) {
    const mjContact& contact = data.contact[k];
    if (contact.efc_address < 0) continue;  // near, but no constraint
    const bool is_first = robot.parts[contact.geom[0]].part != Part::kNone;
    const GeomPart& geom = robot.parts[contact.geom[is_first ? 0 : 1]];
    if (geom.part == Part::kNone) continue;
    const double sign = is_first ? -1 : 1;
    const Eigen::Vector3d force = sign * ForceW(model, data, k);
    if (geom.part == Part::kBase) base += force;
    if (geom.part == Part::kHip) hip.col(geom.leg) += force;
    if (geom.part == Part::kThigh) thigh.col(geom.leg) += force;
    if (geom.part == Part::kShank) shank.col(geom.leg) += force;
    if (geom.part == Part::kFoot) {
      foot.col(geom.leg) += force;
      if (std::abs(contact.frame[2]) < kWallNormal) sums.wall[geom.leg] = true;
    }
    on_legs = on_legs || (geom.part != Part::kFoot && geom.part != Part::kBase);
  }

  const LegScalars foot_strength = Strength(foot);
  ++sums.physics_steps;
  sums.foot_force_W += foot;
  sums.foot_peak_force = sums.foot_peak_force.max(foot_strength);
  sums.foot = foot_strength > kFootContactForce;

  sums.base = sums.base || base.norm() > kBodyContactForce;
  sums.body_contacts += base.norm() > kHardContactForce;
  if (!on_legs) return;
  AddLegParts(hip, sums.hip, sums.body_contacts);
  AddLegParts(thigh, sums.thigh, sums.body_contacts);
  AddLegParts(shank, sums.shank, sums.body_contacts);
}

void MeasureBody(const Robot& robot, const mjData& data, RobotState& s) {
  s.p_W = Eigen::Map<const Eigen::Vector3d>(data.qpos);
  s.base_height = s.p_W.z();
  const Eigen::Quaterniond q_WB(data.qpos[3], data.qpos[4], data.qpos[5], data.qpos[6]);
  s.R_WB = q_WB.normalized().toRotationMatrix();
  s.heading = std::atan2(s.R_WB(1, 0), s.R_WB(0, 0));
  const Eigen::Vector2d ahead = s.R_WB.col(0).head<2>().stableNormalized();
  const double c = ahead.x(), sn = ahead.y();

  // a free joint's velocity is linear in W, angular in B
  const Eigen::Map<const Eigen::Vector3d> v_W(data.qvel);
  s.w_B = Eigen::Map<const Eigen::Vector3d>(data.qvel + 3);
  const Eigen::Vector3d w_W = s.R_WB * s.w_B;
  s.v_B = s.R_WB.transpose() * v_W;
  s.v_H = {c * v_W.x() + sn * v_W.y(), -sn * v_W.x() + c * v_W.y(), v_W.z()};
  s.w_H = {c * w_W.x() + sn * w_W.y(), -sn * w_W.x() + c * w_W.y(), w_W.z()};
  s.gravity_B = -s.R_WB.row(2).transpose();

  for (int j = 0; j < kNumJoints; ++j) {
    s.q[j] = data.qpos[robot.ids.qpos[j]];
    s.qd[j] = data.qvel[robot.ids.dof[j]];
  }
  s.pose_error = s.q - robot.default_pose;
  s.limit_distance = (s.q - robot.joint_low).cwiseMin(robot.joint_high - s.q);
}

// From the foot inwards, so that only vectors are turned, those of the four legs side by side:
//   foot_B = o1 + R1 (o2 + R2 (o3 + R3 foot)),   o offsets, R rotations by q.
void MeasureLegs(const Robot& robot, RobotState& s) {
  const Eigen::Map<const Eigen::Array<double, 3, kNumLegs>> q(s.q.data());
  LegVectors foot = robot.legs.foot, knee = LegVectors::Zero();
  for (int k = 2; k >= 0; --k) {
    const LegChains::Link& link = robot.legs.links[k];
    LegScalars sine, cosine;
    for (int leg = 0; leg < kNumLegs; ++leg) {
      sine[leg] = std::sin(q(k, leg));
      cosine[leg] = std::cos(q(k, leg));
    }
    // Rodrigues' rotation about the joints' axes
    const auto outwards = [&](const LegVectors& v) -> LegVectors {
      const LegScalars along = (1 - cosine) * (link.axis * v).rowwise().sum();
      return link.offset + v.colwise() * cosine + Cross(link.axis, v).colwise() * sine +
             link.axis.colwise() * along;
    };
    foot = outwards(foot);
    knee = k == 2 ? link.offset : outwards(knee);
  }
  s.foot_W = (s.R_WB * foot.matrix().transpose()).colwise() + s.p_W;
  s.foot_height = s.foot_W.row(2).transpose().array() - robot.foot_radius;
  s.knee_W = (s.R_WB * knee.matrix().transpose()).colwise() + s.p_W;
  s.knee_height = (knee.matrix() * s.R_WB.row(2).transpose()).array() + s.p_W.z();
}

void Measure(const Robot& robot, const mjData& data, const ContactSums& contacts, RobotState& s) {
  MeasureBody(robot, data, s);
  MeasureLegs(robot, s);
  for (int j = 0; j < kNumJoints; ++j) s.torque[j] = data.qfrc_actuator[robot.ids.dof[j]];

  s.contact = contacts.physics_steps > 0 ? contacts.foot : s.foot_height < kTouching;
  s.foot_force_W = contacts.foot_force_W / std::max(1, contacts.physics_steps);
  s.foot_peak_force = contacts.foot_peak_force;
  s.wall_contact = contacts.wall;
  s.hip_contact = contacts.hip;
  s.thigh_contact = contacts.thigh;
  s.shank_contact = contacts.shank;
  s.base_contact = contacts.base;
  s.body_contacts = contacts.body_contacts;
}

}  // namespace doggo::sim
