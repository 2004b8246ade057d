#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "app/commands.h"
#include "app/config.h"
#include "app/interrupt.h"
#include "app/training_run.h"
#include "app/watched_training.h"

namespace doggo::app {

int Train(const TrainOptions& options) {
  const Config config = LoadConfig(
      options.config.empty() ? "configs/anymal_flat.yaml" : options.config, options.overrides);
  std::optional<ShowWindow> window;  // before the run's folder: without a display, none is made
  if (options.watch) window.emplace();
  TrainingRun run(config);
  HandleInterrupts();
  run.Introduce();
  const auto train = [&] {
    run.Train(isatty(STDOUT_FILENO) && !options.plain);
    run.Judge();
  };
  if (!window) {
    train();
    return 0;
  }
  Watch(*window, config, options.robots, run.NamedPolicy(), [&](NewestPolicy& newest) {
    run.TellPolicyTo([&](agent::Policy policy) { newest.Put(std::move(policy)); });
    train();
    fmt::print("\nThe window shows the policy until you close it (Escape).\n");
    std::fflush(stdout);
  });
  return 0;
}

}  // namespace doggo::app
