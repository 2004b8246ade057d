#include "app/walking_test.h"

#include <gtest/gtest.h>

#include "tests/app/untrained_policy.h"

namespace doggo::app {
namespace {

class WalkingTestsOnTheWay : public testing::Test {
 protected:
  WalkingTestsOnTheWay() {
    config_ = LoadConfig("configs/smoke.yaml", {"train.test_every=1000", "evaluation.episodes=6",
                                                "evaluation.episode_length=2"});
    // the joints go far from where a robot stands
    policy_ = UntrainedPolicy(config_.world);
    policy_.theta.tail(policy_.network.num_outputs()).setConstant(5);
  }

  Config config_;
  agent::Policy policy_;
  agent::WorkerPool pool_{1};
};

TEST_F(WalkingTestsOnTheWay, AreCompleteOnceInTestEveryStepsAlsoBeforeAnythingWalks) {
  WalkingTests tests;
  for (const auto& [steps, complete] :
       {std::pair{200.0, false}, {800.0, false}, {1000.0, true}, {1200.0, false}, {2400.0, true}}) {
    tests.tested_at = steps;
    const WalkingTest test = TestWalking(policy_, config_, pool_, tests);
    EXPECT_GT(test.tracking.falls, 0);
    EXPECT_EQ(test.complete, complete) << steps;
    EXPECT_FALSE(tests.walks);
  }
  EXPECT_EQ(tests.completed_at, 2400);
}

TEST_F(WalkingTestsOnTheWay, AreAlwaysCompleteOnceAPolicyHasWalked) {
  WalkingTests tests;
  tests.tested_at = 200;
  tests.walks = true;
  EXPECT_TRUE(TestWalking(policy_, config_, pool_, tests).complete);
}

TEST_F(WalkingTestsOnTheWay, DoNotDependOnTheThreadsWhereTheyAreComplete) {
  agent::WorkerPool two(2);
  const Tracking a = TestCompletely(policy_, config_, pool_),
                 b = TestCompletely(policy_, config_, two);
  EXPECT_EQ(a.falls, config_.evaluation.episodes);
  EXPECT_EQ(a.falls, b.falls);
  EXPECT_EQ(a.linear_rmse, b.linear_rmse);
  EXPECT_EQ(a.yaw_rmse, b.yaw_rmse);
}

}  // namespace
}  // namespace doggo::app
