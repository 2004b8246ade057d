#include "sim/interface/vec_env.h"

#include <gtest/gtest.h>

namespace doggo {
namespace {

TEST(StepBatch, HasOneColumnPerEnvironmentOfTheShard) {
  EnvSpec spec;
  spec.shard_size = 4;
  spec.num_shards = 3;
  spec.policy_dim = 5;
  spec.critic_dim = 7;
  spec.action_dim = 2;
  spec.metric_names = {"a", "b"};
  EXPECT_EQ(spec.num_envs(), 12);
  const StepBatch batch = MakeStepBatch(spec);
  EXPECT_EQ(batch.policy_obs.rows(), 5);
  EXPECT_EQ(batch.critic_obs.rows(), 7);
  EXPECT_EQ(batch.final_critic_obs.rows(), 7);
  EXPECT_EQ(batch.episode_metrics.rows(), 2);
  for (Eigen::Index columns :
       {batch.policy_obs.cols(), batch.critic_obs.cols(), batch.final_critic_obs.cols(),
        batch.reward.cols(), batch.terminated.cols(), batch.truncated.cols(),
        batch.episode_metrics.cols()}) {
    EXPECT_EQ(columns, 4);
  }
  EXPECT_FALSE(batch.terminated.any());
  EXPECT_FALSE(batch.truncated.any());
}

}  // namespace
}  // namespace doggo
