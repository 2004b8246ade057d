// Terrain: every type and level of the arena that the policy was trained on; does a robot walk off
// its tile? (The protocol's distance, time and speed are those that legged_gym's curriculum
// calls success: half a tile.)
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/evaluation/suites.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::evaluation {
namespace {

constexpr int kTrials = 50;            // of each type and level
constexpr double kDuration = 10;       // s
constexpr double kSpeed = 0.7;         // m/s, straight ahead
constexpr double kWay = 4;             // m from the tile's middle, along x or y: its rim
constexpr double kStartSpread = 0.25;  // m
constexpr double kMaxTilt = 1.159;     // rad; gravity's share along the base's z axis is 0.4

constexpr FigureInfo kFigures[] = {
    {"terrain.mean_success", "", "share that walk off their tile; types by their shares but flat"},
    {"terrain.hardest_stairs_up", "", "likewise, on the last level of stairs_up"},
    {"terrain.hardest_stairs_down", "", "likewise, on the last level of stairs_down"},
    {"terrain.hardest_discrete", "", "likewise, on the last level of discrete"},
};

// Of the robots that are judged, of which every type has as many.
std::vector<sim::TerrainShare> EqualShares(std::vector<sim::TerrainShare> shares) {
  const double share = 1.0 / static_cast<double>(shares.size());
  for (sim::TerrainShare& type : shares) type.share = share;
  return shares;
}

// The arena as it was in training, every robot on the tile of one level.
sim::LocomotionConfig WorldOf(const sim::LocomotionConfig& trained,
                              const std::vector<sim::TerrainShare>& shares, int level) {
  sim::LocomotionConfig world = JudgedWorld(trained, Constant({0, 0, 0}));
  world.commands.heading_gain = 1;
  world.terrain = trained.terrain;
  world.terrain.types.clear();  // of the ground only the order of types matters, not the shares
  for (const sim::TerrainShare& type : EqualShares(shares))
    world.terrain.types.push_back(fmt::format("{} share={:.17g}", type.type, type.share));
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

// Which robots are judged: the first so many of each type. A task gives types to its environments.
struct Robots {
  std::vector<int> type;
  std::vector<bool> counts;
};
Robots RobotsOf(const std::vector<sim::TerrainShare>& shares) {
  constexpr int kShard = 10;  // a multiple of it is shared out well
  std::vector<int> trials(shares.size(), 0);
  const auto is_missing = [](int count) { return count < kTrials; };
  Robots robots;
  while (std::any_of(trials.begin(), trials.end(), is_missing) || robots.type.size() % kShard) {
    const int type = sim::TerrainTypeOf(shares, static_cast<int>(robots.type.size()));
    robots.type.push_back(type);
    robots.counts.push_back(trials[type]++ < kTrials);
  }
  return robots;
}

void Tell(const std::vector<sim::TerrainShare>& shares, const Eigen::MatrixXi& passed,
          SuiteResult& result) {
  const auto types = static_cast<int>(passed.rows()), levels = static_cast<int>(passed.cols());
  Grid grid{.key = "success",
            .title = "Success by type and level",
            .x_label = "level",
            .y_label = "type",
            .x = {},
            .y = {},
            .values = passed.cast<double>() / kTrials,
            .row_names = {}};
  for (int level = 0; level < levels; ++level) grid.x.push_back(level);
  TextRows table{"types", "Success, all levels", {"type", "success", "95 % interval"}, {}};
  double sum = 0, weight = 0;
  for (int type = 0; type < types; ++type) {
    const std::string& name = shares[type].type;
    const double mean = grid.values.row(type).mean();
    const Interval interval = ClopperPearson95(passed.row(type).sum(), kTrials * levels);
    grid.row_names.push_back(name);
    table.rows.push_back({name, fmt::format("{:.3f}", mean),
                          fmt::format("{:.3f} to {:.3f}", interval.low, interval.high)});
    if (name != sim::kFlatTerrain) {
      sum += shares[type].share * mean;
      weight += shares[type].share;
    }
    const std::string key = "terrain.hardest_" + name;
    const bool is_figure = std::any_of(std::begin(kFigures), std::end(kFigures),
                                       [&](const FigureInfo& info) { return info.key == key; });
    if (is_figure)
      result.Set(key, grid.values(type, levels - 1),
                 ClopperPearson95(passed(type, levels - 1), kTrials));
  }
  if (weight > 0) result.Set("terrain.mean_success", sum / weight);
  result.grids.push_back(std::move(grid));
  result.tables.push_back(std::move(table));
}

void RunTerrain(Context& context, SuiteResult& result) {
  const std::vector<sim::TerrainShare> shares = sim::ParseTerrainShares(context.trained.terrain);
  if (shares.empty()) {
    result.notes.emplace_back("trained on flat ground: there is no terrain to judge it on");
    return;
  }
  const int levels = context.trained.terrain.levels;
  const Robots robots = RobotsOf(EqualShares(shares));
  const sim::Ground ground = sim::MakeGround(context.trained.terrain);
  Eigen::MatrixXi passed = Eigen::MatrixXi::Zero(static_cast<Eigen::Index>(shares.size()), levels);
  for (int level = 0; level < levels; ++level) {
    std::vector<char> arrived(robots.type.size(), false);
    Run(context,
        {.name = fmt::format("terrain_level_{}", level),
         .world = WorldOf(context.trained, shares, level),
         .robots = static_cast<int>(robots.type.size()),
         .seconds = kDuration,
         .hand =
             [](sim::ParallelEnv& env, int robot, int step) {
               if (step == 0) sim::SetCourse(env, robot, {kSpeed, 0});
               return step == 0;
             },
         .goal =
             [&](int robot, const Sample& sample) {
               const Eigen::Vector2d way =
                   sample.position.head<2>() - ground.TileCenter(robots.type[robot], level);
               return way.cwiseAbs().maxCoeff() >= kWay;
             },
         .place = [&](int robot) { return "on " + shares[robots.type[robot]].type; }},
        [&](int robot, const Trajectory& t) { arrived[robot] = t.arrived; });
    for (size_t robot = 0; robot < robots.type.size(); ++robot)
      passed(robots.type[robot], level) += robots.counts[robot] && arrived[robot];
  }
  Tell(shares, passed, result);
}

}  // namespace

Suite TerrainSuite() {
  return {"terrain", "how it gets over the ground that it was trained on", false, kFigures,
          RunTerrain};
}

}  // namespace doggo::evaluation
