// Obstacles: one kind at a time, from what a robot should pass to what it cannot; how much of each
// does it get over? For policies that were trained on rough ground, whatever their arena held.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "app/evaluation/suites.h"
#include "app/evaluation/terrain_trials.h"

namespace doggo::evaluation {
namespace {

constexpr FigureInfo kFigures[] = {
    {"obstacles.step_17cm", "", "share that gets up a single step of 17 cm, friction 0.4 to 1"},
    {"obstacles.step_25cm", "", "likewise, 25 cm"},
    {"obstacles.stairs_25cm", "", "share that walks off a tile of stairs up, risers of 25 cm"},
    {"obstacles.stairs_30cm", "", "likewise, 30 cm"},
    {"obstacles.gap_40cm", "", "share that crosses a gap of 40 cm"},
    {"obstacles.stones_50cm", "", "share that crosses stepping stones of 50 cm, 10 cm apart"},
    {"obstacles.rough_slope_20deg", "", "share that walks down 20 degrees, +-5 cm rough"},
    {"obstacles.slope_30deg", "", "share that walks up 30 degrees"},
};

// A kind of obstacle: sizes, and the difficulty that the terrain type has at each.
struct Obstacle {
  std::string_view key, title, unit, type;
  double (*difficulty)(double size);
  std::vector<double> sizes;
  int robots;                   // for each size
  Range friction = {0.8, 0.8};  // of the ground
};

double Metres(double cm) { return cm / 100; }
double OfStairs(double cm) { return (Metres(cm) - 0.05) / 0.18; }
double OfStones(double cm) { return 1.05 - Metres(cm) / 1.5; }
double OfSlope(double degrees) { return std::tan(degrees * std::numbers::pi / 180) / 0.4; }

const std::vector<Obstacle>& Obstacles() {
  static const std::vector<Obstacle> kObstacles = {
      // Lee et al. 2020 measured how high a step their robot gets up: 100 trials a height
      {"step",
       "A single step up",
       "cm",
       "pit",
       Metres,
       {5, 10, 15, 17, 20, 25, 30, 35},
       100,
       {0.4, 1}},
      {"stairs", "Stairs up, treads of 30 cm", "cm", "stairs_up", OfStairs, {15, 20, 25, 30}, 50},
      {"gap", "A gap", "cm", "gap", Metres, {20, 30, 40, 50, 60}, 50},
      {"stones",
       "Stepping stones, 10 cm apart",
       "cm",
       "stepping_stones",
       OfStones,
       {120, 80, 50, 30, 20},
       50},
      {"rough_slope",
       "Down a slope, +-5 cm rough",
       "deg",
       "rough_slope",
       OfSlope,
       {10, 20, 30},
       50},
      {"slope", "Up a slope", "deg", "slope_up", OfSlope, {20, 25, 30}, 50},
  };
  return kObstacles;
}

// How many get over it.
int Passed(Context& context, const Obstacle& obstacle, double size) {
  const sim::TerrainConfig terrain{.types = {fmt::format("{} share=1", obstacle.type)},
                                   .levels = 1,
                                   .hardest = obstacle.difficulty(size),
                                   .seed = context.trained.terrain.seed,
                                   .border = context.trained.terrain.border};
  sim::LocomotionConfig world = TrialWorld(context.trained, terrain, 0);
  world.randomization.friction = obstacle.friction;
  std::vector<char> arrived(obstacle.robots, false);
  RunTrials(context, fmt::format("obstacles_{}_{:g}{}", obstacle.key, size, obstacle.unit), world,
            obstacle.robots, [&](int robot, const Trajectory& t) { arrived[robot] = t.arrived; });
  return static_cast<int>(std::count(arrived.begin(), arrived.end(), true));
}

bool IsFigure(std::string_view key) {
  return std::any_of(std::begin(kFigures), std::end(kFigures),
                     [&](const FigureInfo& info) { return info.key == key; });
}

void RunObstacles(Context& context, SuiteResult& result) {
  if (context.trained.terrain.types.empty()) {
    result.notes.emplace_back("trained on flat ground: it is not judged on obstacles");
    return;
  }
  TextRows table{"success", "Success", {"obstacle", "size", "success", "95 % interval"}, {}};
  for (const Obstacle& obstacle : Obstacles()) {
    Series curve{.name = "success", .x = {}, .y = {}};
    for (const double size : obstacle.sizes) {
      const int passed = Passed(context, obstacle, size);
      const double share = static_cast<double>(passed) / obstacle.robots;
      const Interval interval = ClopperPearson95(passed, obstacle.robots);
      curve.x.push_back(size);
      curve.y.push_back(share);
      table.rows.push_back({std::string(obstacle.title),
                            fmt::format("{:g} {}", size, obstacle.unit),
                            fmt::format("{:.2f}", share),
                            fmt::format("{:.2f} to {:.2f}", interval.low, interval.high)});
      const std::string key = fmt::format("obstacles.{}_{:g}{}", obstacle.key, size, obstacle.unit);
      if (IsFigure(key)) result.Set(key, share, interval);
    }
    result.curves.push_back({.key = std::string(obstacle.key),
                             .title = std::string(obstacle.title),
                             .x_label = fmt::format("size ({})", obstacle.unit),
                             .y_label = "share that gets over it",
                             .series = {std::move(curve)}});
  }
  result.tables.push_back(std::move(table));
}

}  // namespace

Suite ObstaclesSuite() {
  return {"obstacles", "what it gets over: steps, stairs, gaps, stones, slopes", false, kFigures,
          RunObstacles};
}

}  // namespace doggo::evaluation
