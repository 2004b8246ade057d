#include "sim/environment/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace doggo::sim {
namespace {

int StepsPerSnapshot(const Task& task) {
  return std::max(1, static_cast<int>(std::lround(kSnapshotPeriod / task.spec().step_dt)));
}

}  // namespace

Shard::Shard(const Task& task, int first, int size, uint64_t seed)
    : sims_(task, first, size, seed),
      snapshots_(size, mj_stateSize(&task.model(), mjSTATE_INTEGRATION), task.record_size(),
                 task.spec().action_dim, StepsPerSnapshot(task)),
      counts_(size),
      outcomes_(size) {
  ended_.reserve(size);
  failed_.reserve(2 * size);  // by two causes
}

void Shard::Start(StepBatch& out) {
  sims_.ClearRecords();
  BeginEpisodes(sims_.all(), out);
}

void Shard::Step(const Eigen::Ref<const Batch>& action, StepBatch& out) {
  StepTask(action, out);
  CollectOutcomes(out);
  NoteErrors(out);
  BeginEpisodes(ended_, out);
}

void Shard::Observe(StepBatch& out) {
  sims_.Look(sims_.all(), [&](const EnvView& env, int column) {
    sims_.task().Observe(env, out.policy_obs.col(column).data(), out.critic_obs.col(column).data());
  });
}

void Shard::StepTask(const Eigen::Ref<const Batch>& action, StepBatch& out) {
  const size_t action_dim = sims_.task().spec().action_dim;
  for (const int column : sims_.all()) {
    snapshots_.Note(column, sims_.state(column), sims_.record(column),
                    {action.col(column).data(), action_dim});
  }

  sims_.Apply(sims_.all(), [&](const EnvView& env, int column) {
    const Task& task = sims_.task();
    const Outcome outcome = sims_.StepTask(env, action.col(column).data());
    outcomes_[column] = outcome;

    // the episode's last state is seen before the next one replaces it
    if (outcome.truncated) task.Observe(env, nullptr, out.final_critic_obs.col(column).data());
    if (outcome.terminated || outcome.truncated) {
      task.EpisodeMetrics(env, out.episode_metrics.col(column).data());
    } else {
      task.Observe(env, out.policy_obs.col(column).data(), out.critic_obs.col(column).data());
    }
  });
}

void Shard::CollectOutcomes(StepBatch& out) {
  ended_.clear();
  failed_.clear();
  out.physics_seconds = 0;
  for (const int column : sims_.all()) {
    Outcome& outcome = outcomes_[column];
    out.physics_seconds += outcome.physics_seconds;
    if (sims_.failed(column)) {
      // the task's step did not come to its end
      outcome = Simulations::kGaveUp;
      failed_.push_back(column);
    }
    out.reward[column] = outcome.reward;
    out.terminated[column] = outcome.terminated;
    out.truncated[column] = outcome.truncated;
    if (outcome.trouble) Keep(column, outcome.trouble);
    if (outcome.terminated || outcome.truncated) ended_.push_back(column);
  }
}

void Shard::NoteErrors(StepBatch& out) {
  for (const int column : failed_) out.episode_metrics.col(column).setZero();
  sims_.Look(failed_, [&](const EnvView& env, int column) {
    sims_.task().NoteError(env);
    sims_.task().EpisodeMetrics(env, out.episode_metrics.col(column).data());
  });
}

void Shard::BeginEpisodes(std::span<const int> columns, StepBatch& out) {
  for (const int column : columns) {
    snapshots_.Forget(column);
    sims_.Draw(column);
  }
  TryToBegin(columns, out);
  if (failed_.empty()) return;

  // What was drawn may be what MuJoCo cannot bear: the nominal model is tried, once. If not even
  // that can begin, every further episode would fail alike, so that going on is of no use.
  const std::vector<int> again = failed_;
  for (const int column : again) {
    ++counts_[column][static_cast<int>(TroubleKind::kError)];
    sims_.SetNominalFields(column);
  }
  TryToBegin(again, out);
  if (failed_.empty()) return;
  throw std::runtime_error(fmt::format("environment {} cannot begin an episode: {}",
                                       sims_.first() + failed_[0], sims_.error(failed_[0])));
}

// Leaves the columns where MuJoCo raised an error in failed_.
void Shard::TryToBegin(std::span<const int> columns, StepBatch& out) {
  failed_.clear();
  const auto note_failed = [&] {
    for (const int column : columns) {
      if (sims_.failed(column)) failed_.push_back(column);
    }
  };
  if (sims_.RenewConstants(columns) > 0) note_failed();
  sims_.Apply(columns, [&](const EnvView& env, int column) {
    sims_.task().Reset(env);
    sims_.task().Observe(env, out.policy_obs.col(column).data(), out.critic_obs.col(column).data());
  });
  note_failed();
  std::sort(failed_.begin(), failed_.end());
  failed_.erase(std::unique(failed_.begin(), failed_.end()), failed_.end());
}

void Shard::Keep(int column, const Trouble& trouble) {
  ++counts_[column][static_cast<int>(trouble.kind)];
  if (replays_.size() == kMaxReplays) return;

  Replay replay;
  replay.environment = sims_.first() + column;
  replay.seed = sims_.seed();
  replay.trouble = trouble;
  replay.message = Describe(sims_.task().model(), trouble);
  if (trouble.kind == TroubleKind::kError) replay.message += ": " + sims_.error(column);
  replay.fields.resize(sims_.num_field_values());
  sims_.GetFields(column, replay.fields);
  snapshots_.Recall(column, replay);
  replays_.push_back(std::move(replay));
}

Replay Shard::Capture(int column) const {
  const auto state = sims_.state(column);
  const auto record = sims_.record(column);
  const auto* bytes = reinterpret_cast<const char*>(record.data());
  Replay replay;
  replay.environment = sims_.first() + column;
  replay.seed = sims_.seed();
  replay.state.assign(state.begin(), state.end());
  replay.record.assign(bytes, bytes + record.size());
  replay.fields.resize(sims_.num_field_values());
  sims_.GetFields(column, replay.fields);
  replay.action_dim = sims_.task().spec().action_dim;
  return replay;
}

std::vector<Replay> Shard::TakeReplays() { return std::exchange(replays_, {}); }

void Shard::Save(std::ostream& out) const { sims_.Save(out); }

void Shard::Load(std::istream& in) {
  sims_.Load(in);
  for (const int column : sims_.all()) snapshots_.Forget(column);
}

}  // namespace doggo::sim
