#include "sim/environment/parallel_env.h"

#include <fmt/format.h>

#include <istream>
#include <ostream>
#include <stdexcept>

namespace doggo::sim {
namespace {

// What a saved shard begins with, so that it is not read into another environment.
struct Header {
  int64_t magic = 0x646F67676F656E76;  // "doggoenv"
  int64_t shard = 0, shard_size = 0, record_size = 0, state_size = 0, field_values = 0;
  friend bool operator==(const Header&, const Header&) = default;
};

Header HeaderOf(const Task& task, const EnvSpec& spec, int index, const Shard& shard) {
  return {.shard = index,
          .shard_size = spec.shard_size,
          .record_size = static_cast<int64_t>(task.record_size()),
          .state_size = mj_stateSize(&task.model(), mjSTATE_INTEGRATION),
          .field_values = shard.num_field_values()};
}

}  // namespace

ParallelEnv::ParallelEnv(std::unique_ptr<const Task> task, int num_envs, int shard_size,
                         uint64_t seed)
    : task_(std::move(task)), spec_(task_->spec()), seed_(seed) {
  if (num_envs < 1 || shard_size < 1 || num_envs % shard_size != 0) {
    throw std::invalid_argument(
        fmt::format("{} environments in shards of {}: the number of environments must be a "
                    "positive multiple of the shard's size",
                    num_envs, shard_size));
  }
  spec_.shard_size = shard_size;
  spec_.num_shards = num_envs / shard_size;
  shards_.reserve(spec_.num_shards);
  for (int k = 0; k < spec_.num_shards; ++k)
    shards_.emplace_back(*task_, k * shard_size, shard_size, seed);
  for (int i = 0; i < num_envs; ++i) records_.push_back(record(i));
}

void ParallelEnv::Reset(int shard, StepBatch& out) { shards_.at(shard).Start(out); }

void ParallelEnv::Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) {
  if (!action.allFinite()) {
    for (int i = 0; i < action.cols(); ++i) {
      if (!action.col(i).allFinite()) {
        throw std::invalid_argument(
            fmt::format("the action for environment {} is not a finite number; nothing was stepped",
                        shard * spec_.shard_size + i));
      }
    }
  }
  shards_.at(shard).Step(action, out);
}

void ParallelEnv::Save(int shard, std::ostream& out) const {
  const Header header = HeaderOf(*task_, spec_, shard, shards_.at(shard));
  out.write(reinterpret_cast<const char*>(&header), sizeof(header));
  shards_.at(shard).Save(out);
}

void ParallelEnv::Load(int shard, std::istream& in) {
  Header header;
  in.read(reinterpret_cast<char*>(&header), sizeof(header));
  if (in.gcount() != sizeof(header) ||
      header != HeaderOf(*task_, spec_, shard, shards_.at(shard))) {
    throw std::runtime_error(
        fmt::format("the saved state of shard {} is not that of this environment", shard));
  }
  shards_.at(shard).Load(in);
}

const void* ParallelEnv::record(int environment) const {
  return shards_.at(environment / spec_.shard_size).record(environment % spec_.shard_size);
}

void* ParallelEnv::record(int environment) {
  return shards_.at(environment / spec_.shard_size).record(environment % spec_.shard_size);
}

void ParallelEnv::Observe(int shard, StepBatch& out) { shards_.at(shard).Observe(out); }

TroubleCounts ParallelEnv::trouble_counts() const {
  TroubleCounts total = {};
  for (int i = 0; i < spec_.num_envs(); ++i) {
    for (int kind = 0; kind < kNumTroubleKinds; ++kind) total[kind] += trouble_counts(i)[kind];
  }
  return total;
}

const TroubleCounts& ParallelEnv::trouble_counts(int environment) const {
  return shards_.at(environment / spec_.shard_size).trouble_counts(environment % spec_.shard_size);
}

std::vector<Replay> ParallelEnv::TakeReplays() {
  std::vector<Replay> replays;
  for (Shard& shard : shards_) {
    for (Replay& replay : shard.TakeReplays()) replays.push_back(std::move(replay));
  }
  return replays;
}

Replay ParallelEnv::Capture(int environment) const {
  return shards_[environment / spec_.shard_size].Capture(environment % spec_.shard_size);
}

}  // namespace doggo::sim
