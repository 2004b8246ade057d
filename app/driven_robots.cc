#include "app/driven_robots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/evaluation.h"
#include "sim/locomotion/steering.h"

namespace doggo::app {
namespace {

constexpr double kKickTime = 0.1;                  // s
constexpr double kKickLow = 0.5, kKickHigh = 1.0;  // m/s that a kick gives

// A command that no clock replaces, zero at first.
sim::LocomotionConfig DrivenWorld(const sim::LocomotionConfig& trained, const ShownTile& tile,
                                  int robots) {
  sim::CommandConfig commands = trained.commands;
  commands.curriculum = false;
  commands.script = {"1000000 0 0 0"};
  return OnTile(JudgedWorld(trained, commands), trained, tile, robots);
}

std::unique_ptr<sim::ParallelEnv> MakeEnv(const sim::LocomotionConfig& trained,
                                          const ShownTile& tile, int robots,
                                          const std::string& root) {
  auto task =
      std::make_unique<const sim::LocomotionTask>(DrivenWorld(trained, tile, robots), root, robots);
  return std::make_unique<sim::ParallelEnv>(std::move(task), robots, robots, /*seed=*/0);
}

}  // namespace

DrivenRobots::DrivenRobots(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                           int robots, const std::string& root, const ShownTile& tile)
    : policy_(policy),
      trained_(trained),
      root_(root),
      tile_(tile),
      env_(MakeEnv(trained, tile, robots, root)),
      batch_(MakeStepBatch(env_->spec())),
      action_(Batch::Zero(env_->spec().action_dim, robots)),
      workspace_(agent::MakeWorkspace(policy_, robots)),
      trails_(robots) {
  trained_.terrain = ArenaWith(trained.terrain, tile);
  Reset();
}

ShownRobot DrivenRobots::shown(int robot) const {
  const auto observation = batch_.policy_obs.col(robot);
  return {task(),
          episode(robot),
          trails_[robot],
          {observation.data(), static_cast<size_t>(observation.size())},
          [this, robot] { return agent::ExpectedReturn(policy_, batch_.critic_obs.col(robot)); }};
}

void DrivenRobots::Reset() {
  env_->Reset(0, batch_);
  for (Trail& trail : trails_) trail = {};
  for (int robot = 0; robot < size(); ++robot)
    Remember(episode(robot), sim::RewardSumsOf(*env_, robot), trails_[robot]);
}

void DrivenRobots::MoveTo(const ShownTile& tile) {
  env_ = MakeEnv(trained_, tile, size(), root_);
  tile_ = tile;
  ++moves_;
  Reset();
}

void DrivenRobots::Step(const Eigen::Vector3d& command) {
  for (int robot = 0; robot < size(); ++robot) sim::SetCommand(*env_, robot, command);
  env_->Observe(0, batch_);
  agent::Act(policy_, batch_.policy_obs, workspace_, action_);
  env_->Step(0, action_, batch_);
  ++steps_;
  falls_ += static_cast<int>(batch_.terminated.count());
  const sim::Transition& t = episode(0).t;
  distance_ += (t.now.p_W - t.before.p_W).head<2>().norm();
  for (int robot = 0; robot < size(); ++robot)
    Remember(episode(robot), sim::RewardSumsOf(*env_, robot), trails_[robot]);
}

// A force, so that what it does is physics: mass times change of velocity over its time.
void DrivenRobots::Kick() {
  ++kicks_;
  for (int robot = 0; robot < size(); ++robot) {
    Random random(0, Stream::kDisturbance, static_cast<uint32_t>(robot),
                  static_cast<uint64_t>(kicks_));
    const double direction = random.Uniform(-std::numbers::pi, std::numbers::pi);
    const double speed = random.Uniform(kKickLow, kKickHigh);
    const double force = task().robot().mass * speed / kKickTime;
    sim::SetPush(*env_, robot, {force * std::cos(direction), force * std::sin(direction), 0},
                 kKickTime);
  }
}

void DrivenRobots::Pull(int robot, const Eigen::Vector3d& force_W) {
  sim::SetPush(*env_, robot, force_W, step_dt());
}

void DrivenRobots::SetPolicy(const agent::Policy& policy) {
  policy_ = policy;
  workspace_ = agent::MakeWorkspace(policy_, size());
}

std::string Text(const DrivenRobots& robots, double seconds) {
  return fmt::format(
      "real-time factor {:.2f}; walked {:.2f} m{}",
      static_cast<double>(robots.steps()) * robots.step_dt() / std::max(seconds, 1e-9),
      robots.distance(), robots.falls() > 0 ? fmt::format("; {} fell", robots.falls()) : "");
}

}  // namespace doggo::app
