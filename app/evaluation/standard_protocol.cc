#include "app/evaluation/standard_protocol.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::evaluation {
namespace {

constexpr int kStandingRobots = 20, kTransportRobots = 20;
constexpr double kStandingTime = 20, kTransportTime = 10;  // s
constexpr double kGravity = 9.81;                          // m/s^2

// Robots in shards, so that the work can be shared out; as near to ten a shard as divides their
// number.
int ShardSize(int robots) {
  for (int size = std::min(10, robots); size > 1; --size) {
    if (robots % size == 0) return size;
  }
  return 1;
}

using Visitor = std::function<void(int robot, int step, const sim::Episode&)>;

struct Ends {
  std::vector<char> fell, diverged;  // per robot; a robot that fell is not visited again
};

// Every robot follows the policy for so many steps; `visit` sees each of its steps. Different
// robots may be visited at once.
Ends Walk(const agent::Policy& policy, const sim::LocomotionConfig& world, int robots,
          double seconds, uint64_t seed, const std::string& root, agent::WorkerPool& pool,
          int max_falls, double& mass, const Visitor& visit) {
  auto task = std::make_unique<const sim::LocomotionTask>(world, root, robots);
  mass = task->robot().mass;
  sim::ParallelEnv env(std::move(task), robots, ShardSize(robots), seed);
  const EnvSpec& spec = env.spec();
  const int S = spec.shard_size;
  const int steps = static_cast<int>(std::lround(seconds / spec.step_dt));
  const int diverged_row =
      static_cast<int>(std::find(spec.metric_names.begin(), spec.metric_names.end(), "diverged") -
                       spec.metric_names.begin());

  Ends ends{std::vector<char>(robots, false), std::vector<char>(robots, false)};
  std::atomic<int> falls = 0;
  pool.Run(spec.num_shards, [&](int shard, int) {
    StepBatch batch = MakeStepBatch(spec);
    Batch action = Batch::Zero(spec.action_dim, S);
    agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, S);
    env.Reset(shard, batch);
    for (int step = 0; step < steps && falls <= max_falls; ++step) {
      agent::Act(policy, batch.policy_obs, workspace, action);
      env.Step(shard, action, batch);
      for (int e = 0; e < S; ++e) {
        const int robot = shard * S + e;
        if (ends.fell[robot]) continue;
        if (batch.terminated[e]) {
          ends.fell[robot] = true;
          ++falls;
          ends.diverged[robot] = batch.episode_metrics(diverged_row, e) > 0;
        } else {
          visit(robot, step, sim::EpisodeOf(env, robot));
        }
      }
    }
  });
  return ends;
}

sim::CommandConfig Constant(double vx) {
  return {
      .vx = {vx, vx}, .vy = {0, 0}, .yaw_rate = {0, 0}, .standing_share = 0, .hold = {1e6, 1e6}};
}

}  // namespace

ConfigFields Fields(EvaluationConfig& c) {
  return {
      {"episodes", &c.episodes, "", "how many", 1, 1000000},
      {"episode_length", &c.episode_length, "s", "how long", 1.5, 1e5},
      {"vx", &c.vx, "m/s", "commands are drawn from this box", -5, 5},
      {"vy", &c.vy, "m/s", "likewise, to the left", -5, 5},
      {"yaw_rate", &c.yaw_rate, "rad/s", "likewise, turning", -10, 10},
      {"hold", &c.hold, "s", "and held so long", 0.02, 1e5},
      {"standing_share", &c.standing_share, "", "share of the commands that are to stand still", 0,
       1},
      {"seed", &c.seed, "", "of commands and starts", 0, 2147483647},
      {"fall_episodes", &c.fall_episodes, "", "how many, to count falls in (./doggo eval)", 1,
       1000000},
      {"grid", &c.grid, "", "commands along each side of the box (./doggo eval)", 2, 41},
  };
}

sim::LocomotionConfig JudgedWorld(const sim::LocomotionConfig& trained,
                                  const sim::CommandConfig& commands) {
  sim::LocomotionConfig world = trained;
  world.physics = sim::ReferencePhysics(trained.physics);
  world.randomization = sim::Nominal(world.physics);
  world.terminations = {};
  world.observations.noise_level = 0;
  world.terrain.types.clear();
  world.commands = commands;
  world.episode_length = 1e6;  // the protocol ends the episodes
  return world;
}

Tracking EvaluateTracking(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                          const EvaluationConfig& config, const std::string& root,
                          agent::WorkerPool& pool, int max_falls) {
  std::vector<sim::TrackingSums> sums(config.episodes, sim::TrackingSums{});
  const sim::CommandConfig commands{.vx = config.vx,
                                    .vy = config.vy,
                                    .yaw_rate = config.yaw_rate,
                                    .standing_share = config.standing_share,
                                    .hold = {config.hold, config.hold}};
  double mass;
  const Ends ends =
      Walk(policy, JudgedWorld(trained, commands), config.episodes, config.episode_length,
           static_cast<uint64_t>(config.seed), root, pool, max_falls, mass,
           [&](int robot, int, const sim::Episode& e) { sums[robot] = e.tracking; });

  Tracking tracking{.episodes = config.episodes};
  sim::TrackingSums total{};
  for (int robot = 0; robot < config.episodes; ++robot) {
    tracking.falls += ends.fell[robot];
    tracking.diverged += ends.diverged[robot];
    total.steps += sums[robot].steps;
    total.linear_error2 += sums[robot].linear_error2;
    total.yaw_error2 += sums[robot].yaw_error2;
  }
  tracking.linear_rmse = total.linear_error();
  tracking.yaw_rmse = total.yaw_error();
  return tracking;
}

Evaluation Evaluate(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                    const EvaluationConfig& config, const std::string& root,
                    agent::WorkerPool& pool) {
  Evaluation evaluation;
  evaluation.tracking = EvaluateTracking(policy, trained, config, root, pool);
  const double dt = trained.physics.step_dt();
  const auto seed = static_cast<uint64_t>(config.seed);
  double mass = 0;

  // standing: from where it was after the first second
  std::vector<Eigen::Vector2d> start(kStandingRobots), end(kStandingRobots);
  Walk(policy, JudgedWorld(trained, Constant(0)), kStandingRobots, kStandingTime, seed, root, pool,
       kStandingRobots, mass, [&](int robot, int step, const sim::Episode& e) {
         if (step * dt < sim::kSettlingTime) start[robot] = e.t.now.p_W.head<2>();
         end[robot] = e.t.now.p_W.head<2>();
       });
  for (int robot = 0; robot < kStandingRobots; ++robot)
    evaluation.standing_drift =
        std::max(evaluation.standing_drift, (end[robot] - start[robot]).norm());

  // effort: walking straight ahead
  struct Effort {
    double energy = 0, distance = 0, time = 0;
  };
  std::vector<Effort> efforts(kTransportRobots);
  Walk(policy, JudgedWorld(trained, Constant(std::min(1.0, config.vx.high))), kTransportRobots,
       kTransportTime, seed, root, pool, kTransportRobots, mass,
       [&](int robot, int step, const sim::Episode& e) {
         if (step * dt < sim::kSettlingTime) return;
         efforts[robot].energy += e.t.work;
         efforts[robot].distance += (e.t.now.p_W - e.t.before.p_W).head<2>().norm();
         efforts[robot].time += dt;
       });
  Effort total;
  for (const Effort& effort : efforts) {
    total.energy += effort.energy;
    total.distance += effort.distance;
    total.time += effort.time;
  }
  evaluation.cost_of_transport = total.energy / (mass * kGravity * std::max(total.distance, 1e-9));
  evaluation.transport_speed = total.distance / std::max(total.time, dt);
  return evaluation;
}

// P(at most k of n | p) = 2.5 % at the bound; with k = 0 one-sided at 5 %, the "rule of three".
// Bisection: the probability falls with p.
double UpperBound95(int events, int trials) {
  if (events >= trials) return 1;
  const double tail = events == 0 ? 0.05 : 0.025;
  const auto at_most = [&](double p) {
    double sum = 0;
    for (int k = 0; k <= events; ++k) {
      sum +=
          std::exp(std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) -
                   std::lgamma(trials - k + 1.0) + k * std::log(p) + (trials - k) * std::log1p(-p));
    }
    return sum;
  };
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double p = 0.5 * (low + high);
    (at_most(p) > tail ? low : high) = p;
  }
  return high;
}

std::string ToJson(const Evaluation& e, const agent::Policy& policy) {
  nlohmann::ordered_json json;
  json["episodes"] = e.tracking.episodes;
  json["tracking"] = {{"lin_rmse_mps", e.tracking.linear_rmse},
                      {"yaw_rmse_radps", e.tracking.yaw_rmse}};
  json["falls"] = {{"count", e.tracking.falls},
                   {"rate", static_cast<double>(e.tracking.falls) / e.tracking.episodes},
                   {"rate_upper_95", UpperBound95(e.tracking.falls, e.tracking.episodes)},
                   {"diverged", e.tracking.diverged}};
  json["standing"] = {{"drift_cm", 100 * e.standing_drift}};
  json["energy"] = {{"cost_of_transport", e.cost_of_transport}, {"speed_mps", e.transport_speed}};
  json["steps_trained"] = policy.steps_trained;
  return json.dump(2) + "\n";
}

}  // namespace doggo::evaluation
