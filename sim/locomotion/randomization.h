// What differs from episode to episode, a table: each row draws one thing anew, always from the
// nominal value; and the pushes during an episode.
#pragma once

#include <span>
#include <string_view>

#include "sim/environment/task.h"
#include "sim/interface/config_field.h"
#include "sim/interface/random.h"
#include "sim/robot/robot.h"

namespace doggo::sim {

struct RandomizationConfig {
  Range friction = {0.4, 1.25};
  Range push_speed = {-1, 1};   // m/s
  double push_interval = 4;     // s
  double joint_position = 0.1;  // rad
  double base_velocity = 0.3;   // m/s, rad/s
};
ConfigFields Fields(RandomizationConfig& config);

struct RandomizationTerm {
  std::string_view name;
  std::string_view field;  // of mjModel; every environment gets its own copy
  Range RandomizationConfig::*range;
  // Writes the environment's values of the field.
  void (*apply)(const Robot& robot, double value, mjtNum* field);
};

std::span<const RandomizationTerm> RandomizationTerms();

// A change of the base's velocity, world frame (m/s), that comes at random times, push_interval
// apart on average; zero at most steps.
Eigen::Vector2d DrawPush(const RandomizationConfig& config, double step_dt, Random random);

// No randomisation and no pushes: every range at its nominal value.
RandomizationConfig Nominal(const PhysicsConfig& physics);

}  // namespace doggo::sim
