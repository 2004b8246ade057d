#include "app/bench/bare_loop.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <stdexcept>

#include "sim/interface/random.h"

namespace doggo::bench {
namespace {

constexpr double kActionScale = 0.3;

template <typename T>
bool SameBytes(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

// The robots of the shard begin their next episodes.
void Begin(sim::Simulations& robots, std::span<const int> columns) {
  for (int column : columns) robots.Draw(column);
  robots.RenewConstants(columns);
  robots.Apply(columns, [&](const sim::EnvView& env, int) { robots.task().Reset(env); });
}

}  // namespace

void DrawActions(int shard, int step, Batch& action) {
  Random random(1, Stream::kTest, static_cast<uint32_t>(shard), static_cast<uint64_t>(step));
  for (float& a : action.reshaped()) a = static_cast<float>(kActionScale * random.Normal());
}

int Recording::num_stretches() const {
  return std::accumulate(robots.begin(), robots.end(), 0, [](int sum, const Robot& robot) {
    return sum + static_cast<int>(robot.stretches.size());
  });
}

Recording Record(const sim::LocomotionTask& task, uint64_t seed, int shard, int shard_size,
                 int steps) {
  if (!sim::IsImplicit(task.config().drive) || task.config().randomization.latency.high > 0) {
    throw std::invalid_argument(
        "bench: the bare loop repeats controls that are held over a control step; a drive with a "
        "network, a lag or latency changes them within it");
  }
  const int base = task.robot().ids.base_body;
  sim::Simulations robots(task, shard * shard_size, shard_size, seed);
  Begin(robots, robots.all());

  Recording recording{shard, steps, std::vector<Recording::Robot>(shard_size)};
  for (Recording::Robot& robot : recording.robots) {
    robot.control = Eigen::MatrixXd::Zero(task.model().nu, steps);
    robot.push = Eigen::MatrixXd::Zero(6, steps);
  }
  std::vector<char> interrupted(shard_size, true);
  std::vector<sim::Outcome> outcomes(shard_size);
  Batch action(task.spec().action_dim, shard_size);
  for (int step = 0; step < steps; ++step) {
    for (int column = 0; column < shard_size; ++column) {
      auto& stretches = recording.robots[column].stretches;
      if (interrupted[column]) {
        const auto state = robots.state(column);
        stretches.push_back({step,
                             0,
                             {state.begin(), state.end()},
                             std::vector<double>(robots.num_field_values()),
                             std::vector<double>(task.model().nq)});
        robots.GetFields(column, stretches.back().fields);
      }
      ++stretches.back().steps;
    }
    DrawActions(shard, step, action);
    robots.Apply(robots.all(), [&](const sim::EnvView& env, int column) {
      outcomes[column] = sim::Simulations::kGaveUp;
      outcomes[column] = robots.StepTask(env, action.col(column).data());
      Recording::Robot& robot = recording.robots[column];
      std::copy_n(env.data->qpos, env.model->nq, robot.stretches.back().end.data());
      std::copy_n(env.data->ctrl, robot.control.rows(), robot.control.col(step).data());
      std::copy_n(env.data->xfrc_applied + 6 * base, 6, robot.push.col(step).data());
      interrupted[column] = !static_cast<const sim::Episode*>(env.record)->t.kick_W.isZero(0);
    });
    std::vector<int> ended;
    for (int column = 0; column < shard_size; ++column) {
      if (outcomes[column].terminated || outcomes[column].truncated) ended.push_back(column);
    }
    Begin(robots, ended);
    for (int column : ended) interrupted[column] = true;
  }
  for (int column = 0; column < shard_size; ++column) {
    const auto record = robots.record(column);
    recording.robots[column].record.assign(record.begin(), record.end());
  }
  return recording;
}

BareLoop::BareLoop(const sim::LocomotionTask& task, uint64_t seed, const Recording& recording)
    : task_(task),
      recording_(recording),
      robots_(task, recording.shard * static_cast<int>(recording.robots.size()),
              static_cast<int>(recording.robots.size()), seed),
      ends_(recording.num_stretches(), std::vector<double>(task.model().nq)) {}

void BareLoop::Run() {
  const int substeps = task_.config().physics.substeps, base = task_.robot().ids.base_body;
  auto end = ends_.begin();
  for (int column = 0; column < robots_.size(); ++column) {
    const Recording::Robot& robot = recording_.robots[column];
    const auto nu = static_cast<size_t>(robot.control.rows());
    for (const Recording::Stretch& stretch : robot.stretches) {
      std::copy(stretch.state.begin(), stretch.state.end(), robots_.state(column).begin());
      robots_.SetFields(column, stretch.fields);
      robots_.RenewConstants({&column, 1});
      robots_.Apply({&column, 1}, [&](const sim::EnvView& env, int) {
        mjData* data = env.data;
        for (int step = stretch.first; step < stretch.first + stretch.steps; ++step) {
          std::copy_n(robot.control.col(step).data(), nu, data->ctrl);
          std::copy_n(robot.push.col(step).data(), 6, data->xfrc_applied + 6 * base);
          for (int k = 0; k < substeps; ++k) mj_step(env.model, data);
        }
        std::copy_n(data->qpos, env.model->nq, end->data());
      });
      ++end;
    }
  }
}

int BareLoop::EqualEnds() const {
  int equal = 0;
  auto end = ends_.begin();
  for (const Recording::Robot& robot : recording_.robots) {
    for (const Recording::Stretch& stretch : robot.stretches)
      equal += SameBytes<double>(*end++, stretch.end);
  }
  return equal;
}

int EqualRecords(const sim::ParallelEnv& env, const Recording& recording) {
  const auto shard_size = static_cast<int>(recording.robots.size());
  const auto& task = static_cast<const sim::LocomotionTask&>(env.task());
  int equal = 0;
  for (int column = 0; column < shard_size; ++column) {
    const auto* record =
        static_cast<const std::byte*>(env.record(recording.shard * shard_size + column));
    equal += SameBytes<std::byte>({record, task.record_size()}, recording.robots[column].record);
  }
  return equal;
}

}  // namespace doggo::bench
