// Tracking: the standard protocol's random commands; a grid over the command box; steps of the
// command; and the protocol of Hwangbo et al. 2019 ("Learning agile and dynamic motor skills for
// legged robots": random commands every 2 s for 30 s; forward steps of 4.5 s).
#include <fmt/format.h>

#include <cmath>

#include "app/evaluation/random_episodes.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr FigureInfo kFigures[] = {
    // random commands
    {"tracking.lin_rmse_mps", "m/s", "velocity error, rms"},
    {"tracking.yaw_rmse_radps", "rad/s", "yaw rate error, rms"},
    {"tracking.lin_rmse_half_second_mps", "m/s", "velocity error, rms of means over 0.5 s"},
    {"tracking.yaw_rmse_half_second_radps", "rad/s", "yaw rate error, rms of means over 0.5 s"},
    {"tracking.vx_rmse_mps", "m/s", "forward velocity error, rms"},
    {"tracking.vy_rmse_mps", "m/s", "sideways velocity error, rms"},
    {"tracking.vx_bias_mps", "m/s", "forward velocity error, mean"},
    {"tracking.vy_bias_mps", "m/s", "sideways velocity error, mean"},
    {"tracking.yaw_bias_radps", "rad/s", "yaw rate error, mean"},
    // steps of the command, from standing to the ends of the box
    {"tracking.vx_rise_s", "s", "until 90 % of a step of vx, median"},
    {"tracking.vy_rise_s", "s", "until 90 % of a step of vy, median"},
    {"tracking.yaw_rise_s", "s", "until 90 % of a step of the yaw rate, median"},
    {"tracking.vx_overshoot", "", "beyond a step of vx, share of it, median"},
    {"tracking.vy_overshoot", "", "beyond a step of vy, share of it, median"},
    {"tracking.yaw_overshoot", "", "beyond a step of the yaw rate, share of it, median"},
    // the grid
    {"tracking.grid_worst_lin_rmse_mps", "m/s", "velocity error, rms, worst command of the grid"},
    {"tracking.grid_worst_yaw_rmse_radps", "rad/s", "yaw rate error, rms, worst command"},
    // Hwangbo et al. 2019
    {"tracking.hwangbo_lin_error_mps", "m/s", "velocity error, mean, a command every 2 s for 30 s"},
    {"tracking.hwangbo_yaw_error_radps", "rad/s", "yaw rate error, mean, likewise"},
    {"tracking.hwangbo_forward_error", "", "of the mean speed, forward steps of 0.25 to 1 m/s"},
};

using Pick = std::function<double(const TrackingError&)>;

void Random(Context& context, SuiteResult& result) {
  const RandomEpisodes& run = RunRandomEpisodes(context);
  const int n = context.protocol.episodes;
  const auto figure = [&](std::string_view key, const Pick& value) {
    TrackingError all;
    for (int k = 0; k < n; ++k) all.Add(run.episodes[k].error);
    const Interval interval = Bootstrap95(n, [&](std::span<const int> picks) {
      TrackingError picked;
      for (const int k : picks) picked.Add(run.episodes[k].error);
      return value(picked);
    });
    // where every robot fell at once nothing was measured
    if (all.steps > 0) result.Set(key, value(all), interval);
  };
  using E = TrackingError;
  figure("tracking.lin_rmse_mps", &E::linear_rmse);
  figure("tracking.yaw_rmse_radps", &E::yaw_rmse);
  figure("tracking.lin_rmse_half_second_mps", &E::linear_window_rmse);
  figure("tracking.yaw_rmse_half_second_radps", &E::yaw_window_rmse);
  figure("tracking.vx_rmse_mps", [](const E& e) { return e.rmse().x(); });
  figure("tracking.vy_rmse_mps", [](const E& e) { return e.rmse().y(); });
  figure("tracking.vx_bias_mps", [](const E& e) { return e.bias().x(); });
  figure("tracking.vy_bias_mps", [](const E& e) { return e.bias().y(); });
  figure("tracking.yaw_bias_radps", [](const E& e) { return e.bias().z(); });
  for (const Failure& worst : run.worst) context.failures.push_back(worst);
}

std::vector<double> Spaced(const Range& range, int n) {
  std::vector<double> values;
  for (int k = 0; k < n; ++k) values.push_back(std::lerp(range.low, range.high, k / (n - 1.0)));
  return values;
}

// Two planes of the box: vx and vy without turning, vx and turning without vy.
void GridOfCommands(Context& context, SuiteResult& result) {
  constexpr double kSeconds = 5;
  const EvaluationConfig& p = context.protocol;
  const int n = p.grid;
  const std::vector<double> vx = Spaced(p.vx, n), vy = Spaced(p.vy, n),
                            yaw_rate = Spaced(p.yaw_rate, n);
  std::vector<Eigen::Vector3d> commands;
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) commands.emplace_back(vx[column], vy[row], 0);
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) commands.emplace_back(vx[column], 0, yaw_rate[row]);

  const auto cells = static_cast<int>(commands.size());
  std::vector<TrackingError> errors(cells);
  std::vector<char> fell(cells, false);
  Run(context,
      {.name = "grid",
       .world = JudgedWorld(context.trained, Constant({0, 0, 0})),
       .robots = cells,
       .seconds = kSeconds,
       .hand = CommandAt(0, commands)},
      [&](int robot, const Trajectory& t) {
        errors[robot] = TrackingErrorOf(t);
        fell[robot] = t.fell;
      });

  double worst_linear = 0, worst_yaw = 0;
  const auto grid = [&](const char* key, const char* title, const char* y_label,
                        const std::vector<double>& y, int first, bool linear) {
    Grid g{key, title, "vx (m/s)", y_label, vx, y, Eigen::MatrixXd(n, n)};
    for (int k = 0; k < n * n; ++k) {
      const TrackingError& e = errors[first + k];
      g.values(k / n, k % n) = fell[first + k] || e.steps == 0 ? std::nan("")
                               : linear                        ? e.linear_rmse()
                                                               : e.yaw_rmse();
    }
    result.grids.push_back(std::move(g));
  };
  grid("lin_over_vx_vy", "velocity error, rms (m/s), without turning", "vy (m/s)", vy, 0, true);
  grid("yaw_over_vx_vy", "yaw rate error, rms (rad/s), without turning", "vy (m/s)", vy, 0, false);
  grid("lin_over_vx_yaw", "velocity error, rms (m/s), turning", "yaw rate (rad/s)", yaw_rate, n * n,
       true);
  grid("yaw_over_vx_yaw", "yaw rate error, rms (rad/s), turning", "yaw rate (rad/s)", yaw_rate,
       n * n, false);
  int falls = 0;
  for (int k = 0; k < cells; ++k) {
    falls += fell[k];
    worst_linear = std::max(worst_linear, errors[k].linear_rmse());
    worst_yaw = std::max(worst_yaw, errors[k].yaw_rmse());
  }
  result.Set("tracking.grid_worst_lin_rmse_mps", worst_linear);
  result.Set("tracking.grid_worst_yaw_rmse_radps", worst_yaw);
  if (falls > 0)
    result.notes.push_back(fmt::format("{} of the grid's {} robots fell.", falls, cells));
}

// From standing to either end of the box, one component alone.
void Steps(Context& context, SuiteResult& result) {
  constexpr int kRobots = 10;  // of each step
  constexpr double kStand = 2, kSeconds = 5;
  const EvaluationConfig& p = context.protocol;
  const Range box[] = {p.vx, p.vy, p.yaw_rate};
  std::vector<Eigen::Vector3d> commands;
  for (int component = 0; component < 3; ++component) {
    for (int k = 0; k < 2 * kRobots; ++k) {
      commands.emplace_back(Eigen::Vector3d::Zero());
      commands.back()[component] = k % 2 == 0 ? box[component].high : box[component].low;
    }
  }
  const auto robots = static_cast<int>(commands.size());
  const auto step = static_cast<int>(std::lround(kStand / context.trained.physics.step_dt()));
  std::vector<StepResponse> responses(robots);
  Run(context,
      {.name = "steps",
       .world = JudgedWorld(context.trained, Constant({0, 0, 0})),
       .robots = robots,
       .seconds = kSeconds,
       .hand = CommandAt(step, commands)},
      [&](int robot, const Trajectory& t) {
        const int component = robot / (2 * kRobots);
        const double to = commands[robot][component];
        responses[robot] = {std::nan(""), std::nan("")};
        if (!t.fell && to != 0) responses[robot] = StepResponseOf(t, component, step, 0, to);
      });
  const char* const names[] = {"vx", "vy", "yaw"};
  for (int component = 0; component < 3; ++component) {
    std::vector<double> rise, overshoot;
    for (int k = 0; k < 2 * kRobots; ++k) {
      rise.push_back(responses[component * 2 * kRobots + k].rise_s);
      overshoot.push_back(responses[component * 2 * kRobots + k].overshoot);
    }
    result.Set(fmt::format("tracking.{}_rise_s", names[component]), Quantile(rise, 0.5));
    result.Set(fmt::format("tracking.{}_overshoot", names[component]), Quantile(overshoot, 0.5));
  }
}

// One robot's velocity and command over time.
void AddTraces(const Trajectory& t, SuiteResult& result) {
  const char* const keys[] = {"vx_over_time", "vy_over_time", "yaw_over_time"};
  const char* const labels[] = {"vx (m/s)", "vy (m/s)", "yaw rate (rad/s)"};
  for (int component = 0; component < 3; ++component) {
    Series command{"command", {}, {}}, velocity{"velocity", {}, {}};
    for (size_t k = 0; k < t.samples.size(); ++k) {
      command.x.push_back(static_cast<double>(k + 1) * t.dt);
      command.y.push_back(t.samples[k].command[component]);
      velocity.y.push_back(t.samples[k].velocity[component]);
    }
    velocity.x = command.x;
    result.curves.push_back({keys[component],
                             "a command every 2 s, one robot",
                             "time (s)",
                             labels[component],
                             {command, velocity}});
  }
}

void Hwangbo(Context& context, SuiteResult& result) {
  constexpr int kRobots = 20, kForwardRobots = 10;
  constexpr double kSpeeds[] = {0.25, 0.5, 0.75, 1.0}, kHold = 4.5;
  std::vector<MeanError> errors(kRobots);
  Trajectory shown;
  Run(context,
      {.name = "hwangbo",
       .world = JudgedWorld(context.trained, {.vx = {-1, 1},
                                              .vy = {-0.4, 0.4},
                                              .yaw_rate = {-1.2, 1.2},
                                              .standing_share = 0,
                                              .hold = {2, 2}}),
       .robots = kRobots,
       .seconds = 30},
      [&](int robot, const Trajectory& t) {
        errors[robot] = MeanErrorOf(t);
        if (robot == 0) shown = t;
      });
  MeanError sum;
  for (const MeanError& e : errors) {
    sum.steps += e.steps;
    sum.linear += e.linear;
    sum.yaw += e.yaw;
  }
  if (sum.steps > 0) {
    result.Set("tracking.hwangbo_lin_error_mps", sum.linear / sum.steps);
    result.Set("tracking.hwangbo_yaw_error_radps", sum.yaw / sum.steps);
  }
  AddTraces(shown, result);

  sim::CommandConfig forward = Constant({0, 0, 0});
  for (const double speed : kSpeeds)
    forward.script.push_back(fmt::format("{} {} 0 0", kHold, speed));
  std::vector<double> shares;
  std::vector<std::vector<double>> robots(kForwardRobots);
  Run(context,
      {.name = "forward",
       .world = JudgedWorld(context.trained, forward),
       .robots = kForwardRobots,
       .seconds = kHold * std::size(kSpeeds)},
      [&](int robot, const Trajectory& t) {
        for (const double speed : kSpeeds) {
          std::vector<double> reached;
          for (const Sample& s : t.samples)
            if (s.command.x() == speed && s.command_age > kSettlingTime)
              reached.push_back(s.velocity.x());
          robots[robot].push_back(std::abs(Mean(reached) - speed) / speed);
        }
      });
  for (const auto& robot : robots) shares.insert(shares.end(), robot.begin(), robot.end());
  std::erase_if(shares, [](double share) { return std::isnan(share); });  // it fell before
  result.Set("tracking.hwangbo_forward_error", Mean(shares));

  const auto number = [&](std::string_view key) {
    for (size_t k = 0; k < result.infos.size(); ++k)
      if (result.infos[k].key == key) return fmt::format("{:.3f}", result.figures[k].value);
    return std::string();
  };
  result.tables.push_back(
      {"hwangbo",
       "The protocol of Hwangbo et al. 2019: here ANYmal C simulated, in the paper ANYmal B, the "
       "real robot. Simulated figures do not beat real ones.",
       {"", "this policy, simulated", "paper, real robot"},
       {{"velocity error, mean (m/s)", number("tracking.hwangbo_lin_error_mps"), "0.143"},
        {"yaw rate error, mean (rad/s)", number("tracking.hwangbo_yaw_error_radps"), "0.174"},
        {"forward steps, error of the mean speed", number("tracking.hwangbo_forward_error"),
         "0.022"}}});
}

void RunTracking(Context& context, SuiteResult& result) {
  Random(context, result);
  GridOfCommands(context, result);
  Steps(context, result);
  Hwangbo(context, result);
}

}  // namespace

Suite TrackingSuite() {
  return {"tracking", "how closely it follows commands", true, kFigures, RunTracking};
}

}  // namespace doggo::evaluation
