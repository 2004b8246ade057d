// One training from its first iteration to its evaluation: the loop, and what it leaves in the
// run's folder.
#pragma once

#include <filesystem>

#include "agent/training/trainer.h"
#include "agent/training/worker_pool.h"
#include "app/config.h"
#include "app/progress.h"
#include "app/run_folder.h"
#include "app/trouble_log.h"
#include "sim/environment/parallel_env.h"

namespace doggo::app {

class TrainingRun {
 public:
  // Makes the run's folder and resets every environment. Throws one sentence where that cannot be.
  explicit TrainingRun(const Config& config);

  void Introduce() const;

  // Trains until the configured number of iterations, or until the person stops it; saves.
  // live: a picture that redraws itself (a terminal); else plain lines.
  void Train(bool live);

  // The final evaluation, printed and written.
  void Judge();

 private:
  agent::Policy NamedPolicy() const;
  void Save();
  void NoteTrackingError(const agent::IterationReport& report);
  void Test(Progress& progress);

  Config config_;
  sim::ParallelEnv env_;
  agent::Trainer trainer_;
  agent::WorkerPool pool_;
  std::filesystem::path folder_;
  MetricsFiles metrics_;
  TroubleLog trouble_;
  double training_error_ = 1;  // m/s, a slow mean
  bool walks_ = false;
};

}  // namespace doggo::app
