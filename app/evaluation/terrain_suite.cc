// Terrain: every type and level of the arena that the policy was trained on; does a robot walk off
// its tile? (The protocol's distance, time and speed are those that legged_gym's curriculum
// calls success: half a tile.)
#include <fmt/format.h>

#include <algorithm>

#include "app/evaluation/suites.h"
#include "app/evaluation/terrain_trials.h"
#include "sim/terrain/terrain_curriculum.h"

namespace doggo::evaluation {
namespace {

constexpr char kNoTerrain[] = "trained on flat ground: there is no terrain to judge it on";
constexpr int kTrials = 50;  // of each type and level

constexpr FigureInfo kFigures[] = {
    {"terrain.mean_success", "", "share that walk off their tile; types by their shares but flat"},
    {"terrain.hardest_stairs_up", "", "likewise, on the last level of stairs_up"},
    {"terrain.hardest_stairs_down", "", "likewise, on the last level of stairs_down"},
    {"terrain.hardest_discrete", "", "likewise, on the last level of discrete"},
    {"terrain.wall_impacts_per_s", "1/s", "feet that bump into risers, last level of stairs_up"},
    {"terrain.shank_impacts_per_s", "1/s", "shanks that touch something, likewise"},
};

// Which robots are judged: the first so many of each type. A task gives types to its environments.
struct Robots {
  std::vector<int> type;
  std::vector<bool> counts;
};
Robots RobotsOf(const sim::TerrainConfig& terrain) {
  const std::vector<sim::TerrainShare> shares = sim::ParseTerrainShares(terrain);
  std::vector<int> trials(shares.size(), 0);
  const auto is_missing = [](int count) { return count < kTrials; };
  Robots robots;
  while (std::any_of(trials.begin(), trials.end(), is_missing)) {
    const int type = sim::TerrainTypeOf(shares, static_cast<int>(robots.type.size()));
    robots.type.push_back(type);
    robots.counts.push_back(trials[type]++ < kTrials);
  }
  return robots;
}

// What the robots of one type and level bumped into.
struct Bumps {
  int walls = 0, shanks = 0;
  double seconds = 0;

  void Add(const Trajectory& t) {
    for (size_t k = 1; k < t.samples.size(); ++k) {
      const Sample &now = t.samples[k], &before = t.samples[k - 1];
      walls += static_cast<int>((now.wall_contact && !before.wall_contact).count());
      shanks += static_cast<int>((now.shank_contact && !before.shank_contact).count());
    }
    seconds += t.seconds();
  }
};

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
  const sim::TerrainConfig& terrain = context.trained.terrain;
  const std::vector<sim::TerrainShare> shares = sim::ParseTerrainShares(terrain);
  if (shares.empty()) {
    result.notes.emplace_back(kNoTerrain);
    return;
  }
  Eigen::MatrixXi passed =
      Eigen::MatrixXi::Zero(static_cast<Eigen::Index>(shares.size()), terrain.levels);
  for (int level = 0; level < terrain.levels; ++level) {
    const sim::LocomotionConfig world = TrialWorld(context.trained, terrain, level);
    const Robots robots = RobotsOf(world.terrain);
    const auto is_hardest_stairs = [&](size_t robot) {
      return level == terrain.levels - 1 && robots.counts[robot] &&
             shares[robots.type[robot]].type == "stairs_up";
    };
    std::vector<char> arrived(robots.type.size(), false);
    std::vector<Bumps> bumps(robots.type.size());
    RunTrials(context, fmt::format("terrain_level_{}", level), world,
              static_cast<int>(robots.type.size()), [&](int robot, const Trajectory& t) {
                arrived[robot] = t.arrived;
                if (is_hardest_stairs(robot)) bumps[robot].Add(t);
              });
    Bumps sum;
    for (size_t robot = 0; robot < robots.type.size(); ++robot) {
      passed(robots.type[robot], level) += robots.counts[robot] && arrived[robot];
      sum.walls += bumps[robot].walls;
      sum.shanks += bumps[robot].shanks;
      sum.seconds += bumps[robot].seconds;
    }
    if (sum.seconds == 0) continue;
    result.Set("terrain.wall_impacts_per_s", sum.walls / sum.seconds);
    result.Set("terrain.shank_impacts_per_s", sum.shanks / sum.seconds);
  }
  Tell(shares, passed, result);
}

}  // namespace

Suite TerrainSuite() {
  return {"terrain", "how it gets over the ground that it was trained on", false, kFigures,
          RunTerrain};
}

}  // namespace doggo::evaluation
