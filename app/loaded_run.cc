#include "app/loaded_run.h"

#include <filesystem>
#include <utility>

#include "app/evaluation_table.h"
#include "app/task_choice.h"

namespace doggo::app {
namespace {

// Of a policy that stands alone: the configuration of configs/ that has the name of its task.
std::filesystem::path ConfigFileOf(const RunReference& run, const agent::Policy& policy) {
  if (!run.folder.empty()) return run.folder / "config.yaml";
  const std::filesystem::path named = SourceRoot() / "configs" / (policy.task + ".yaml");
  return std::filesystem::exists(named) ? named : SourceRoot() / "configs" / "anymal_flat.yaml";
}

}  // namespace

LoadedRun LoadRun(const std::string& argument, const std::vector<std::string>& overrides) {
  const RunReference run = FindRun(argument);
  agent::Policy policy = agent::LoadPolicy(run.policy);
  Config config = LoadConfig(ConfigFileOf(run, policy), overrides);
  LoadedRun loaded{run, std::move(policy), std::move(config)};
  RequireQuadruped(loaded.config, "this command");
  CheckPolicyFits(loaded.policy, run.policy.string(), loaded.config);
  return loaded;
}

}  // namespace doggo::app
