#include "app/robot_drawing.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "sim/locomotion/seen_ground.h"
#include "sim/terrain/ground_mesh.h"

namespace doggo::app {
namespace {

constexpr double kArrowLength = 0.5;     // m for 1 m/s
constexpr double kArrowWidth = 0.018;    // m
constexpr double kArrowHeight = 0.38;    // m above the base
constexpr double kArrowGap = 0.06;       // m between the two
constexpr double kShortestArrow = 0.02;  // m
constexpr double kWeightLength = 1.2;    // m, of the arrow of a force that carries the robot
constexpr double kForceWidth = 0.035;    // m: it goes along the leg, and is seen around it
constexpr double kDotRadius = 0.012;     // m
constexpr double kContactRadius = 0.03;  // m
const sim::Color kContactColor = {0.90f, 0.60f, 0.20f, 1};
const sim::Color kDotColor = {0.95f, 0.85f, 0.15f, 1};
const sim::Color kForceColor = {0.90f, 0.20f, 0.25f, 1};

}  // namespace

sim::ModelPtr LoadVisibleModel(const sim::PhysicsConfig& physics, const std::string& root,
                               const sim::Ground& ground) {
  std::filesystem::path path = physics.model;
  if (!std::filesystem::exists(path)) path = std::filesystem::path(root) / physics.model;
  return sim::LoadModel(path, [&](mjSpec& spec) {
    if (!ground.is_plane()) sim::AddGroundMesh(ground, sim::WholeArea(ground), spec);
  });
}

void PoseWithin(const sim::RobotIds& ids, const sim::Transition& t, double share,
                Eigen::VectorXd& qpos) {
  qpos.head<3>() = t.before.p_W + share * (t.now.p_W - t.before.p_W);
  const Eigen::Quaterniond q_WB =
      Eigen::Quaterniond(t.before.R_WB).slerp(share, Eigen::Quaterniond(t.now.R_WB));
  qpos.segment<4>(3) << q_WB.w(), q_WB.x(), q_WB.y(), q_WB.z();
  for (int j = 0; j < sim::kNumJoints; ++j)
    qpos[ids.qpos[j]] = t.before.q[j] + share * (t.now.q[j] - t.before.q[j]);
}

void AddVelocityArrows(sim::Scene& scene, const Eigen::Vector3d& p_W, double heading,
                       const Eigen::Vector3d& command, const Eigen::Vector3d& velocity) {
  const Eigen::AngleAxisd turned(heading, Eigen::Vector3d::UnitZ());
  const auto add = [&](const Eigen::Vector3d& v, double height, const sim::Color& color) {
    const Eigen::Vector3d along = kArrowLength * (turned * Eigen::Vector3d(v.x(), v.y(), 0));
    if (along.norm() < kShortestArrow) return;
    const Eigen::Vector3d from = p_W + Eigen::Vector3d(0, 0, height);
    scene.AddArrow(from, from + along, kArrowWidth, color);
  };
  add(command, kArrowHeight + kArrowGap, kCommandColor);
  add(velocity, kArrowHeight, kMeasuredColor);
}

void AddForceArrows(sim::Scene& scene, const sim::Robot& robot, const sim::Transition& t,
                    const Eigen::Vector3d& offset) {
  const double weight = robot.mass * std::abs(robot.model->opt.gravity[2]);
  for (int leg = 0; leg < sim::kNumLegs; ++leg) {
    const Eigen::Vector3d along = kWeightLength / weight * t.now.foot_force_W.col(leg);
    if (along.norm() < kShortestArrow) continue;
    const Eigen::Vector3d from = t.now.foot_W.col(leg) + offset;
    scene.AddArrow(from, from + along, kForceWidth, kForceColor);
  }
}

void AddContactDots(sim::Scene& scene, const sim::Robot& robot, const sim::Transition& t,
                    const Eigen::Vector3d& offset) {
  for (int leg = 0; leg < sim::kNumLegs; ++leg) {
    if (!t.now.contact[leg]) continue;
    const Eigen::Vector3d sole(0, 0, -robot.foot_radius);
    scene.AddDot(t.now.foot_W.col(leg) + sole + offset, kContactRadius, kContactColor);
  }
}

void AddScanDots(sim::Scene& scene, const sim::LocomotionTask& task, const sim::Transition& t,
                 const Eigen::Vector3d& offset) {
  for (const Eigen::Vector3d& point : sim::SeenGround(task.policy_layout(), t, task.ground()))
    scene.AddDot(point + offset, kDotRadius, kDotColor);
}

std::string VelocityText(const Eigen::Vector3d& velocity) {
  return fmt::format("{:+.2f} {:+.2f} m/s  {:+.2f} rad/s", velocity.x(), velocity.y(),
                     velocity.z());
}

double SmoothingShare(double dt, double time) { return 1 - std::exp(-dt / time); }

}  // namespace doggo::app
