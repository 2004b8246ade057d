// One training from its first iteration to its evaluation: the loop, and what it leaves in the
// run's folder.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "agent/training/trainer.h"
#include "agent/training/worker_pool.h"
#include "app/config.h"
#include "app/progress.h"
#include "app/resume.h"
#include "app/run_folder.h"
#include "app/run_lock.h"
#include "app/run_state.h"
#include "app/task_choice.h"
#include "app/training/alarm_log.h"
#include "app/training/metrics_files.h"
#include "app/trouble_log.h"
#include "sim/environment/parallel_env.h"

namespace doggo::app {

class TrainingRun {
 public:
  // Makes the run's folder and resets every environment. from: a policy file, a run or a checkpoint
  // to begin with; "": none. Throws one sentence where that cannot be.
  explicit TrainingRun(const Config& config, const std::string& from = "");
  // Goes on where the checkpoint was written, to the bit.
  explicit TrainingRun(const Resumption& resumption);

  void Introduce() const;

  // The policy as it is, with the run's name.
  agent::Policy NamedPolicy() const;
  // After every iteration it is told to `listener`.
  void TellPolicyTo(std::function<void(agent::Policy)> listener);

  // Trains until the configured number of iterations, or until the person stops it; saves. What
  // cannot be written on the way is told, and tried again later; at the end it throws. A folder
  // that is gone ends the training.
  void Train(Display display);

  // The final evaluation, printed and written, with the report; its path is printed last.
  Evaluation Judge();
  // The same of a small world.
  ReturnEvaluation JudgeReturn();

  const std::filesystem::path& folder() const { return folder_; }
  const Config& config() const { return config_; }
  const RunState& state() const { return state_; }
  // Where the time of Train went (phase_table.h).
  std::string Profile() const;

 private:
  TrainingRun(const Config& config, std::nullptr_t);
  void StartFrom(const std::string& from);
  void Load(const Resumption& resumption);
  void OpenFiles();
  void Save();
  void SaveAtTheEnd();
  void TryTo(const std::string& what, Progress& progress, const std::function<void()>& write);
  const agent::IterationReport& Iterate(IterationSurroundings& around);
  void Watch(const agent::IterationReport& report, IterationSurroundings& around,
             Progress& progress);
  TestedTracking Test(Progress& progress);
  void KeepAsBest(const agent::Policy& policy, const TestedPolicy& tested, Progress& progress);
  void NoteBest(nlohmann::ordered_json& record) const;
  void FindBestPolicy();
  std::string CommandAgain(const nlohmann::ordered_json& record) const;
  void NoteEnd();

  Config config_;
  sim::ParallelEnv env_;
  agent::Trainer trainer_;
  agent::WorkerPool pool_;
  std::filesystem::path folder_;
  RunState state_;
  agent::PhaseSeconds phases_;  // since it was started or resumed
  double seconds_before_ = 0;   // of state_.seconds
  std::optional<RunLock> lock_;
  std::optional<MetricsFiles> metrics_;
  std::optional<TroubleLog> trouble_;
  std::optional<AlarmLog> alarms_;
  std::function<void(agent::Policy)> listener_;
  std::set<std::string> failing_;  // what could not be written lately
};

}  // namespace doggo::app
