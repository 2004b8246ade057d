#include "app/best_policy.h"

#include <gtest/gtest.h>

namespace doggo::app {
namespace {

TestedPolicy Tested(int falls, double linear, double yaw) {
  return {.falls = falls, .episodes = 64, .linear_rmse = linear, .yaw_rmse = yaw};
}

TEST(BestPolicy, FewerFallsCountBeforeASmallerError) {
  EXPECT_TRUE(IsBetter(Tested(0, 0.3, 0.3), Tested(1, 0.05, 0.05)));
  EXPECT_FALSE(IsBetter(Tested(1, 0.05, 0.05), Tested(0, 0.3, 0.3)));
}

// 0.2 m/s and 0.2 rad/s weigh the same.
TEST(BestPolicy, BothErrorsCount) {
  EXPECT_TRUE(IsBetter(Tested(0, 0.10, 0.05), Tested(0, 0.05, 0.11)));
  EXPECT_TRUE(IsBetter(Tested(0, 0.05, 0.10), Tested(0, 0.11, 0.05)));
}

TEST(BestPolicy, AnEqualOneIsNotBetter) {
  EXPECT_FALSE(IsBetter(Tested(2, 0.1, 0.1), Tested(2, 0.1, 0.1)));
}

}  // namespace
}  // namespace doggo::app
