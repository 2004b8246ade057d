// Any task, many times at once: the learner's view of a task.
#pragma once

#include <memory>
#include <vector>

#include "sim/environment/shard.h"
#include "sim/environment/task.h"

namespace doggo::sim {

class ParallelEnv : public VecEnv {
 public:
  // num_envs environments in shards of shard_size. Throws std::invalid_argument where the first is
  // not a positive multiple of the second.
  ParallelEnv(std::unique_ptr<const Task> task, int num_envs, int shard_size, uint64_t seed);

  const EnvSpec& spec() const override { return spec_; }
  void Reset(int shard, StepBatch& out) override;
  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override;
  void EndIteration(int64_t iteration) override { task_->Adapt(records_, seed_, iteration); }
  void Save(int shard, std::ostream& out) const override;
  void Load(int shard, std::istream& in) override;

  const Task& task() const { return *task_; }
  // The task's record of an environment, as the last Step or Reset of its shard left it.
  const void* record(int environment) const;

  // The same to be changed, by whoever drives a robot (not while its shard is stepped); Observe
  // then writes what the next action is to be chosen by.
  void* record(int environment);
  void Observe(int shard, StepBatch& out);

  // Episodes that ended in numerical trouble since this was made, of all environments and of one;
  // and the last second of some of them: of each shard the first few since the last call. Not while
  // a shard is stepped.
  TroubleCounts trouble_counts() const;
  const TroubleCounts& trouble_counts(int environment) const;
  std::vector<Replay> TakeReplays();
  // This instant of an environment, not while its shard is stepped: a replay of no steps. Whoever
  // adds the actions that it takes from here on, within an episode, has recorded it.
  Replay Capture(int environment) const;

 private:
  std::unique_ptr<const Task> task_;
  EnvSpec spec_;
  uint64_t seed_;
  std::vector<Shard> shards_;
  std::vector<void*> records_;  // of all environments; they stay where they are
};

}  // namespace doggo::sim
