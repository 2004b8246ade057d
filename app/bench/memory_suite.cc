#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "app/bench/child_process.h"
#include "app/bench/suites.h"

namespace doggo::bench {

// The program itself, in a process of its own, through two whole iterations with everything that
// belongs to a run: libraries, metrics, checkpoint, final evaluation.
void MeasureMemory(const Settings& settings, Results& results) {
  const TemporaryFolder folder;
  ChildProcess program({settings.program, "train", "--plain", "train.environments=4096",
                        "train.shard_size=128",  // each shard has a MuJoCo simulation of its own
                        "train.steps_per_iteration=32", "network.policy_hidden=[128, 128, 128]",
                        "network.critic_hidden=[128, 128, 128]", "train.iterations=2",
                        "train.test_every=0", "evaluation.episodes=10",
                        "evaluation.episode_length=2",
                        fmt::format("train.threads={}", settings.threads),
                        "run.folder=" + (folder.path() / "run").string()});
  double most = 0;
  while (!program.HasEnded()) {
    settings.check();
    most = std::max(most, program.PeakMemory());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (program.Wait() != 0 || most == 0) {
    results.Refuse("memory_mb_4096_envs", "the training with 4,096 environments did not end well");
  } else {
    results.Add("memory_mb_4096_envs", {1e-6 * most});
  }
}

}  // namespace doggo::bench
