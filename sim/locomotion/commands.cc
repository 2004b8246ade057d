#include "sim/locomotion/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace doggo::sim {
namespace {

Command ParseLine(const std::string& text) {
  std::istringstream words(text);
  Command command;
  std::string rest;
  if (!(words >> command.hold >> command.velocity.x() >> command.velocity.y() >>
        command.velocity.z()) ||
      (words >> rest)) {
    throw std::invalid_argument(
        fmt::format("'{}' is not 'seconds vx vy yaw_rate', four numbers", text));
  }
  if (!(command.hold > 0)) throw std::invalid_argument("a command must be held longer than 0 s");
  return command;
}

// What is wrong with a line; "" where nothing is.
std::string Problem(const std::string& text) {
  try {
    ParseLine(text);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

ConfigFields Fields(CommandConfig& c) {
  constexpr double pi = std::numbers::pi;
  ConfigFields fields = {
      {"vx", &c.vx, "m/s", "forward velocity, in the heading frame", -5, 5},
      {"vy", &c.vy, "m/s", "velocity to the left", -5, 5},
      {"yaw_rate", &c.yaw_rate, "rad/s", "turning rate, counter-clockwise", -10, 10},
      {"standing_share", &c.standing_share, "", "share of the commands that are to stand still", 0,
       1},
      {"forward_share", &c.forward_share, "", "share that lead straight ahead", 0, 1},
      {"min_speed", &c.min_speed, "m/s", "slower velocities become zero", 0, 5},
      {"hold", &c.hold, "s", "a command is held for a time drawn from here", 0.02, 1e6},
      {"heading_share", &c.heading_share, "", "share that give a heading instead of a yaw rate", 0,
       1},
      {"heading", &c.heading, "rad", "the heading, drawn from here", -pi, pi},
      {"heading_gain", &c.heading_gain, "1/s", "yaw rate per angle to go", 0, 10},
      {"terrain_vx", &c.terrain_vx, "m/s", "forward velocity on rough tiles", -5, 5},
      {"terrain_vy", &c.terrain_vy, "m/s", "velocity to the left there, with terrain_vy_share", -5,
       5},
      {"terrain_vy_share", &c.terrain_vy_share, "", "share of the commands there that have one", 0,
       1},
      {"terrain_drift", &c.terrain_drift, "rad",
       "each command there turns the heading that is to be held by this", -pi, pi},
      {"curriculum", &c.curriculum, "",
       "begin with a share of the ranges, and widen them for robots that follow"},
      {"curriculum_start", &c.curriculum_start, "", "the share at first", 0, 1},
      {"curriculum_step", &c.curriculum_step, "", "wider or narrower by this after each command", 0,
       1},
      {"curriculum_error", &c.curriculum_error, "m/s, rad/s",
       "wider below this error, narrower above twice it", 1e-3, 10},
      {"script", &c.script, "",
       "fixed commands in place of drawn ones, each 'seconds vx vy yaw_rate'; the last is kept"},
  };
  fields.back().check = Problem;
  return fields;
}

Command DrawCommand(const CommandConfig& config, double level, Random random) {
  const auto draw = [&](const Range& range) { return random.Uniform(range.low, range.high); };
  Command command;
  command.velocity = {draw(config.vx), draw(config.vy), draw(config.yaw_rate)};
  command.velocity *= level;
  command.hold = draw(config.hold);

  // one number decides of which kind it is
  const double kind = random.Uniform();
  if (kind < config.standing_share) {
    command.velocity.setZero();
    return command;
  }
  if (kind < config.standing_share + config.forward_share) {
    command.velocity = {std::abs(command.velocity.x()), 0, 0};
    return command;
  }
  command.follows_heading = random.Uniform() < config.heading_share;
  command.heading = draw(config.heading);
  if (command.velocity.head<2>().norm() <= config.min_speed) command.velocity.head<2>().setZero();
  return command;
}

Command DrawTerrainCommand(const CommandConfig& config, bool is_first, double last_heading,
                           Random random) {
  const auto draw = [&](const Range& range) { return random.Uniform(range.low, range.high); };
  Command command;
  command.velocity = {draw(config.terrain_vx), draw(config.terrain_vy), 0};
  command.hold = draw(config.hold);
  if (random.Uniform() >= config.terrain_vy_share) command.velocity.y() = 0;
  command.follows_heading = true;
  const double drift = is_first ? 0 : draw(config.terrain_drift);
  command.heading = std::remainder(last_heading + drift, 2 * std::numbers::pi);
  return command;
}

double YawRateTowards(const CommandConfig& config, double target_heading, double heading) {
  const double to_go = std::remainder(target_heading - heading, 2 * std::numbers::pi);
  return std::clamp(config.heading_gain * to_go, config.yaw_rate.low, config.yaw_rate.high);
}

std::vector<Command> ParseScript(const std::vector<std::string>& script) {
  std::vector<Command> commands;
  for (const std::string& line : script) commands.push_back(ParseLine(line));
  return commands;
}

double NextLevel(const CommandConfig& config, double level, double linear_error, double yaw_error) {
  const double worse = std::max(linear_error, yaw_error);
  if (worse < config.curriculum_error) level += config.curriculum_step;
  if (worse > 2 * config.curriculum_error) level -= config.curriculum_step;
  return std::clamp(level, config.curriculum_start, 1.0);
}

}  // namespace doggo::sim
