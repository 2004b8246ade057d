#include "sim/locomotion/commands.h"

namespace doggo::sim {

ConfigFields Fields(CommandConfig& c) {
  return {
      {"vx", &c.vx, "m/s", "forward velocity, in the heading frame", -5, 5},
      {"vy", &c.vy, "m/s", "velocity to the left", -5, 5},
      {"yaw_rate", &c.yaw_rate, "rad/s", "turning rate, counter-clockwise", -10, 10},
      {"standing_share", &c.standing_share, "", "share of the commands that are to stand still", 0,
       1},
      {"hold", &c.hold, "s", "a command is held for a time drawn from here", 0.02, 1e6},
  };
}

Command DrawCommand(const CommandConfig& config, Random random) {
  const auto draw = [&](const Range& range) { return random.Uniform(range.low, range.high); };
  Command command;
  command.velocity = {draw(config.vx), draw(config.vy), draw(config.yaw_rate)};
  command.hold = draw(config.hold);
  if (random.Uniform() < config.standing_share) command.velocity.setZero();
  return command;
}

}  // namespace doggo::sim
