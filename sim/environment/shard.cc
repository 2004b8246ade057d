#include "sim/environment/shard.h"

#include <fmt/format.h>

#include <cstring>
#include <istream>
#include <ostream>
#include <stdexcept>

namespace doggo::sim {

struct Shard::Call {
  Shard& shard;
  StepBatch& out;
  const Eigen::Ref<const Batch>* action;
};

Shard::Shard(const Task& task, int first, int size, uint64_t seed)
    : task_(task),
      first_(first),
      size_(size),
      seed_(seed),
      batch_(MakeBatch(task.model(), size)),
      record_lines_((task.record_size() + sizeof(CacheLine) - 1) / sizeof(CacheLine)),
      records_(size * record_lines_) {
  for (const std::string& name : task.randomized_fields()) {
    int width = 0, element_size = 0;
    void* values = mjb_expand(batch_.get(), name.c_str(), &width, &element_size);
    if (!values || element_size != sizeof(mjtNum)) {
      throw std::runtime_error(
          fmt::format("MuJoCo's model has no field of numbers named '{}'", name));
    }
    fields_.push_back({static_cast<mjtNum*>(values), width});
  }
  field_rows_.resize(fields_.size());
}

EnvView Shard::View(const mjModel* model, mjData* data, int column) {
  for (size_t k = 0; k < fields_.size(); ++k) {
    field_rows_[k] = fields_[k].values + static_cast<size_t>(column) * fields_[k].width;
  }
  return {model, data, &records_[column * record_lines_], first_ + column, seed_, &field_rows_};
}

void Shard::Run(mjfBatchFunc function, StepBatch& out, const Eigen::Ref<const Batch>* action,
                const std::vector<int>* columns) {
  Call call{*this, out, action};
  mjb_apply(batch_.get(), columns ? columns->data() : nullptr,
            columns ? static_cast<int>(columns->size()) : size_, function, &call, /*save=*/1);
}

void Shard::Start(StepBatch& out) {
  const auto start = [](const mjModel* model, mjData* data, int column, void* arg) {
    auto& [shard, batch, action] = *static_cast<Call*>(arg);
    const EnvView env = shard.View(model, data, column);
    shard.task_.Start(env);
    shard.task_.Observe(env, batch.policy_obs.col(column).data(),
                        batch.critic_obs.col(column).data());
  };
  Run(start, out, nullptr, nullptr);
}

void Shard::Step(const Eigen::Ref<const Batch>& action, StepBatch& out) {
  const auto step = [](const mjModel* model, mjData* data, int column, void* arg) {
    auto& [shard, batch, actions] = *static_cast<Call*>(arg);
    const Task& task = shard.task_;
    const EnvView env = shard.View(model, data, column);

    const Outcome outcome = task.Step(env, actions->col(column).data());
    batch.reward[column] = outcome.reward;
    batch.terminated[column] = outcome.terminated;
    batch.truncated[column] = outcome.truncated;

    // the episode's last state is seen before the next one replaces it
    if (outcome.truncated) task.Observe(env, nullptr, batch.final_critic_obs.col(column).data());
    if (outcome.terminated || outcome.truncated) {
      task.EpisodeMetrics(env, batch.episode_metrics.col(column).data());
      task.Reset(env);
    }
    task.Observe(env, batch.policy_obs.col(column).data(), batch.critic_obs.col(column).data());
  };
  Run(step, out, &action, nullptr);

  // where MuJoCo raised an error the function above did not finish: the episode ends there
  std::vector<int> failed;
  for (int column = 0; column < size_; ++column) {
    if (mjb_status(batch_.get())[column] != 0) failed.push_back(column);
  }
  if (failed.empty()) return;
  const auto recover = [](const mjModel* model, mjData* data, int column, void* arg) {
    auto& [shard, batch, actions] = *static_cast<Call*>(arg);
    const EnvView env = shard.View(model, data, column);
    batch.reward[column] = 0;
    batch.terminated[column] = true;
    batch.truncated[column] = false;
    shard.task_.NoteError(env);
    shard.task_.EpisodeMetrics(env, batch.episode_metrics.col(column).data());
    shard.task_.Reset(env);
    shard.task_.Observe(env, batch.policy_obs.col(column).data(),
                        batch.critic_obs.col(column).data());
  };
  Run(recover, out, nullptr, &failed);
}

void Shard::Save(std::ostream& out) const {
  const auto write = [&](const void* bytes, size_t count) {
    out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
  };
  mjBatch* batch = batch_.get();
  write(mjb_state(batch), sizeof(mjtNum) * size_ * mjb_nstate(batch));
  write(records_.data(), sizeof(CacheLine) * records_.size());
  for (const Field& field : fields_) write(field.values, sizeof(mjtNum) * size_ * field.width);
}

void Shard::Load(std::istream& in) {
  const auto read = [&](void* bytes, size_t count) {
    in.read(static_cast<char*>(bytes), static_cast<std::streamsize>(count));
    if (in.gcount() != static_cast<std::streamsize>(count))
      throw std::runtime_error("the saved environments are cut short");
  };
  mjBatch* batch = batch_.get();
  read(mjb_state(batch), sizeof(mjtNum) * size_ * mjb_nstate(batch));
  read(records_.data(), sizeof(CacheLine) * records_.size());
  for (const Field& field : fields_) read(field.values, sizeof(mjtNum) * size_ * field.width);
}

}  // namespace doggo::sim
