#include "app/recorded_episode.h"

#include <cmath>
#include <sstream>

#include "app/config_file.h"
#include "app/run_folder.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

sim::Replay RecordEpisode(const agent::Policy& policy, const Config& config, uint64_t seed,
                          double seconds, const std::string& root) {
  sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(config.world, root, 1), 1, 1,
                       seed);
  StepBatch batch = MakeStepBatch(env.spec());
  Batch action = Batch::Zero(env.spec().action_dim, 1);
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, 1);
  env.Reset(0, batch);

  sim::Replay replay = env.Capture(0);
  Config copy = config;
  replay.configuration = PrintConfig(Fields(copy), /*with_comments=*/false);
  const auto steps = static_cast<int>(std::lround(seconds / env.spec().step_dt));
  for (int k = 0; k < steps; ++k) {
    agent::Act(policy, batch.policy_obs, workspace, action);
    replay.actions.insert(replay.actions.end(), action.data(), action.data() + action.size());
    env.Step(0, action, batch);
    if (batch.terminated[0]) replay.message = "it fell";
    if (batch.terminated[0] || batch.truncated[0]) break;
  }
  return replay;
}

void WriteReplayFile(const sim::Replay& replay, const std::filesystem::path& path) {
  std::ostringstream bytes;
  sim::WriteReplay(replay, bytes);
  WriteTextFile(path, std::move(bytes).str());
}

}  // namespace doggo::app
