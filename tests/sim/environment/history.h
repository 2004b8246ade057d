// Everything that a learner is told of every environment, bit for bit: so that runs can be compared
// whatever the shards, their order, and the threads.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "sim/interface/random.h"
#include "sim/interface/vec_env.h"

namespace doggo::sim {

using History = std::vector<std::vector<uint32_t>>;  // per environment: the bits of all numbers

// The action of an environment at a step.
using Acting = std::function<Eigen::VectorXf(int environment, int step)>;

// Normal numbers of this deviation: a function of environment and step alone.
inline Acting RandomActing(int action_dim, float deviation, uint64_t seed = 5) {
  return [=](int environment, int step) -> Eigen::VectorXf {
    Random random(seed, Stream::kTest, static_cast<uint32_t>(environment),
                  static_cast<uint64_t>(step));
    return Eigen::VectorXf::NullaryExpr(
        action_dim, [&] { return deviation * static_cast<float>(random.Normal()); });
  };
}

inline void Append(const Eigen::Ref<const Eigen::VectorXf>& numbers, std::vector<uint32_t>& bits) {
  const size_t before = bits.size();
  bits.resize(before + static_cast<size_t>(numbers.size()));
  std::memcpy(bits.data() + before, numbers.data(), sizeof(float) * (bits.size() - before));
}

// The last step of column i of a shard; what is not meaningful is left out.
inline void AppendStep(const StepBatch& batch, int i, std::vector<uint32_t>& bits) {
  Append(batch.policy_obs.col(i), bits);
  Append(batch.critic_obs.col(i), bits);
  Append(batch.reward.col(i), bits);
  bits.push_back(batch.terminated[i]);
  bits.push_back(batch.truncated[i]);
  if (batch.truncated[i]) Append(batch.final_critic_obs.col(i), bits);
  if (batch.terminated[i] || batch.truncated[i]) Append(batch.episode_metrics.col(i), bits);
}

inline Batch ActionsOf(const EnvSpec& spec, int shard, int step, const Acting& act) {
  Batch action(spec.action_dim, spec.shard_size);
  for (int i = 0; i < spec.shard_size; ++i) action.col(i) = act(shard * spec.shard_size + i, step);
  return action;
}

// Steps first .. first + steps - 1 of one shard.
inline void StepShard(VecEnv& env, int shard, int first, int steps, const Acting& act,
                      StepBatch& batch, History& history) {
  const EnvSpec& spec = env.spec();
  for (int step = first; step < first + steps; ++step) {
    env.Step(shard, ActionsOf(spec, shard, step, act), batch);
    for (int i = 0; i < spec.shard_size; ++i) {
      AppendStep(batch, i, history[shard * spec.shard_size + i]);
    }
  }
}

// Reset and so many steps of one shard.
inline void RunShard(VecEnv& env, int shard, int steps, const Acting& act, History& history) {
  const EnvSpec& spec = env.spec();
  StepBatch batch = MakeStepBatch(spec);
  env.Reset(shard, batch);
  for (int i = 0; i < spec.shard_size; ++i) {
    Append(batch.policy_obs.col(i), history[shard * spec.shard_size + i]);
    Append(batch.critic_obs.col(i), history[shard * spec.shard_size + i]);
  }
  StepShard(env, shard, 0, steps, act, batch, history);
}

// All shards, one after another.
inline History RunAll(VecEnv& env, int steps, const Acting& act) {
  History history(env.spec().num_envs());
  for (int shard = 0; shard < env.spec().num_shards; ++shard) {
    RunShard(env, shard, steps, act, history);
  }
  return history;
}

// Thread k takes every num_threads-th shard from the k-th on.
inline History RunOnThreads(VecEnv& env, int steps, const Acting& act, int num_threads) {
  History history(env.spec().num_envs());
  std::vector<std::jthread> threads;
  for (int k = 0; k < num_threads; ++k) {
    threads.emplace_back([&, k] {
      for (int shard = k; shard < env.spec().num_shards; shard += num_threads) {
        RunShard(env, shard, steps, act, history);
      }
    });
  }
  threads.clear();  // joins them
  return history;
}

inline std::string Saved(const VecEnv& env, int shard) {
  std::ostringstream out;
  env.Save(shard, out);
  return std::move(out).str();
}

inline void Load(const std::string& bytes, int shard, VecEnv& env) {
  std::istringstream in(bytes);
  env.Load(shard, in);
}

}  // namespace doggo::sim
