// A shard: a few dozen environments of one task in one mjBatch, stepped by one thread: their
// episodes, what ends them, and what is kept of those that came into trouble.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "sim/environment/replay.h"
#include "sim/environment/simulations.h"
#include "sim/environment/snapshots.h"
#include "sim/environment/task.h"

namespace doggo::sim {

class Shard {
 public:
  static constexpr int kMaxReplays = 4;  // kept until they are taken

  // Environments first .. first + size - 1. The task must outlive the shard.
  Shard(const Task& task, int first, int size, uint64_t seed);

  // Both throw std::runtime_error where MuJoCo raises an error at the beginning of an episode, with
  // the values that were drawn for it and with the model's nominal ones.
  void Start(StepBatch& out);
  void Step(const Eigen::Ref<const Batch>& action, StepBatch& out);

  // The observations anew, after a record was changed from outside.
  void Observe(StepBatch& out);

  // State, records, randomised fields.
  void Save(std::ostream& out) const;
  void Load(std::istream& in);
  int num_field_values() const { return sims_.num_field_values(); }  // of an environment

  const void* record(int column) const { return sims_.record(column).data(); }
  void* record(int column) { return sims_.record(column).data(); }

  // Since the shard was made.
  const TroubleCounts& trouble_counts(int column) const { return counts_[column]; }
  // This instant: a replay of no steps, to which actions can be added.
  Replay Capture(int column) const;
  // The first kMaxReplays episodes with trouble since the last call.
  std::vector<Replay> TakeReplays();

 private:
  void StepTask(const Eigen::Ref<const Batch>& action, StepBatch& out);
  void CollectOutcomes(StepBatch& out);
  void NoteErrors(StepBatch& out);
  void BeginEpisodes(std::span<const int> columns, StepBatch& out);
  void TryToBegin(std::span<const int> columns, StepBatch& out);
  void Keep(int column, const Trouble& trouble);

  Simulations sims_;
  Snapshots snapshots_;
  std::vector<TroubleCounts> counts_;
  std::vector<Replay> replays_;

  // of the step at work
  std::vector<Outcome> outcomes_;
  std::vector<int> ended_, failed_;  // columns, ascending; failed: MuJoCo raised an error
};

}  // namespace doggo::sim
