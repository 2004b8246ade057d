// Pushes: an impulse on the base, of a force of 0.1 s, from eight directions of the world (the
// robot heads along x), while it stands and while it walks; who stands it, and for how long it is
// off its command.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/evaluation/calm_metrics.h"
#include "app/evaluation/suites.h"
#include "sim/interface/random.h"
#include "sim/locomotion/locomotion_task.h"
#include "sim/locomotion/steering.h"

namespace doggo::evaluation {
namespace {

constexpr double kImpulses[] = {20, 40, 60, 80, 100, 130, 160};  // N s
constexpr int kDirections = 8, kRobots = 6;                      // robots of each cell
constexpr double kDuration = 0.1, kBefore = 2, kAfter = 4;       // s
constexpr double kStride = 0.5;        // s: pushes come anywhere in this time
constexpr double kWalkingSpeed = 0.5;  // m/s
constexpr int kCells = static_cast<int>(std::size(kImpulses)) * kDirections;

constexpr FigureInfo kFigures[] = {
    {"pushes.standing_survived", "", "of all pushes while it stands"},
    {"pushes.walking_survived", "", "of all pushes at 0.5 m/s"},
    {"pushes.standing_impulse_ns", "N s",
     "up to this 95 % stand it, over all directions, standing"},
    {"pushes.walking_impulse_ns", "N s", "likewise, at 0.5 m/s"},
    {"pushes.standing_recovery_s", "s",
     "until within 0.15 m/s of the command, median of those that are, standing"},
    {"pushes.walking_recovery_s", "s", "likewise, at 0.5 m/s"},
};

struct Cell {
  double impulse, angle;
};
Cell CellOf(int robot) {
  const int cell = robot / kRobots;
  return {kImpulses[cell / kDirections], 2 * std::numbers::pi * (cell % kDirections) / kDirections};
}

// A curve for each direction, and all of them as cells. Returns the greatest impulse up to which
// 95 % stand up, over all directions.
double AddSurvival(const std::string& way, const std::vector<char>& fell, SuiteResult& result) {
  const char* const names[kDirections] = {"forwards",       "forwards left", "left",
                                          "backwards left", "backwards",     "backwards right",
                                          "right",          "forwards right"};
  const auto impulses = static_cast<int>(std::size(kImpulses));
  Curves curves{"survival_" + way,
                fmt::format("Pushed while {}", way),
                "impulse (N s)",
                "share that stay up",
                {}};
  Grid grid{"survival_" + way,
            fmt::format("Share that stay up, pushed while {}", way),
            "impulse (N s)",
            "direction (degrees, 0: forwards, 90: left)",
            {std::begin(kImpulses), std::end(kImpulses)},
            {},
            Eigen::MatrixXd(kDirections, impulses)};
  for (int d = 0; d < kDirections; ++d) {
    Series series{names[d], grid.x, {}};
    for (int i = 0; i < impulses; ++i) {
      const auto begin = fell.begin() + (i * kDirections + d) * kRobots;
      grid.values(d, i) =
          1 - static_cast<double>(std::count(begin, begin + kRobots, true)) / kRobots;
      series.y.push_back(grid.values(d, i));
    }
    grid.y.push_back(360.0 * d / kDirections);
    curves.series.push_back(std::move(series));
  }
  double stood = 0;
  for (int i = 0; i < impulses && grid.values.col(i).mean() >= 0.95; ++i) stood = kImpulses[i];
  result.curves.push_back(std::move(curves));
  result.grids.push_back(std::move(grid));
  return stood;
}

void Push(Context& context, const std::string& way, double speed, SuiteResult& result) {
  const double dt = context.trained.physics.step_dt();
  const int robots = kCells * kRobots;
  std::vector<int> when(robots);
  for (int robot = 0; robot < robots; ++robot) {
    Random random(static_cast<uint64_t>(context.protocol.seed), Stream::kDisturbance,
                  static_cast<uint32_t>(robot));
    when[robot] = static_cast<int>(std::lround((kBefore + kStride * random.Uniform()) / dt));
  }
  std::vector<char> fell(robots, false);
  std::vector<double> recovery(robots);
  Run(context,
      {.name = "pushes_" + way,
       .world = JudgedWorld(context.trained, Constant({speed, 0, 0})),
       .robots = robots,
       .seconds = kBefore + kStride + kAfter,
       .hand =
           [&](sim::ParallelEnv& env, int robot, int step) {
             if (step != when[robot]) return false;
             const Cell cell = CellOf(robot);
             const double force = cell.impulse / kDuration;
             sim::SetPush(env, robot,
                          {force * std::cos(cell.angle), force * std::sin(cell.angle), 0},
                          kDuration);
             return true;
           }},
      [&](int robot, const Trajectory& t) {
        fell[robot] = t.fell;
        recovery[robot] = RecoveryTime(t, when[robot]);
      });

  const double stood = AddSurvival(way, fell, result);
  const auto falls = static_cast<double>(std::count(fell.begin(), fell.end(), true));
  result.Set(fmt::format("pushes.{}_survived", way), 1 - falls / robots,
             ClopperPearson95(robots - static_cast<int>(falls), robots));
  result.Set(fmt::format("pushes.{}_impulse_ns", way), stood);
  result.Set(fmt::format("pushes.{}_recovery_s", way), Quantile(recovery, 0.5));
}

void RunPushes(Context& context, SuiteResult& result) {
  Push(context, "standing", 0, result);
  Push(context, "walking", kWalkingSpeed, result);
}

}  // namespace

Suite PushesSuite() { return {"pushes", "what impulses it stands", false, kFigures, RunPushes}; }

}  // namespace doggo::evaluation
