#include "app/driven_robots.h"

#include <cmath>
#include <numbers>

#include "app/evaluation.h"
#include "app/robot_drawing.h"

namespace doggo::app {
namespace {

constexpr double kVelocityTime = 0.25;             // s, smoothing: about half a gait cycle
constexpr double kRewardTime = 0.5;                // s, likewise: a whole one
constexpr double kKickTime = 0.1;                  // s
constexpr double kKickLow = 0.5, kKickHigh = 1.0;  // m/s that a kick gives

// A command that no clock replaces, zero at first.
sim::LocomotionConfig DrivenWorld(const sim::LocomotionConfig& trained) {
  sim::CommandConfig commands = trained.commands;
  commands.curriculum = false;
  commands.script = {"1000000 0 0 0"};
  return JudgedWorld(trained, commands);
}

}  // namespace

DrivenRobots::DrivenRobots(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                           int robots, const std::string& root)
    : policy_(policy),
      env_(std::make_unique<const sim::LocomotionTask>(DrivenWorld(trained), root, robots), robots,
           robots, /*seed=*/0),
      task_(static_cast<const sim::LocomotionTask&>(env_.task())),
      batch_(MakeStepBatch(env_.spec())),
      action_(Batch::Zero(env_.spec().action_dim, robots)),
      workspace_(agent::MakeWorkspace(policy_, robots)),
      trails_(robots) {
  Reset();
}

void DrivenRobots::Reset() {
  env_.Reset(0, batch_);
  for (Trail& trail : trails_) trail = {};
  for (int robot = 0; robot < size(); ++robot) Remember(robot);
}

void DrivenRobots::Step(const Eigen::Vector3d& command) {
  for (int robot = 0; robot < size(); ++robot) sim::SetCommand(env_, robot, command);
  env_.Observe(0, batch_);
  agent::Act(policy_, batch_.policy_obs, workspace_, action_);
  env_.Step(0, action_, batch_);
  ++steps_;
  falls_ += static_cast<int>(batch_.terminated.count());
  const sim::Transition& t = episode(0).t;
  distance_ += (t.now.p_W - t.before.p_W).head<2>().norm();
  for (int robot = 0; robot < size(); ++robot) Remember(robot);
}

void DrivenRobots::Remember(int robot) {
  const sim::Episode& e = episode(robot);
  Trail& trail = trails_[robot];
  const std::span<const double> sums = sim::RewardSumsOf(env_, robot);
  const bool begins = trail.episode != e.episode;
  if (begins) {
    trail.episode = e.episode;
    trail.velocity.setZero();
    trail.reward_rates.assign(sums.size(), 0);
    trail.reward_sums.assign(sums.size(), 0);
  }
  const double dt = step_dt();
  const Eigen::Vector3d velocity(e.t.now.v_H.x(), e.t.now.v_H.y(), e.t.now.w_H.z());
  trail.velocity += SmoothingShare(dt, kVelocityTime) * (velocity - trail.velocity);
  for (size_t k = 0; k < sums.size(); ++k) {
    const double rate = (sums[k] - trail.reward_sums[k]) / dt;
    trail.reward_rates[k] += SmoothingShare(dt, kRewardTime) * (rate - trail.reward_rates[k]);
    trail.reward_sums[k] = sums[k];
  }
  trail.moments.push_back({e.t.now.contact, e.t.command.cast<float>(), velocity.cast<float>()});
  if (static_cast<double>(trail.moments.size()) * dt > Trail::kLength) trail.moments.pop_front();
}

// A force, so that what it does is physics: mass times change of velocity over its time.
void DrivenRobots::Kick() {
  ++kicks_;
  for (int robot = 0; robot < size(); ++robot) {
    Random random(0, Stream::kDisturbance, static_cast<uint32_t>(robot),
                  static_cast<uint64_t>(kicks_));
    const double direction = random.Uniform(-std::numbers::pi, std::numbers::pi);
    const double speed = random.Uniform(kKickLow, kKickHigh);
    const double force = task_.robot().mass * speed / kKickTime;
    sim::SetPush(env_, robot, {force * std::cos(direction), force * std::sin(direction), 0},
                 kKickTime);
  }
}

void DrivenRobots::SetPolicy(const agent::Policy& policy) {
  policy_ = policy;
  workspace_ = agent::MakeWorkspace(policy_, size());
}

}  // namespace doggo::app
