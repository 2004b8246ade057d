#include "agent/optim/gradient_clipping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(ClipGradientNorm, LongerIsShortenedInItsDirection) {
  Vector gradient = (Vector(2) << 3, -4).finished();
  EXPECT_DOUBLE_EQ(ClipGradientNorm(1, gradient), 5);
  EXPECT_DOUBLE_EQ(gradient[0], 0.6);
  EXPECT_DOUBLE_EQ(gradient[1], -0.8);
}

TEST(ClipGradientNorm, ShorterStaysAsItIs) {
  Vector gradient = test::RandomVector(20, 1);
  const Vector before = gradient;
  EXPECT_DOUBLE_EQ(ClipGradientNorm(1000, gradient), before.norm());
  EXPECT_EQ(gradient, before);
  Vector zero = Vector::Zero(3);
  EXPECT_EQ(ClipGradientNorm(1, zero), 0);
  EXPECT_EQ(zero, Vector::Zero(3));
}

TEST(ClipGradientNorm, EveryElementCounts) {
  for (Eigen::Index n = 0; n <= 40; ++n) {
    Vector gradient = test::RandomVector(n, 1);
    double sum_square = 0;
    for (Eigen::Index i = 0; i < n; ++i) sum_square += gradient[i] * gradient[i];
    EXPECT_NEAR(ClipGradientNorm(1000, gradient), std::sqrt(sum_square), 1e-13) << n;
  }
}

// What to do then is the trainer's decision: it sees the norm.
TEST(ClipGradientNorm, NotFiniteIsReportedAndLeft) {
  for (double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Vector gradient = (Vector(3) << 1, bad, 2).finished();
    EXPECT_FALSE(std::isfinite(ClipGradientNorm(0.1, gradient)));
    EXPECT_EQ(gradient[0], 1);
    EXPECT_EQ(gradient[2], 2);
  }
}

TEST(ClipGradientValue, EachNumberIsBroughtToTheNearestBound) {
  Vector gradient = (Vector(5) << 3, -4, 0.5, -2, 2).finished();
  EXPECT_EQ(ClipGradientValue(2, gradient), 2);
  EXPECT_EQ(gradient, (Vector(5) << 2, -2, 0.5, -2, 2).finished());
}

TEST(ClipGradientValue, WhatIsWithinStaysToTheBit) {
  Vector gradient = test::RandomVector(37, 1);
  const Vector before = gradient;
  EXPECT_EQ(ClipGradientValue(100, gradient), 0);
  EXPECT_EQ(gradient, before);
}

TEST(ClipGradientValue, InfiniteIsClippedAndNotANumberStays) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Vector gradient =
      (Vector(3) << -kInfinity, std::numeric_limits<double>::quiet_NaN(), 1).finished();
  EXPECT_EQ(ClipGradientValue(2, gradient), 1);
  EXPECT_EQ(gradient[0], -2);
  EXPECT_TRUE(std::isnan(gradient[1]));
}

}  // namespace
}  // namespace doggo::agent
