#include "sim/robot/robot_state.h"

#include <cmath>

namespace doggo::sim {

void MeasureBody(const Robot& robot, const mjData& data, RobotState& s) {
  s.p_W = Eigen::Map<const Eigen::Vector3d>(data.qpos);
  const Eigen::Quaterniond q_WB(data.qpos[3], data.qpos[4], data.qpos[5], data.qpos[6]);
  s.R_WB = q_WB.normalized().toRotationMatrix();
  s.heading = std::atan2(s.R_WB(1, 0), s.R_WB(0, 0));
  const double c = std::cos(s.heading), sn = std::sin(s.heading);

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
}

void Measure(const Robot& robot, const mjModel& model, mjData& data, RobotState& s) {
  MeasureBody(robot, data, s);
  for (int j = 0; j < kNumJoints; ++j) s.torque[j] = data.actuator_force[robot.ids.actuator[j]];

  // contacts of the last physics step, before the kinematics move on
  s.contact.setConstant(false);
  for (int k = 0; k < data.ncon; ++k) {
    const mjContact& contact = data.contact[k];
    if (contact.dist >= 0) continue;
    for (int leg = 0; leg < kNumLegs; ++leg) {
      const int foot = robot.ids.foot_geom[leg];
      if (contact.geom[0] == foot || contact.geom[1] == foot) s.contact[leg] = true;
    }
  }

  mj_kinematics(&model, &data);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    s.foot_W.col(leg) =
        Eigen::Map<const Eigen::Vector3d>(data.geom_xpos + 3 * robot.ids.foot_geom[leg]);
    s.foot_height[leg] = s.foot_W(2, leg) - robot.foot_radius;
    s.knee_height[leg] = data.xpos[3 * robot.ids.knee_body[leg] + 2];
  }
}

}  // namespace doggo::sim
