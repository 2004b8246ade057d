#include "sim/locomotion/randomization.h"

namespace doggo::sim {
namespace {

// Sliding friction of the ground, which rules over that of the feet (floor priority).
void GroundFriction(const Robot& robot, double value, mjtNum* geom_friction) {
  geom_friction[3 * robot.ids.floor_geom] = value;
}

constexpr RandomizationTerm kTerms[] = {
    {"friction", "geom_friction", &RandomizationConfig::friction, GroundFriction},
};

}  // namespace

std::span<const RandomizationTerm> RandomizationTerms() { return kTerms; }

ConfigFields Fields(RandomizationConfig& c) {
  return {
      {"friction", &c.friction, "", "of the ground, drawn for every episode", 0.01, 10},
      {"push_speed", &c.push_speed, "m/s",
       "a push adds so much to the base's velocity, in x and in y", -10, 10},
      {"push_interval", &c.push_interval, "s", "mean time between pushes; 0: none", 0, 1e6},
      {"joint_position", &c.joint_position, "rad",
       "an episode starts so far around the default pose", 0, 1},
      {"base_velocity", &c.base_velocity, "m/s, rad/s", "and with a velocity up to this", 0, 5},
  };
}

Eigen::Vector2d DrawPush(const RandomizationConfig& config, double step_dt, Random random) {
  if (config.push_interval <= 0 || random.Uniform() * config.push_interval >= step_dt)
    return Eigen::Vector2d::Zero();
  const double x = random.Uniform(config.push_speed.low, config.push_speed.high);
  const double y = random.Uniform(config.push_speed.low, config.push_speed.high);
  return {x, y};
}

RandomizationConfig Nominal(const PhysicsConfig& physics) {
  RandomizationConfig config;
  config.friction = {physics.friction, physics.friction};
  config.push_interval = 0;
  return config;
}

}  // namespace doggo::sim
