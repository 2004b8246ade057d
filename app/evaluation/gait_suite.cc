// Gait: how it walks ahead, slowly and fast, sideways, and turning.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/evaluation/gait_metrics.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr int kRobots = 10;
constexpr double kSeconds = 10, kFirst = 2, kShown = 2;  // s

// Those of the first row of the table: straight ahead, at most 0.5 m/s.
constexpr FigureInfo kFigures[] = {
    {"gait.stride_frequency_hz", "Hz", "strides a second, ahead at 0.5 m/s"},
    {"gait.duty_factor", "", "share of a stride that a foot is on the ground"},
    {"gait.clearance_m", "m", "highest point of a foot's flight, mean"},
    {"gait.slip_mps", "m/s", "speed of feet on the ground, mean"},
    {"gait.impact_mps", "m/s", "downward speed of feet before touchdown, mean"},
    {"gait.asymmetry", "", "left against right, of duty and clearance, share of their mean"},
    {"gait.trot_share", "", "of the robots, of all commands, that trot"},
};

struct Way {
  const char *key, *what;
  Eigen::Vector3d (*command)(const EvaluationConfig&);
};
constexpr Way kWays[] = {
    {"ahead", "ahead",
     [](const EvaluationConfig& p) { return Eigen::Vector3d(std::min(0.5, p.vx.high), 0, 0); }},
    {"fast", "ahead, fast",
     [](const EvaluationConfig& p) { return Eigen::Vector3d(p.vx.high, 0, 0); }},
    {"back", "backwards",
     [](const EvaluationConfig& p) { return Eigen::Vector3d(p.vx.low / 2, 0, 0); }},
    {"sideways", "to the left",
     [](const EvaluationConfig& p) { return Eigen::Vector3d(0, p.vy.high, 0); }},
    {"turning", "turning on the spot",
     [](const EvaluationConfig& p) { return Eigen::Vector3d(0, 0, p.yaw_rate.high); }},
};

void RunGait(Context& context, SuiteResult& result) {
  const double dt = context.trained.physics.step_dt();
  const auto first = static_cast<int>(std::lround(kFirst / dt)),
             shown = static_cast<int>(std::lround(kShown / dt));
  TextRows table{"ways",
                 "How it walks",
                 {"command", "gait", "strides/s", "duty LF RF LH RH", "phase LF RF LH RH",
                  "clearance (m)", "slip (m/s)", "impact (m/s)", "asymmetry"},
                 {}};
  int trots = 0, robots = 0;
  for (const Way& way : kWays) {
    const Eigen::Vector3d command = way.command(context.protocol);
    std::vector<Gait> gaits(kRobots);
    Stance stance{way.key, fmt::format("Feet on the ground, {}", way.what), dt, {}};
    Run(context,
        {.name = std::string("gait_") + way.key,
         .world = JudgedWorld(context.trained, Constant(command)),
         .robots = kRobots,
         .seconds = kSeconds},
        [&](int robot, const Trajectory& t) {
          gaits[robot] = GaitOf(t, first);
          if (robot != 0) return;
          const std::vector<sim::LegFlags> grounded = Grounded(t);
          stance.grounded.resize(sim::kNumLegs);
          for (int k = first; k < std::min(first + shown, static_cast<int>(grounded.size())); ++k)
            for (int leg = 0; leg < sim::kNumLegs; ++leg)
              stance.grounded[leg].push_back(grounded[k][leg]);
        });
    const Gait gait = MeanGait(gaits);
    trots += static_cast<int>(
        std::count_if(gaits.begin(), gaits.end(), [](const Gait& g) { return g.name == "trot"; }));
    robots += kRobots;
    const auto four = [](const sim::LegScalars& v) {
      return fmt::format("{:.2f} {:.2f} {:.2f} {:.2f}", v[0], v[1], v[2], v[3]);
    };
    table.rows.push_back(
        {fmt::format("{} ({:g}, {:g}, {:g})", way.what, command.x(), command.y(), command.z()),
         gait.name, fmt::format("{:.2f}", gait.stride_frequency), four(gait.duty), four(gait.phase),
         fmt::format("{:.3f}", gait.clearance.mean()), fmt::format("{:.3f}", gait.slip.mean()),
         fmt::format("{:.2f}", gait.impact.mean()), fmt::format("{:.2f}", Asymmetry(gait))});
    if (&way == &kWays[0] && gait.strides > 0) {
      result.Set("gait.stride_frequency_hz", gait.stride_frequency);
      result.Set("gait.duty_factor", gait.duty.mean());
      result.Set("gait.clearance_m", gait.clearance.mean());
      result.Set("gait.slip_mps", gait.slip.mean());
      result.Set("gait.impact_mps", gait.impact.mean());
      result.Set("gait.asymmetry", Asymmetry(gait));
    }
    result.stances.push_back(std::move(stance));
  }
  result.Set("gait.trot_share", static_cast<double>(trots) / robots);
  result.tables.push_back(std::move(table));
}

}  // namespace

Suite GaitSuite() { return {"gait", "how it walks", false, kFigures, RunGait}; }

}  // namespace doggo::evaluation
