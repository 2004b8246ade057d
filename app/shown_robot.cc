#include "app/shown_robot.h"

#include "app/robot_drawing.h"

namespace doggo::app {
namespace {

constexpr double kVelocityTime = 0.25;  // s, smoothing: about half a gait cycle
constexpr double kRewardTime = 0.5;     // s, likewise: a whole one

}  // namespace

void Remember(const sim::Episode& episode, std::span<const double> reward_sums, Trail& trail) {
  const sim::Transition& t = episode.t;
  if (trail.episode != episode.episode) {
    trail.episode = episode.episode;
    trail.velocity.setZero();
    trail.reward_rates.assign(reward_sums.size(), 0);
    trail.reward_sums.assign(reward_sums.begin(), reward_sums.end());
  }
  const double dt = t.step_dt;
  const Eigen::Vector3d velocity(t.now.v_H.x(), t.now.v_H.y(), t.now.w_H.z());
  trail.velocity += SmoothingShare(dt, kVelocityTime) * (velocity - trail.velocity);
  for (size_t k = 0; k < reward_sums.size(); ++k) {
    const double rate = (reward_sums[k] - trail.reward_sums[k]) / dt;
    trail.reward_rates[k] += SmoothingShare(dt, kRewardTime) * (rate - trail.reward_rates[k]);
    trail.reward_sums[k] = reward_sums[k];
  }
  trail.moments.push_back({t.now.contact, t.command.cast<float>(), velocity.cast<float>()});
  if (static_cast<double>(trail.moments.size()) * dt > Trail::kLength) trail.moments.pop_front();
}

}  // namespace doggo::app
