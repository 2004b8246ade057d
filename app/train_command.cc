#include <unistd.h>

#include "app/commands.h"
#include "app/config.h"
#include "app/interrupt.h"
#include "app/training_run.h"

namespace doggo::app {

int Train(const TrainOptions& options) {
  const Config config = LoadConfig(
      options.config.empty() ? "configs/anymal_flat.yaml" : options.config, options.overrides);
  TrainingRun run(config);
  HandleInterrupts();
  run.Introduce();
  run.Train(isatty(STDOUT_FILENO) && !options.plain);
  run.Judge();
  return 0;
}

}  // namespace doggo::app
