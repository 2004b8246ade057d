// Numerical trouble in training, told and kept: a sentence where it happens, a replay of each
// robot's last second in the run's folder, the counts at the end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/environment/parallel_env.h"

namespace doggo::app {

class TroubleLog {
 public:
  static constexpr int kMaxFiles = 100;  // of a run

  // What it carries from one iteration to the next.
  struct State {
    sim::TroubleCounts counts{};  // of the whole training
    int files = 0;                // written
  };

  // Replays are written to `folder`/diverged, which is made when it is needed; `configuration`
  // (YAML) is of the world that they happen in. before: of a training that goes on, whose
  // environments count from zero again.
  TroubleLog(std::filesystem::path folder, std::string configuration, const State& before)
      : folder_(std::move(folder)),
        configuration_(std::move(configuration)),
        before_(before.counts),
        files_(before.files) {}

  State state() const;

  // Takes what has happened since the last call; not while the environments are stepped. Returns a
  // sentence for the person who watches, "" where nothing has happened. Throws std::runtime_error
  // where a replay cannot be written.
  std::string Note(sim::ParallelEnv& env);

  // "3 episodes ended in numerical trouble: 2 too fast, 1 ..." for the end; "" where none did.
  std::string Summary() const;

 private:
  std::filesystem::path folder_;
  std::string configuration_;
  sim::TroubleCounts before_{}, counts_{};  // counts_: of these environments
  int files_ = 0;
};

}  // namespace doggo::app
