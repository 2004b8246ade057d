#include "agent/optim/adam.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/config_fields.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

// L = x^2 + y^2 - x y - x, a bowl with its bottom in (2/3, 1/3).
Vector BowlGradient(const Vector& theta) {
  return (Vector(2) << 2 * theta[0] - theta[1] - 1, 2 * theta[1] - theta[0]).finished();
}

// 100 steps from (-4, 4) at rate 0.1; the numbers were worked out with 40 decimal digits.
TEST(Adam, WalksDownTheBowlAsWorkedOut) {
  const AdamConfig config = {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
  AdamState state(2);
  Vector theta = (Vector(2) << -4, 4).finished();
  const auto expect = [&](double x, double y) {
    EXPECT_NEAR(theta[0], x, 1e-12) << "step " << state.t;
    EXPECT_NEAR(theta[1], y, 1e-12) << "step " << state.t;
  };
  for (int step = 1; step <= 100; ++step) {
    Step(config, 0.1, BowlGradient(theta), state, theta);
    if (step == 1) expect(-3.900000000076923, 3.900000000083333);
    if (step == 2) expect(-3.800067662560771, 3.800073994996481);
    if (step == 10) expect(-3.008999960334556, 3.009913469869729);
    if (step == 100) expect(0.538876731310921, 0.153073393702226);
  }
  EXPECT_EQ(state.t, 100);
}

// Every length, so that each place in a chunk and in the rest of one is seen; elements must not
// know of each other.
TEST(Adam, EveryElementFollowsTheFormula) {
  const AdamConfig config = {.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3};
  constexpr double kRate = 0.01;
  for (Eigen::Index n = 0; n <= 50; ++n) {
    AdamState state(static_cast<int>(n));
    Vector theta = test::RandomVector(n, 1), expected = theta;
    Vector m = Vector::Zero(n), v = Vector::Zero(n);
    for (int t = 1; t <= 3; ++t) {
      const Vector g = test::RandomVector(n, 1 + t);
      Step(config, kRate, g, state, theta);
      for (Eigen::Index i = 0; i < n; ++i) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
        v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
        expected[i] -= kRate * (m[i] / (1 - std::pow(0.8, t))) /
                       (std::sqrt(v[i] / (1 - std::pow(0.95, t))) + 1e-3);
      }
    }
    EXPECT_TRUE(theta.isApprox(expected, 1e-13)) << n;
    EXPECT_TRUE(state.m.isApprox(m, 1e-13)) << n;
    EXPECT_TRUE(state.v.isApprox(v, 1e-13)) << n;
  }
}

TEST(Adam, FirstStepHasTheLengthOfTheRate) {
  AdamState state(3);
  Vector theta = Vector::Zero(3);
  Step({}, 0.1, (Vector(3) << 1e-3, -5, 1e6).finished(), state, theta);
  // up to epsilon / |g| = 1e-5
  EXPECT_TRUE(theta.isApprox((Vector(3) << -0.1, 0.1, -0.1).finished(), 1e-5)) << theta;
}

TEST(Adam, ScalingTheLossDoesNotChangeTheSteps) {
  const AdamConfig config = {.epsilon = 1e-20};
  AdamState state(5), scaled_state(5);
  Vector theta = Vector::Zero(5), scaled = theta;
  for (int t = 0; t < 10; ++t) {
    const Vector g = test::RandomVector(5, t);
    Step(config, 0.1, g, state, theta);
    Step(config, 0.1, 1000 * g, scaled_state, scaled);
  }
  EXPECT_TRUE(theta.isApprox(scaled, 1e-12));
}

TEST(Adam, ParameterWithoutGradientStays) {
  AdamState state(20);
  Vector theta = test::RandomVector(20, 1);
  const Vector before = theta;
  Step({}, 0.1, Vector::Zero(20), state, theta);
  EXPECT_EQ(theta, before);
}

// Actor and critic may be parts of one long vector.
TEST(Adam, ResultDoesNotDependOnThePlaceInMemory) {
  const Vector g = test::RandomVector(41, 1), start = test::RandomVector(41, 2);
  AdamState state(41);
  Vector theta = start;
  Step({}, 0.1, g, state, theta);
  for (Eigen::Index offset : {1, 2, 3}) {
    AdamState other_state(41);
    Vector whole = Vector::Zero(50);
    whole.segment(offset, 41) = start;
    Vector whole_gradient = Vector::Zero(50);
    whole_gradient.segment(offset, 41) = g;
    Step({}, 0.1, whole_gradient.segment(offset, 41), other_state, whole.segment(offset, 41));
    EXPECT_EQ(whole.segment(offset, 41), theta);
    EXPECT_EQ(whole.head(offset).norm() + whole.tail(50 - 41 - offset).norm(), 0);
  }
}

TEST(Adam, FieldsAreWellFormed) {
  AdamConfig config;
  test::ExpectWellFormed(Fields(config));
  EXPECT_EQ(Fields(config).size(), 3u);
}

}  // namespace
}  // namespace doggo::agent
