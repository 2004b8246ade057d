#include "app/loaded_run.h"

#include "app/evaluation_table.h"
#include "app/task_choice.h"

namespace doggo::app {

LoadedRun LoadRun(const std::string& argument, const std::vector<std::string>& overrides) {
  const RunReference run = FindRun(argument);
  LoadedRun loaded{
      run, agent::LoadPolicy(run.policy),
      LoadConfig(run.folder.empty() ? "configs/anymal_flat.yaml" : run.folder / "config.yaml",
                 overrides)};
  RequireQuadruped(loaded.config, "this command");
  CheckPolicyFits(loaded.policy, run.policy.string(), loaded.config);
  return loaded;
}

}  // namespace doggo::app
