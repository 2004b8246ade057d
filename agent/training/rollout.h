// What one iteration collects: every step of every environment, one column each, in the canonical
// frame. A shard owns the columns shard * S * T .. (shard + 1) * S * T - 1, step by step: column t
// * S + e of them is environment e at step t.
#pragma once

#include "agent/algorithms/gae.h"
#include "agent/nn/real.h"
#include "sim/interface/vec_env.h"

namespace doggo::agent {

struct Rollout {
  int shard_size = 0, num_shards = 0, steps = 0;

  Matrix policy_obs;      // (policy_dim x n)
  Matrix own_critic_obs;  // (critic_dim x n); empty where the critic sees what the policy does
  Matrix action;          // (action_dim x n)
  Matrix mean;            // (action_dim x n); logits (choices x n) where discrete
  RowVector log_prob, reward, value, next_value, advantage, value_target;  // (1 x n)
  Flags terminated, truncated;                                             // (1 x n)

  const Matrix& critic_obs() const {
    return own_critic_obs.size() > 0 ? own_critic_obs : policy_obs;
  }

  int size() const { return shard_size * num_shards * steps; }
  int shard_columns() const { return shard_size * steps; }
  int first_column(int shard, int step = 0) const {
    return shard * shard_columns() + step * shard_size;
  }
};

inline Rollout MakeRollout(const EnvSpec& spec, int steps) {
  Rollout r;
  r.shard_size = spec.shard_size;
  r.num_shards = spec.num_shards;
  r.steps = steps;
  const int n = r.size();
  r.policy_obs = Matrix::Zero(spec.policy_dim, n);
  if (!spec.critic_sees_the_same) r.own_critic_obs = Matrix::Zero(spec.critic_dim, n);
  r.action = Matrix::Zero(spec.action_dim, n);
  r.mean = Matrix::Zero(spec.num_choices > 0 ? spec.num_choices : spec.action_dim, n);
  r.log_prob = r.reward = r.value = r.next_value = r.advantage = r.value_target =
      RowVector::Zero(n);
  r.terminated = r.truncated = Flags::Constant(1, n, false);
  return r;
}

}  // namespace doggo::agent
