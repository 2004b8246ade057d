// The velocity command that the robot follows: drawn anew after a random time.
#pragma once

#include <Eigen/Core>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"

namespace doggo::sim {

struct CommandConfig {
  Range vx = {-1, 1};        // m/s, heading frame
  Range vy = {-0.5, 0.5};    // m/s
  Range yaw_rate = {-1, 1};  // rad/s
  double standing_share = 0.1;
  Range hold = {0.5, 4};  // s
};
ConfigFields Fields(CommandConfig& config);

struct Command {
  Eigen::Vector3d velocity;  // vx, vy, yaw rate
  double hold;               // s
};

// Uniform in the box; zero with probability standing_share.
Command DrawCommand(const CommandConfig& config, Random random);

}  // namespace doggo::sim
