// How much of the physics' speed is left for a task: environment steps, with actions, rewards,
// observations, terminations and resets, against a bare loop of mj_step that follows the same
// targets from the same starts on the same model. One thread; both in turn, median of the ratios.
//
//   build/release/tests/bench_environment [repeats]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::sim {
namespace {

constexpr int kRobots = 128, kShardSize = 16, kSteps = 100;

// What one robot was told in one control step; `restart` where an episode began before it.
struct Order {
  Joints target;
  bool restart;
  std::vector<double> qpos, qvel;  // of the restart
};

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

Order MakeOrder(const LocomotionTask& task, const Episode& e, const Eigen::VectorXf& action,
                bool restart) {
  const Robot& robot = task.robot();
  Order order;
  order.target = robot.default_pose + task.config().action.scale * action.cast<double>() +
                 PriorOffsets(task.config().gait, robot, e.t);
  order.restart = restart;
  if (restart) {
    const Eigen::Quaterniond q(e.t.now.R_WB);
    const Eigen::Vector3d v_W = e.t.now.R_WB * e.t.now.v_B;
    order.qpos = {e.t.now.p_W.x(), e.t.now.p_W.y(), e.t.now.p_W.z(), q.w(), q.x(), q.y(), q.z()};
    order.qvel = {v_W.x(), v_W.y(), v_W.z(), e.t.now.w_B.x(), e.t.now.w_B.y(), e.t.now.w_B.z()};
    for (int j = 0; j < kNumJoints; ++j) {
      order.qpos.push_back(e.t.now.q[j]);
      order.qvel.push_back(e.t.now.qd[j]);
    }
  }
  return order;
}

int Main(int repeats) {
  LocomotionConfig config;
  config.randomization = Nominal(config.physics);  // so that the bare loop sees the same ground
  ParallelEnv env(std::make_unique<const LocomotionTask>(config, DOGGO_SOURCE_DIR, kRobots),
                  kRobots, kShardSize, /*seed=*/1);
  const auto& task = static_cast<const LocomotionTask&>(env.task());
  const mjModel& model = task.model();

  std::vector<StepBatch> batches(env.spec().num_shards, MakeStepBatch(env.spec()));
  std::vector<char> begins(kRobots, true);
  for (int shard = 0; shard < env.spec().num_shards; ++shard) env.Reset(shard, batches[shard]);

  const int state_size = mj_stateSize(&model, mjSTATE_INTEGRATION);
  std::vector<std::vector<double>> states(kRobots, std::vector<double>(state_size));
  DataPtr data = MakeData(model);
  std::vector<std::vector<Order>> orders(kRobots, std::vector<Order>(kSteps));
  std::vector<double> ratios;
  double env_best = 1e9, bare_best = 1e9;

  for (int repeat = 0; repeat < repeats; ++repeat) {
    // environments; what they are told is noted outside the clock
    double env_seconds = 0;
    for (int shard = 0; shard < env.spec().num_shards; ++shard) {
      for (int step = 0; step < kSteps; ++step) {
        Batch action(kNumJoints, kShardSize);
        for (int e = 0; e < kShardSize; ++e) {
          const int robot = shard * kShardSize + e;
          Random random(2, Stream::kTest, robot, static_cast<uint64_t>(repeat * kSteps + step));
          for (int j = 0; j < kNumJoints; ++j)
            action(j, e) = static_cast<float>(0.3 * random.Normal());
          orders[robot][step] =
              MakeOrder(task, EpisodeOf(env, robot), action.col(e), begins[robot]);
        }
        const auto start = std::chrono::steady_clock::now();
        env.Step(shard, action, batches[shard]);
        env_seconds += Seconds(start);
        for (int e = 0; e < kShardSize; ++e) {
          begins[shard * kShardSize + e] =
              batches[shard].terminated[e] || batches[shard].truncated[e];
        }
      }
    }

    // the same again, with nothing around mj_step
    double bare_seconds = 0;
    for (int robot = 0; robot < kRobots; ++robot) {
      if (repeat > 0) mj_setState(&model, data.get(), states[robot].data(), mjSTATE_INTEGRATION);
      const auto start = std::chrono::steady_clock::now();
      for (const Order& order : orders[robot]) {
        if (order.restart) {
          mj_resetData(&model, data.get());
          std::copy(order.qpos.begin(), order.qpos.end(), data->qpos);
          std::copy(order.qvel.begin(), order.qvel.end(), data->qvel);
        }
        for (int j = 0; j < kNumJoints; ++j)
          data->ctrl[task.robot().ids.actuator[j]] = order.target[j];
        for (int k = 0; k < config.physics.substeps; ++k) mj_step(&model, data.get());
      }
      bare_seconds += Seconds(start);
      mj_getState(&model, data.get(), states[robot].data(), mjSTATE_INTEGRATION);
    }
    if (repeat == 0) continue;  // warm-up
    ratios.push_back(bare_seconds / env_seconds);
    env_best = std::min(env_best, env_seconds);
    bare_best = std::min(bare_best, bare_seconds);
  }

  std::sort(ratios.begin(), ratios.end());
  const double count = double{kRobots} * kSteps;
  fmt::print("environment step  {:.1f} us  ({:.0f} /s)\n", env_best / count * 1e6,
             count / env_best);
  fmt::print("bare mj_step x {}  {:.1f} us\n", config.physics.substeps, bare_best / count * 1e6);
  fmt::print("ratio             {:.3f}  [{:.3f} .. {:.3f}], median of {}\n",
             ratios[ratios.size() / 2], ratios.front(), ratios.back(), ratios.size());
  return 0;
}

}  // namespace
}  // namespace doggo::sim

int main(int argc, char** argv) {
  return doggo::sim::Main(1 + (argc > 1 ? std::atoi(argv[1]) : 9));
}
