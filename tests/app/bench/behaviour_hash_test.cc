#include "app/bench/behaviour_hash.h"

#include <gtest/gtest.h>

namespace doggo::bench {
namespace {

Training Small() {
  Training training;
  training.environments = 8;
  training.shard_size = 4;
  training.learner.steps_per_iteration = 8;
  return training;
}

TEST(BehaviourHash, DoesNotDependOnTheThreads) {
  const std::string hash = BehaviourHash(Small(), DOGGO_SOURCE_DIR, 1);
  EXPECT_EQ(hash.size(), 16u);
  EXPECT_EQ(BehaviourHash(Small(), DOGGO_SOURCE_DIR, 2), hash);
}

TEST(BehaviourHash, ChangesWithTheSeedTheTaskAndTheLearner) {
  const std::string hash = BehaviourHash(Small(), DOGGO_SOURCE_DIR, 1);
  Training other = Small();
  other.seed = 2;
  EXPECT_NE(BehaviourHash(other, DOGGO_SOURCE_DIR, 1), hash);
  other = Small();
  other.world.action.scale *= 1.001;
  EXPECT_NE(BehaviourHash(other, DOGGO_SOURCE_DIR, 1), hash);
  other = Small();
  other.learner.ppo.entropy_coefficient *= 1.01;
  EXPECT_NE(BehaviourHash(other, DOGGO_SOURCE_DIR, 1), hash);
}

}  // namespace
}  // namespace doggo::bench
