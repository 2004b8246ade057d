#include "app/bench/statistics.h"

#include <gtest/gtest.h>

#include "app/bench/results.h"

namespace doggo::bench {
namespace {

TEST(Quantile, InterpolatesBetweenTheOrderedValues) {
  EXPECT_DOUBLE_EQ(Quantile({3, 1, 2}, 0.5), 2);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(Quantile({10, 20, 30, 40, 50}, 0.25), 20);
  EXPECT_DOUBLE_EQ(Quantile({10, 20, 30, 40, 50}, 0.99), 49.6);  // 40 + 0.96 * 10
  EXPECT_DOUBLE_EQ(Quantile({7}, 0.99), 7);
}

TEST(SpreadOf, IsTheMedianBetweenTheQuartiles) {
  const Spread spread = SpreadOf({5, 1, 4, 2, 3});
  EXPECT_DOUBLE_EQ(spread.low, 2);
  EXPECT_DOUBLE_EQ(spread.median, 3);
  EXPECT_DOUBLE_EQ(spread.high, 4);
}

TEST(Ratios, DividePairByPair) {
  EXPECT_EQ(Ratios({6, 1}, {3, 4}), (std::vector<double>{2, 0.25}));
}

TEST(Drift, IsZeroOfConstantReadings) { EXPECT_DOUBLE_EQ(Drift({5, 5, 5, 5, 5}), 0); }

// 100 in the first half, 90 in the second: parts' medians 100, 100, 90, 90 and that of all 95.
TEST(Drift, SeesAMachineThatSlowsDown) {
  EXPECT_DOUBLE_EQ(Drift({100, 100, 100, 100, 90, 90, 90, 90}), 10.0 / 95);
}

TEST(Drift, DoesNotCountASingleOutlier) {
  EXPECT_DOUBLE_EQ(Drift({100, 100, 100, 100, 100, 10, 100, 100, 100, 100, 100, 100}), 0);
}

TEST(Drift, TakesEveryReadingForAPartWhereThereAreFew) {
  EXPECT_DOUBLE_EQ(Drift({100}), 0);
  EXPECT_DOUBLE_EQ(Drift({110, 90}), 0.2);
}

TEST(Results, HaveNoValueWhereThereIsTrouble) {
  Results results;
  results.Add("good", {1, 2, 3});
  results.Add("bad", {1, 2, 3}, "it drifted");
  EXPECT_EQ(results.Find("good"), 2);
  EXPECT_EQ(results.Find("bad"), std::nullopt);
  EXPECT_EQ(results.figures.at("bad").reason, "it drifted");
  EXPECT_EQ(results.Find("unknown"), std::nullopt);
}

}  // namespace
}  // namespace doggo::bench
