#include <fmt/format.h>

#include <algorithm>

#include "app/commands.h"
#include "app/evaluation_table.h"
#include "app/loaded_run.h"

namespace doggo::app {

int Eval(const EvalOptions& options) {
  const auto [run, policy, config] = LoadRun(options.run, options.overrides);
  agent::WorkerPool pool(config.threads());
  const bool to_stdout = options.json == "-";
  if (!to_stdout) {
    fmt::print("{}, {}, {:.2f} M steps: {} episodes of {:.0f} s in the reference physics\n",
               config.name, run.policy.string(), static_cast<double>(policy.steps_trained) * 1e-6,
               config.evaluation.episodes, config.evaluation.episode_length);
    std::fflush(stdout);
  }
  const Evaluation evaluation =
      Evaluate(policy, config.world, config.evaluation, SourceRoot().string(), pool);
  if (to_stdout) {
    fmt::print("{}", ToJson(evaluation, policy));
  } else {
    fmt::print("\n{}", EvaluationTable(evaluation));
    if (!options.json.empty()) WriteTextFile(options.json, ToJson(evaluation, policy));
  }
  return 0;
}

}  // namespace doggo::app
