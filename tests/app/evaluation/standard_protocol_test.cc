#include "app/evaluation/standard_protocol.h"

#include <gtest/gtest.h>

#include <cmath>

namespace doggo::evaluation {
namespace {

// With no event in n trials, 95 % certainty is (1 - p)^n = 0.05.
TEST(UpperBound95, WithoutEventsIsTheExactRuleOfThree) {
  for (const int n : {1, 20, 100, 1000}) {
    EXPECT_NEAR(UpperBound95(0, n), 1 - std::pow(0.05, 1.0 / n), 1e-9);
  }
  EXPECT_NEAR(UpperBound95(0, 1000), 3.0 / 1000, 1e-5);
}

// Clopper and Pearson's table: 1 of 10 -> 0.4450, 5 of 100 -> 0.1128, 50 of 100 -> 0.6017.
TEST(UpperBound95, AgreesWithClopperAndPearson) {
  EXPECT_NEAR(UpperBound95(1, 10), 0.4450, 5e-5);
  EXPECT_NEAR(UpperBound95(5, 100), 0.1128, 5e-5);
  EXPECT_NEAR(UpperBound95(50, 100), 0.6017, 5e-5);
  EXPECT_EQ(UpperBound95(7, 7), 1);
}

}  // namespace
}  // namespace doggo::evaluation
