#include "app/export/recorded.h"

#include <memory>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

Recorded RecordObservations(const agent::Policy& policy, const sim::LocomotionConfig& world,
                            const std::string& root) {
  constexpr int kRobots = 100, kKept = 10, kStepsApart = 10;
  constexpr uint64_t kSeed = 1;
  sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(world, root, kRobots), kRobots,
                       kRobots, kSeed);
  StepBatch batch = MakeStepBatch(env.spec());
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, kRobots);
  Recorded recorded{Batch(env.spec().policy_dim, kKept * kRobots),
                    Batch(env.spec().action_dim, kKept * kRobots)};
  env.Reset(0, batch);
  for (int step = 0; step < kKept * kStepsApart; ++step) {
    Batch action(env.spec().action_dim, kRobots);
    agent::Act(policy, batch.policy_obs, workspace, action);
    if (step % kStepsApart == 0) {
      const Eigen::Index first = step / kStepsApart * kRobots;
      recorded.obs.middleCols(first, kRobots) = batch.policy_obs;
      recorded.action.middleCols(first, kRobots) = action;
    }
    env.Step(0, action, batch);
  }
  return recorded;
}

}  // namespace doggo::app
