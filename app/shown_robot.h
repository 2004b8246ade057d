// A robot as pictures and panels show it, wherever it comes from: driven in a window or recorded.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

// One control step of a robot, as curves show it.
struct Moment {
  sim::LegFlags contact;
  Eigen::Vector3f command, velocity;  // vx, vy (m/s, heading frame), yaw rate (rad/s)
};

// The last seconds of a robot.
struct Trail {
  static constexpr double kLength = 5;  // s
  int64_t episode = 0;
  std::deque<Moment> moments;                          // the oldest first
  Eigen::Vector3d velocity = Eigen::Vector3d::Zero();  // as in Moment, smoothed
  std::vector<double> reward_sums;                     // of the episode
  std::vector<double> reward_rates;                    // 1/s, smoothed
};

// Adds the control step that the episode has just taken, or the start of another.
void Remember(const sim::Episode& episode, std::span<const double> reward_sums, Trail& trail);

struct ShownRobot {
  const sim::LocomotionTask& task;
  const sim::Episode& episode;
  const Trail& trail;
  std::span<const float> observation;  // of the policy, in the order of the task's layout
  std::function<std::optional<double>()>
      value;  // of this state, by the critic; none where there is no critic
};

}  // namespace doggo::app
