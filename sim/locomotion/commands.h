// The velocity command that the robot follows: drawn anew after a random time, or read from a
// script.
#pragma once

#include <Eigen/Core>
#include <numbers>
#include <string>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"

namespace doggo::sim {

struct CommandConfig {
  Range vx = {-1, 1};        // m/s, heading frame
  Range vy = {-0.5, 0.5};    // m/s
  Range yaw_rate = {-1, 1};  // rad/s
  double standing_share = 0.1;
  double forward_share = 0;
  double min_speed = 0;                                   // m/s
  Range hold = {0.5, 4};                                  // s
  double heading_share = 0;                               // of the commands
  Range heading = {-std::numbers::pi, std::numbers::pi};  // rad
  double heading_gain = 0.5;                              // 1/s

  // in rough terrain: forwards, along a heading that drifts
  Range terrain_vx = {0.4, 1};       // m/s
  Range terrain_vy = {-0.25, 0.25};  // m/s
  double terrain_vy_share = 0.3;
  Range terrain_drift = {-0.5, 0.5};  // rad

  // the curriculum
  bool curriculum = false;
  double curriculum_start = 0.3, curriculum_step = 0.1;  // shares of the ranges
  double curriculum_error = 0.25;                        // m/s, rad/s

  std::vector<std::string> script = {};  // "seconds vx vy yaw_rate"
};
ConfigFields Fields(CommandConfig& config);

struct Command {
  Eigen::Vector3d velocity;      // vx, vy, yaw rate
  double hold;                   // s
  bool follows_heading = false;  // then the yaw rate follows from the heading
  double heading = 0;            // rad
};

// With probability standing_share zero, with forward_share straight ahead (|vx|, no turning), else
// uniform in the ranges times `level`; of these, heading_share give a heading instead of a yaw
// rate. A velocity slower than min_speed becomes zero, its turning stays.
Command DrawCommand(const CommandConfig& config, double level, Random random);

// The same on tiles of rough terrain: forwards, sideways too with terrain_vy_share, along the last
// heading changed by terrain_drift; the first one along the heading as it is.
Command DrawTerrainCommand(const CommandConfig& config, bool is_first, double last_heading,
                           Random random);

// The yaw rate that turns the robot towards a heading: gain times the angle to go, the shorter way
// round, within the range of yaw rates (legged_gym, heading mode).
double YawRateTowards(const CommandConfig& config, double target_heading, double heading);

// The lines of the script. Throws std::invalid_argument for a text that is none.
std::vector<Command> ParseScript(const std::vector<std::string>& script);

// The curriculum's level after a command was held: up where it was followed with errors (root mean
// square) below curriculum_error in both velocity and yaw rate, down where either was above twice
// that, in [curriculum_start, 1].
double NextLevel(const CommandConfig& config, double level, double linear_error, double yaw_error);

}  // namespace doggo::sim
