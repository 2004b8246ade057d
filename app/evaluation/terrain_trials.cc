#include "app/evaluation/terrain_trials.h"

#include <fmt/format.h>

#include <numbers>
#include <utility>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "sim/locomotion/steering.h"
#include "sim/terrain/terrain_curriculum.h"

namespace doggo::evaluation {
namespace {

constexpr double kDuration = 10;       // s
constexpr double kSpeed = 0.7;         // m/s, straight ahead
constexpr double kWay = 4;             // m from the tile's middle, along x or y: its rim
constexpr double kStartSpread = 0.25;  // m
constexpr double kMaxTilt = 1.159;     // rad; gravity's share along the base's z axis is 0.4

// The same types, of which every one has as many robots.
std::vector<std::string> EqualShares(const sim::TerrainConfig& terrain) {
  std::vector<std::string> types;
  for (const sim::TerrainShare& type : sim::ParseTerrainShares(terrain)) {
    types.push_back(fmt::format("{} share={:.17g}", type.type,
                                1.0 / static_cast<double>(terrain.types.size())));
  }
  return types;
}

}  // namespace

sim::LocomotionConfig TrialWorld(const sim::LocomotionConfig& trained, sim::TerrainConfig terrain,
                                 int level) {
  sim::LocomotionConfig world = JudgedWorld(trained, Constant({0, 0, 0}));
  world.commands.heading_gain = 1;
  world.terrain = std::move(terrain);
  // of the ground only the order of types matters, not the shares
  world.terrain.types = EqualShares(world.terrain);
  world.terrain_curriculum = {.rule = "none",
                              .lowest_start_level = level,
                              .start_level = level,
                              .start_spread = kStartSpread,
                              .anywhere_share = 0};
  world.randomization.heading = std::numbers::pi;
  // a knee may be below the edge of a step, and the base near to it: what may not touch is the base
  world.terminations = {
      .base_height = false, .knee_height = false, .base_contact = true, .max_tilt = kMaxTilt};
  return world;
}

void RunTrials(Context& context, const std::string& name, const sim::LocomotionConfig& world,
               int robots, const TrajectoryJudge& judge) {
  const std::vector<sim::TerrainShare> shares = sim::ParseTerrainShares(world.terrain);
  const sim::Ground ground = sim::MakeGround(world.terrain);
  const int level = world.terrain_curriculum.start_level;
  Run(context,
      {.name = name,
       .world = world,
       .robots = robots,
       .seconds = kDuration,
       .hand =
           [](sim::ParallelEnv& env, int robot, int step) {
             if (step == 0) sim::SetCourse(env, robot, {kSpeed, 0});
             return step == 0;
           },
       .goal =
           [&](int robot, const Sample& sample) {
             const Eigen::Vector2d middle =
                 ground.TileCenter(sim::TerrainTypeOf(shares, robot), level);
             return (sample.position.head<2>() - middle).cwiseAbs().maxCoeff() >= kWay;
           },
       .place = [&](int robot) { return "on " + shares[sim::TerrainTypeOf(shares, robot)].type; }},
      judge);
}

}  // namespace doggo::evaluation
