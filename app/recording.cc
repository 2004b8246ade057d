#include "app/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "app/camera.h"
#include "app/robot_drawing.h"
#include "app/shown_terrain.h"

namespace doggo::app {
namespace {

constexpr double kCameraTime = 0.25;    // s, of the smoothing of what the camera follows
constexpr double kVelocityTime = 0.25;  // s, of the velocities shown: about half a gait cycle

int FontPercent(int width) { return width >= 1600 ? 200 : width >= 1000 ? 150 : 100; }

sim::SceneConfig SceneFor(const RecordingConfig& config, bool software) {
  sim::SceneConfig scene = {
      .width = config.width, .height = config.height, .font_percent = FontPercent(config.width)};
  if (software && config.quality != Quality::kFine) scene = sim::Lighter(scene);
  if (software && config.quality == Quality::kDraft) scene.shadow_size = 0;
  return scene;
}

}  // namespace

Recording::Recording(const agent::Policy& policy, const sim::LocomotionConfig& world,
                     const RecordingConfig& config, const std::string& root)
    : policy_(policy),
      config_(config),
      env_(std::make_unique<const sim::LocomotionTask>(world, root, config.columns * config.rows),
           config.columns * config.rows, config.columns * config.rows, config.seed),
      task_(static_cast<const sim::LocomotionTask&>(env_.task())),
      batch_(MakeStepBatch(env_.spec())),
      action_(Batch::Zero(env_.spec().action_dim, num_robots())),
      workspace_(agent::MakeWorkspace(policy, num_robots())),
      scene_(LoadVisibleModel(world.physics, root, task_.ground()),
             SceneFor(config, context_.is_software())),
      qpos_(Eigen::Map<const Eigen::VectorXd>(scene_.model().qpos0, scene_.model().nq)),
      onlookers_(num_robots()) {
  env_.Reset(0, batch_);
  for (int robot = 0; robot < num_robots(); ++robot) Watch(robot);
}

void Recording::Step() {
  agent::Act(policy_, batch_.policy_obs, workspace_, action_);
  env_.Step(0, action_, batch_);
  ++steps_;
  falls_ += static_cast<int>(batch_.terminated.count());
  for (int robot = 0; robot < num_robots(); ++robot) Watch(robot);
}

// The camera keeps its direction and goes along; only where a new episode begins it jumps.
void Recording::Watch(int robot) {
  const sim::Episode& e = sim::EpisodeOf(env_, robot);
  const sim::RobotState& now = e.t.now;
  Onlooker& onlooker = onlookers_[robot];
  const Eigen::Vector3d velocity_W = now.R_WB * now.v_B;
  const Eigen::Vector3d velocity(now.v_H.x(), now.v_H.y(), now.w_H.z());
  const double height = LookHeight(scene_.model().stat.center[2], e.t);
  Eigen::Vector3d ahead = now.p_W + kCameraTime * onlooker.velocity_W;  // the smoothing's lag
  if (e.episode != onlooker.episode) {
    onlooker.episode = e.episode;
    onlooker.velocity_W.setZero();
    onlooker.velocity.setZero();
    onlooker.view = FirstView(scene_.model(), task_.ground(), e.t);
    onlooker.turned = onlooker.view.elevation - ClearElevation(task_.ground(), onlooker.view);
    ahead = now.p_W;
  }
  ahead.z() = height;
  const double dt = task_.spec().step_dt;
  onlooker.velocity_W += SmoothingShare(dt, kCameraTime) * (velocity_W - onlooker.velocity_W);
  onlooker.velocity += SmoothingShare(dt, kVelocityTime) * (velocity - onlooker.velocity);
  onlooker.view.point += SmoothingShare(dt, kCameraTime) * (ahead - onlooker.view.point);
  onlooker.clear_view = ClearView(task_.ground(), onlooker.view, dt, onlooker.turned);
}

const sim::Picture& Recording::PictureAt(double time) {
  const double dt = task_.spec().step_dt;
  constexpr double kRounding = 1e-6;  // of a step
  while (static_cast<double>(steps_) < time / dt - kRounding) Step();
  const double share = std::clamp(1 - (static_cast<double>(steps_) - time / dt), 0.0, 1.0);

  const int width = config_.width / config_.columns, height = config_.height / config_.rows;
  for (int robot = 0; robot < num_robots(); ++robot) {
    const int column = robot % config_.columns, row = robot / config_.columns;
    DrawRobot(robot, share, {column * width, config_.height - (row + 1) * height, width, height});
  }
  if (config_.overlay) {
    const sim::Viewport all = {0, 0, config_.width, config_.height};
    if (num_robots() == 1)
      scene_.Write(all, mjGRID_TOPLEFT, Labels(), Values(0, time));
    else
      scene_.Write(all, mjGRID_TOPLEFT, "policy\ntime",
                   fmt::format("{}\n{:.2f} s", config_.title, time));
  }
  scene_.Read(picture_);
  return picture_;
}

void Recording::DrawRobot(int robot, double share, const sim::Viewport& viewport) {
  const sim::Transition& t = sim::EpisodeOf(env_, robot).t;
  const Onlooker& onlooker = onlookers_[robot];
  PoseWithin(task_.robot().ids, t, share, qpos_);
  scene_.Begin(onlooker.clear_view);
  scene_.AddRobot({qpos_.data(), static_cast<size_t>(qpos_.size())});
  if (config_.overlay)
    AddVelocityArrows(scene_, qpos_.head<3>(), t.now.heading, t.command, onlooker.velocity);
  if (config_.overlay && config_.scan) AddScanDots(scene_, task_, t, Eigen::Vector3d::Zero());
  scene_.Draw(viewport);
}

std::string Recording::Labels() const {
  return fmt::format("policy\ntime\ncommand\nmeasured{}",
                     task_.ground().is_plane() ? "" : "\nground");
}

std::string Recording::Values(int robot, double time) const {
  const sim::Transition& t = sim::EpisodeOf(env_, robot).t;
  std::string values =
      fmt::format("{}\n{:.2f} s\n{}\n{}", config_.title, time, VelocityText(t.command),
                  VelocityText(onlookers_[robot].velocity));
  if (!task_.ground().is_plane())
    values += fmt::format("\n{}", GroundText(task_.ground(), t.now.p_W));
  return values;
}

}  // namespace doggo::app
