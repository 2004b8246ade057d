// The first half of an iteration: every shard acts in its environments, and estimates what its
// actions were worth.
#include <algorithm>
#include <cmath>

#include "agent/nn/action_distribution.h"
#include "agent/training/trainer.h"

namespace doggo::agent {

void Trainer::Collect(int index, Worker& worker) {
  Shard& shard = shards_[index];
  StepBatch& batch = shard.batch;
  const int S = rollout_.shard_size;
  const auto critic = nets_.CriticPart(state_.theta);
  shard.episodes = 0;
  shard.metric_sum.setZero();
  shard.metric_count.setZero();
  PhaseClock clock(worker.phases);

  for (int t = 0; t < rollout_.steps; ++t) {
    const int first = rollout_.first_column(index, t);

    // what the networks see
    auto policy_obs = rollout_.policy_obs.middleCols(first, S);
    policy_obs = batch.policy_obs;
    frame_.EnterPolicy(policy_obs, shard.image);
    if (!env_.spec().critic_sees_the_same) {
      auto critic_obs = rollout_.own_critic_obs.middleCols(first, S);
      critic_obs = batch.critic_obs;
      frame_.EnterCritic(critic_obs);
    }

    // what they do
    worker.policy_obs.leftCols(S) = policy_obs;
    auto mean = rollout_.mean.middleCols(first, S);
    auto action = rollout_.action.middleCols(first, S);
    mean = ForwardActor(state_.theta, S, worker);
    for (int e = 0; e < S; ++e) {
      const Random random(seed_, Stream::kAction, static_cast<uint32_t>(index * S + e),
                          static_cast<uint64_t>(state_.iteration * rollout_.steps + t));
      SampleAction(nets_.distribution, mean.col(e), log_std_, random, action.col(e));
    }
    LogProb(nets_.distribution, mean, log_std_, action, rollout_.log_prob.segment(first, S));
    shard.action = action;
    frame_.LeaveAction(shard.image, shard.action);

    // what the world answers
    clock.Ends(Phase::kAct);
    env_.Step(index, shard.action, batch);
    clock.Ends(Phase::kTask, Phase::kPhysics, batch.physics_seconds);
    rollout_.reward.segment(first, S) = batch.reward;
    rollout_.terminated.middleCols(first, S) = batch.terminated;
    rollout_.truncated.middleCols(first, S) = batch.truncated;
    if (batch.truncated.any()) {
      // an episode cut off by the clock would have gone on: the value of the state it stopped in
      // stands for the rest
      frame_.EnterCritic(batch.final_critic_obs);
      Normalize(critic_normalizer_, batch.final_critic_obs);
      const auto value = nets_.critic.Forward(critic, batch.final_critic_obs, worker.critic_tape);
      for (int e = 0; e < S; ++e) {
        if (batch.truncated[e]) rollout_.next_value[first + e] = value(0, e);
      }
    }
    for (int e = 0; e < S; ++e) {
      if (!batch.terminated[e] && !batch.truncated[e]) continue;
      ++shard.episodes;
      for (Eigen::Index k = 0; k < shard.metric_sum.size(); ++k) {
        const double metric = batch.episode_metrics(k, e);
        if (std::isnan(metric)) continue;
        shard.metric_sum[k] += metric;
        ++shard.metric_count[k];
      }
    }
    clock.Ends(Phase::kValue);
  }
  if (config_.network.normalize_observations) {
    const int first = rollout_.first_column(index), columns = rollout_.shard_columns();
    MomentsOf(rollout_.policy_obs.middleCols(first, columns), shard.policy_moments);
    MomentsOf(rollout_.critic_obs().middleCols(first, columns), shard.critic_moments);
    clock.Ends(Phase::kStep);
  }
}

// Values of every state, values of every next state, advantages, value targets.
void Trainer::Estimate(int index, Worker& worker) {
  const int S = rollout_.shard_size, T = rollout_.steps;
  const int first = rollout_.first_column(index), columns = rollout_.shard_columns();
  const auto critic = nets_.CriticPart(state_.theta);
  PhaseClock clock(worker.phases);

  const auto evaluate = [&](const ConstMatrixRef& obs, RowVectorRef value) {
    const auto n = obs.cols();
    worker.critic_obs.leftCols(n) = obs;
    Normalize(critic_normalizer_, worker.critic_obs.leftCols(n));
    value = nets_.critic.Forward(critic, worker.critic_obs.leftCols(n), worker.critic_tape).row(0);
  };
  for (int begin = 0; begin < columns; begin += kTileColumns) {
    const int n = std::min(kTileColumns, columns - begin);
    evaluate(rollout_.critic_obs().middleCols(first + begin, n),
             rollout_.value.segment(first + begin, n));
  }

  // V(s_{t+1}): of the next column, or of the state that the next iteration starts from; where an
  // episode was cut off it is there already
  Shard& shard = shards_[index];
  Batch& last_obs = shard.batch.final_critic_obs;  // free now
  last_obs = shard.batch.critic_obs;
  frame_.EnterCritic(last_obs);
  evaluate(last_obs, worker.old_value.head(S));
  for (int t = 0; t < T; ++t) {
    for (int e = 0; e < S; ++e) {
      const int column = first + t * S + e;
      if (rollout_.truncated(0, column)) continue;
      rollout_.next_value[column] = t + 1 < T ? rollout_.value[column + S] : worker.old_value[e];
    }
  }

  if (config_.normalize_returns) NormalizeRewards(index);
  using Table = Eigen::Map<const Matrix>;
  using FlagTable = Eigen::Map<const Flags>;
  Gae({Table(rollout_.reward.data() + first, S, T), Table(rollout_.value.data() + first, S, T),
       Table(rollout_.next_value.data() + first, S, T),
       FlagTable(rollout_.terminated.data() + first, S, T),
       FlagTable(rollout_.truncated.data() + first, S, T)},
      static_cast<Real>(plan_.gamma), static_cast<Real>(plan_.lambda),
      Eigen::Map<Matrix>(rollout_.advantage.data() + first, S, T));
  rollout_.value_target.segment(first, columns) =
      rollout_.advantage.segment(first, columns) + rollout_.value.segment(first, columns);
  if (!plan_.baseline)
    rollout_.advantage.segment(first, columns) = rollout_.value_target.segment(first, columns);
  clock.Ends(Phase::kValue);
}

// Rewards divided by the deviation of the discounted sums R_t = gamma R_{t-1} + r_t seen before
// this iteration (as in OpenAI's baselines, VecNormalize): one positive number for all of them, so
// that the policy gradient keeps its direction. The deviation learns from this iteration's sums.
void Trainer::NormalizeRewards(int index) {
  Shard& shard = shards_[index];
  const int S = rollout_.shard_size, first = rollout_.first_column(index);
  auto sums = rollout_.advantage.segment(first, rollout_.shard_columns());  // free yet
  for (int k = 0; k < rollout_.shard_columns(); ++k) {
    double& sum = shard.discounted[k % S];
    sum = plan_.gamma * sum + rollout_.reward[first + k];
    sums[k] = static_cast<Real>(sum);
    if (rollout_.terminated(0, first + k) || rollout_.truncated(0, first + k)) sum = 0;
  }
  MomentsOf(Eigen::Map<const Matrix>(sums.data(), 1, sums.size()), shard.return_moments);
  rollout_.reward.segment(first, sums.size()) *= static_cast<Real>(return_scale_);
}

}  // namespace doggo::agent
