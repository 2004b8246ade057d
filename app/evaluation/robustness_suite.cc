// Robustness: the standard commands in worlds that differ from the nominal one, one thing at a
// time and all together; under pushes; and in a simulator set up otherwise. A table: a world is a
// row.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "app/evaluation/suites.h"
#include "app/evaluation/tracking_metrics.h"

namespace doggo::evaluation {
namespace {

constexpr double kHold = 3;  // s

constexpr FigureInfo kFigures[] = {
    {"robustness.nominal_lin_rmse_mps", "m/s", "velocity error, rms, nominal world"},
    {"robustness.worst_lin_rmse_mps", "m/s", "velocity error, rms, worst single change"},
    {"robustness.worst_fall_rate", "", "share that fell, worst single change"},
    {"robustness.fall_rate", "", "share that fell, all single changes together"},
    {"robustness.all_lin_rmse_mps", "m/s", "velocity error, rms, everything drawn at once"},
    {"robustness.all_fall_rate", "", "share that fell, everything drawn at once"},
    {"robustness.pushed_lin_rmse_mps", "m/s",
     "velocity error, rms, pushed by +-1 m/s every 5 s (the second after a push left out)"},
    {"robustness.pushed_fall_rate", "", "share that fell, pushed, in 20 s"},
    {"robustness.other_simulator_lin_rmse_mps", "m/s", "velocity error, rms, another simulator"},
    {"robustness.other_simulator_fall_rate", "", "share that fell, another simulator"},
};

using World = sim::LocomotionConfig;
using R = sim::RandomizationConfig;

struct Variant {
  const char *key, *what;
  void (*change)(World& world, const World& trained);
  int robots = 30;
  double seconds = 10;
  bool single = true;  // one thing changed
};

template <Range R::*knob, int numerator, int denominator = 1>
void To(World& world, const World&) {
  constexpr double value = static_cast<double>(numerator) / denominator;
  world.randomization.*knob = {value, value};
}

constexpr double kOtherTimestep = 0.002;  // s

// Delay in physics steps of 5 ms, but for the last row.
constexpr Variant kVariants[] = {
    {"nominal", "nominal world", [](World&, const World&) {}},
    {"friction_03", "friction 0.3", To<&R::friction, 3, 10>},
    {"friction_05", "friction 0.5", To<&R::friction, 5, 10>},
    {"friction_12", "friction 1.2", To<&R::friction, 12, 10>},
    {"mass_minus_5", "base 5 kg lighter", To<&R::base_mass, -5>},
    {"mass_plus_5", "base 5 kg heavier", To<&R::base_mass, 5>},
    {"mass_plus_10", "base 10 kg heavier", To<&R::base_mass, 10>},
    {"delay_5ms", "delay of 5 ms", To<&R::latency, 1>},
    {"delay_10ms", "delay of 10 ms", To<&R::latency, 2>},
    {"delay_20ms", "delay of 20 ms", To<&R::latency, 4>},
    {"kp_08", "stiffness x 0.8", To<&R::kp, 8, 10>},
    {"kp_12", "stiffness x 1.2", To<&R::kp, 12, 10>},
    {"kd_05", "damping x 0.5", To<&R::kd, 5, 10>},
    {"kd_15", "damping x 1.5", To<&R::kd, 15, 10>},
    {"strength_08", "motor strength x 0.8", To<&R::motor_strength, 8, 10>},
    // how the physics is solved should not matter
    {"solver_training", "the physics of the training",
     [](World& world, const World& trained) {
       const std::string contacts = world.physics.contacts;
       world.physics = trained.physics;
       world.physics.contacts = contacts;
     }},
    {"solver_fine", "steps of 2.5 ms",
     [](World& world, const World&) {
       world.physics.timestep /= 2;
       world.physics.substeps *= 2;
     }},
    {"solver_pyramidal", "pyramidal cone, impratio 1",
     [](World& world, const World&) {
       world.physics.cone = "pyramidal";
       world.physics.impratio = 1;
     }},
    {"solver_cg", "solver cg", [](World& world, const World&) { world.physics.solver = "cg"; }},
    {"soft_feet", "contacts of 40 ms instead of 20",
     [](World& world, const World&) { world.physics.contact_time = 0.04; }},
    {"joint_losses", "damping of 1 N m s/rad and friction of 1.5 N m in the joints",
     [](World& world, const World&) {
       world.randomization.joint_damping = {1, 1};
       world.randomization.joint_friction = {1.5, 1.5};
     }},
    {"all", "all of these drawn at once",
     [](World& world, const World&) {
       R& r = world.randomization;
       r.friction = {0.3, 1.2};
       r.base_mass = {-5, 10};
       r.latency = {0, 4};
       r.kp = {0.8, 1.2};
       r.kd = {0.5, 1.5};
       r.motor_strength = {0.8, 1};
     },
     30, 10, false},
    {"pushed", "friction and load drawn, pushed by +-1 m/s every 5 s",
     [](World& world, const World&) {
       R& r = world.randomization;
       r.friction = {0.4, 1.25};
       r.base_mass = {-5, 5};
       r.push_interval = 5;
       r.push_speed = {-1, 1};
     },
     200, 20, false},
    {"other_simulator",
     "pyramidal cone, soft feet, steps of 2 ms, delay of 20 ms, gains 80 and 2, losses in the "
     "joints",
     [](World& world, const World&) {
       world.physics.cone = "pyramidal";
       world.physics.contact_time = 0.04;
       world.physics.substeps =
           static_cast<int>(std::lround(world.physics.step_dt() / kOtherTimestep));
       world.physics.timestep = kOtherTimestep;
       world.drive.kp = 80;
       world.drive.kd = 2;
       R& r = world.randomization;
       r.latency = {10, 10};
       r.joint_damping = {1, 1};
       r.joint_friction = {1.5, 1.5};
     },
     100, 10, false},
};

void RunRobustness(Context& context, SuiteResult& result) {
  const EvaluationConfig& p = context.protocol;
  const sim::CommandConfig commands{.vx = p.vx,
                                    .vy = p.vy,
                                    .yaw_rate = p.yaw_rate,
                                    .standing_share = p.standing_share,
                                    .hold = {kHold, kHold}};
  TextRows table{"worlds",
                 "Worlds, one change at a time",
                 {"world", "velocity error (m/s)", "yaw rate error (rad/s)", "falls"},
                 {}};
  double worst_error = 0, worst_rate = 0;
  int singles = 0, single_falls = 0;
  Interval worst_interval;
  for (const Variant& variant : kVariants) {
    World world = JudgedWorld(context.trained, commands);
    variant.change(world, context.trained);
    std::vector<TrackingError> errors(variant.robots);
    std::vector<char> fell(variant.robots, false);
    try {
      Run(context,
          {.name = std::string("robustness_") + variant.key,
           .world = world,
           .robots = variant.robots,
           .seconds = variant.seconds},
          [&](int robot, const Trajectory& t) {
            errors[robot] = TrackingErrorOf(t);
            fell[robot] = t.fell;
          });
    } catch (const std::exception& problem) {
      result.notes.push_back(
          fmt::format("{}: there is no such world: {}", variant.what, problem.what()));
      continue;
    }
    TrackingError error;
    for (const TrackingError& e : errors) error.Add(e);
    const auto falls = static_cast<int>(std::count(fell.begin(), fell.end(), true));
    const double linear = error.steps > 0 ? error.linear_rmse() : std::nan("");
    const double rate = static_cast<double>(falls) / variant.robots;
    table.rows.push_back({variant.what, fmt::format("{:.3f}", linear),
                          fmt::format("{:.3f}", error.steps > 0 ? error.yaw_rmse() : std::nan("")),
                          fmt::format("{} of {}", falls, variant.robots)});
    const std::string key = std::string("robustness.") + variant.key;
    if (!variant.single || &variant == kVariants) result.Set(key + "_lin_rmse_mps", linear);
    if (!variant.single)
      result.Set(key + "_fall_rate", rate, ClopperPearson95(falls, variant.robots));
    if (!variant.single || &variant == kVariants) continue;
    worst_error = std::max(worst_error, linear);
    if (rate >= worst_rate) {
      worst_rate = rate;
      worst_interval = ClopperPearson95(falls, variant.robots);
    }
    single_falls += falls;
    singles += variant.robots;
  }
  result.Set("robustness.worst_lin_rmse_mps", worst_error);
  result.Set("robustness.worst_fall_rate", worst_rate, worst_interval);
  result.Set("robustness.fall_rate", static_cast<double>(single_falls) / singles,
             ClopperPearson95(single_falls, singles));
  result.tables.push_back(std::move(table));
}

}  // namespace

Suite RobustnessSuite() {
  return {"robustness", "what other worlds it stands", false, kFigures, RunRobustness};
}

}  // namespace doggo::evaluation
