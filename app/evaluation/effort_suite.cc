// Effort: what walking straight ahead costs, by speed, and how near the drives come to their
// limits.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/evaluation/effort_metrics.h"
#include "app/evaluation/suites.h"
#include "app/evaluation/tracking_metrics.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::evaluation {
namespace {

constexpr int kRobots = 20;
constexpr double kSeconds = 10;
constexpr double kSpeeds[] = {0.25, 0.5, 0.75};  // m/s, beside the fastest

constexpr FigureInfo kFigures[] = {
    {"energy.cost_of_transport", "",
     "mechanical power, give and take, / (weight * speed), fastest"},
    {"energy.speed_mps", "m/s", "reached there"},
    {"energy.positive_cost_of_transport", "", "of positive power alone"},
    {"energy.power_w", "W", "mechanical power, give and take, fastest"},
    {"energy.positive_power_w", "W", "positive power, fastest"},
    {"energy.torque_rms_nm", "N m", "rms over joints and time, fastest"},
    {"energy.torque_headroom", "", "share of the limit left by 99 % of the torques, fastest"},
    {"energy.joint_speed_headroom", "", "share of the no-load speed left, likewise"},
};

Bars BarsOf(const char* key, const std::string& title, const char* x_label,
            const Histogram& histogram) {
  Bars bars{key, title, x_label, histogram.bin, {}};
  for (const double count : histogram.counts)
    bars.shares.push_back(count / std::max(1.0, histogram.total()));
  return bars;
}

// Nothing was measured where every robot fell at once.
double Or(double value, const Effort& effort) { return effort.time > 0 ? value : std::nan(""); }

void RunEffort(Context& context, SuiteResult& result) {
  const sim::DriveConfig& drive = context.trained.drive;
  const sim::LocomotionTask task(JudgedWorld(context.trained, {}), context.root, 1);
  const double mass = task.robot().mass;
  // the last is that of the standard protocol
  const double fastest = std::min(1.0, context.protocol.vx.high);
  std::vector<double> speeds;
  for (const double speed : kSpeeds)
    if (speed < fastest) speeds.push_back(speed);
  speeds.push_back(fastest);

  Series cost{"give and take", {}, {}}, positive{"positive power alone", {}, {}};
  TextRows table{"speeds",
                 "Walking straight ahead",
                 {"asked (m/s)", "reached (m/s)", "cost of transport", "positive", "power (W)",
                  "torque rms (N m)"},
                 {}};
  Effort total;
  for (const double speed : speeds) {
    std::vector<Effort> efforts(kRobots);
    const auto first =
        static_cast<int>(std::ceil(kSettlingTime / context.trained.physics.step_dt() - 1e-9));
    Run(context,
        {.name = fmt::format("effort_{:.0f}_cmps", 100 * speed),
         .world = JudgedWorld(context.trained, Constant({speed, 0, 0})),
         .robots = kRobots,
         .seconds = kSeconds},
        [&](int robot, const Trajectory& t) {
          efforts[robot] = EffortOf(t, first, drive.torque_limit, drive.no_load_speed);
        });
    total = NoEffort(drive.torque_limit, drive.no_load_speed);
    for (const Effort& effort : efforts) total.Add(effort);
    cost.x.push_back(total.mean_speed());
    cost.y.push_back(Or(total.cost_of_transport(mass), total));
    positive.x.push_back(total.mean_speed());
    positive.y.push_back(Or(total.positive_cost_of_transport(mass), total));
    table.rows.push_back(
        {fmt::format("{:.2f}", speed), fmt::format("{:.3f}", total.mean_speed()),
         fmt::format("{:.3f}", cost.y.back()), fmt::format("{:.3f}", positive.y.back()),
         fmt::format("{:.0f}", total.power()), fmt::format("{:.1f}", total.torque_rms())});
  }
  result.Set("energy.cost_of_transport", cost.y.back());
  result.Set("energy.speed_mps", Or(total.mean_speed(), total));
  result.Set("energy.positive_cost_of_transport", positive.y.back());
  result.Set("energy.power_w", Or(total.power(), total));
  result.Set("energy.positive_power_w", Or(total.positive_power(), total));
  result.Set("energy.torque_rms_nm", Or(total.torque_rms(), total));
  result.Set("energy.torque_headroom",
             std::max(0.0, 1 - total.torque.Quantile(0.99) / drive.torque_limit));
  result.Set("energy.joint_speed_headroom",
             std::max(0.0, 1 - total.speed.Quantile(0.99) / drive.no_load_speed));
  result.tables.push_back(std::move(table));
  result.curves.push_back({"cost_of_transport",
                           "Cost of transport",
                           "speed reached (m/s)",
                           "cost of transport",
                           {cost, positive}});
  result.bars.push_back(BarsOf("torque", fmt::format("Torques, limit {:g} N m", drive.torque_limit),
                               "|torque| (N m)", total.torque));
  result.bars.push_back(BarsOf(
      "joint_speed", fmt::format("Joint speeds, no-load speed {:g} rad/s", drive.no_load_speed),
      "|joint speed| (rad/s)", total.speed));
}

}  // namespace

Suite EffortSuite() { return {"effort", "what walking costs", false, kFigures, RunEffort}; }

}  // namespace doggo::evaluation
