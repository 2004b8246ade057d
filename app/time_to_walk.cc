#include "app/time_to_walk.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/training/trainer.h"
#include "app/bench/child_process.h"
#include "app/bench/statistics.h"
#include "app/bench/yardsticks.h"
#include "app/text_table.h"
#include "app/walking_test.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <typename Value>
double Median(const std::vector<FirstWalk>& walks, const Value& value) {
  std::vector<double> values;
  for (const FirstWalk& walk : walks)
    values.push_back(walk.walks ? static_cast<double>(value(walk)) : kInfinity);
  if (values.empty()) return kInfinity;
  const double median = bench::Quantile(values, 0.5);
  return std::isnan(median) ? kInfinity : median;  // between two that never walk
}

}  // namespace

std::optional<FirstWalk> TimeToWalk(const Config& config, double seconds_before,
                                    const std::function<bool()>& stop) {
  const bench::TemporaryFolder folder;
  const double start = bench::WallSeconds() - seconds_before;
  double tests = 0;
  sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(
                           config.world, SourceRoot().string(), config.train.environments),
                       config.train.environments, config.train.shard_size,
                       static_cast<uint64_t>(config.seed));
  agent::Trainer trainer(env, config.learner, static_cast<uint64_t>(config.seed), config.threads());
  agent::WorkerPool pool(config.threads());
  WalkingTests walking;
  Config often = config;  // tests do not count: one after every iteration
  often.train.test_every = 1;

  while (trainer.state().iteration < config.train.iterations && !walking.walks) {
    if (stop()) return std::nullopt;
    trainer.Iterate();
    if (!IsTestDue(often, trainer.state().env_steps, walking)) continue;
    const agent::Policy policy = trainer.CurrentPolicy();
    agent::SavePolicy(policy, folder.path() / "policy.safetensors");
    const double test_start = bench::WallSeconds();
    TestWalking(policy, config, pool, walking);
    tests += bench::WallSeconds() - test_start;
  }
  return FirstWalk{config.seed, bench::WallSeconds() - start - tests, trainer.state().env_steps,
                   walking.walks};
}

double MedianSeconds(const std::vector<FirstWalk>& walks) {
  return Median(walks, [](const FirstWalk& walk) { return walk.seconds; });
}

double MedianSteps(const std::vector<FirstWalk>& walks) {
  return Median(walks, [](const FirstWalk& walk) { return walk.steps; });
}

std::string ToJson(const std::vector<FirstWalk>& walks) {
  const auto finite = [](double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
  };
  nlohmann::ordered_json json = {{"median_seconds", finite(MedianSeconds(walks))},
                                 {"median_steps", finite(MedianSteps(walks))},
                                 {"seeds", nlohmann::ordered_json::array()}};
  for (const FirstWalk& walk : walks) {
    json["seeds"].push_back({{"seed", walk.seed},
                             {"seconds", walk.seconds},
                             {"steps", walk.steps},
                             {"walks", walk.walks}});
  }
  return json.dump(2) + "\n";
}

std::string FirstWalkTable(const std::vector<FirstWalk>& walks) {
  TextTable table({{"seed"}, {"seconds", true}, {"M steps", true}, {""}});
  for (const FirstWalk& walk : walks) {
    table.Add({std::to_string(walk.seed), fmt::format("{:.2f}", walk.seconds),
               fmt::format("{:.3f}", 1e-6 * static_cast<double>(walk.steps)),
               walk.walks ? "" : "never walked"});
  }
  const double seconds = MedianSeconds(walks);
  if (std::isfinite(seconds)) {
    table.Add({"median", fmt::format("{:.2f}", seconds),
               fmt::format("{:.3f}", 1e-6 * MedianSteps(walks)), ""});
  } else {
    table.Add({"median", "-", "-", "more than half never walked"});
  }
  return table.Print();
}

}  // namespace doggo::app
