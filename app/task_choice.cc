#include "app/task_choice.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/classic/worlds.h"
#include "sim/environment/parallel_env.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

constexpr int kEpisodes = 64;
constexpr uint64_t kSeed = 1000;  // unlike the training's

}  // namespace

std::vector<std::string> TaskNames() {
  std::vector<std::string> names = {kQuadruped};
  for (const sim::ClassicWorld& world : sim::ClassicWorlds()) names.emplace_back(world.name);
  return names;
}

bool IsQuadruped(const Config& config) { return config.task == kQuadruped; }

std::unique_ptr<const sim::Task> MakeTask(const Config& config) {
  if (IsQuadruped(config))
    return std::make_unique<const sim::LocomotionTask>(config.world, SourceRoot().string(),
                                                       config.train.environments);
  return sim::FindClassicWorld(config.task)->make(config.classic);
}

void RequireQuadruped(const Config& config, const std::string& what) {
  if (!IsQuadruped(config))
    throw std::runtime_error(
        fmt::format("{} is for the quadruped, and the task of this "
                    "configuration is {}; take one with task={}",
                    what, config.task, kQuadruped));
}

ReturnEvaluation EvaluateReturn(const agent::Policy& policy, const Config& config) {
  sim::ParallelEnv env(MakeTask(config), kEpisodes, kEpisodes, kSeed);
  StepBatch batch = MakeStepBatch(env.spec());
  Batch action = Batch::Zero(env.spec().action_dim, kEpisodes);
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, kEpisodes);
  env.Reset(0, batch);

  // the first episode of an environment begins anywhere in time: the second counts
  std::vector<int> ended(kEpisodes, 0);
  std::vector<double> returns;
  ReturnEvaluation evaluation;
  while (returns.size() < kEpisodes) {
    agent::Act(policy, batch.policy_obs, workspace, action);
    env.Step(0, action, batch);
    for (int e = 0; e < kEpisodes; ++e) {
      if (!batch.terminated[e] && !batch.truncated[e]) continue;
      if (++ended[e] != 2) continue;
      returns.push_back(batch.episode_metrics(sim::kClassicReturn, e));
      evaluation.length += batch.episode_metrics(sim::kClassicLength, e) / kEpisodes;
    }
  }
  evaluation.episodes = kEpisodes;
  for (const double r : returns) evaluation.mean += r / kEpisodes;
  for (const double r : returns) evaluation.deviation += std::pow(r - evaluation.mean, 2);
  evaluation.deviation = std::sqrt(evaluation.deviation / kEpisodes);
  return evaluation;
}

std::string ToJson(const ReturnEvaluation& evaluation, const agent::Policy& policy) {
  const nlohmann::ordered_json json = {
      {"episodes", evaluation.episodes},
      {"return", {{"mean", evaluation.mean}, {"deviation", evaluation.deviation}}},
      {"length_s", evaluation.length},
      {"steps_trained", policy.steps_trained}};
  return json.dump(2) + "\n";
}

}  // namespace doggo::app
