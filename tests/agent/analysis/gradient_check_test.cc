#include "agent/analysis/gradient_check.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/agent/analysis/network_objective.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

// `objective` with one element of its gradient off by a thousandth.
Objective WithError(const Objective& objective, int parameter) {
  return [=](const ConstVectorRef& theta, Vector* gradient) {
    const Real value = objective(theta, gradient);
    if (gradient != nullptr) (*gradient)[parameter] *= 1.001;
    return value;
  };
}

TEST(GradientCheck, PassesTheLossOfANetwork) {
  const Network network({3, 6, 2}, "tanh");
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  EXPECT_LT(CheckGradient(test::SquaredError(network), theta).worst_error, 1e-6);
}

TEST(GradientCheck, FindsTheOneWrongElement) {
  const Network network({3, 6, 2}, "tanh");
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  for (const int wrong : {0, 20, network.num_parameters() - 1}) {
    const GradientCheck check = CheckGradient(WithError(test::SquaredError(network), wrong), theta);
    EXPECT_EQ(check.worst_parameter, wrong);
    EXPECT_NEAR(check.worst_error, 0.001 / 1.001, 1e-6);
    EXPECT_NEAR(check.analytic / check.numeric, 1.001, 1e-6);
  }
}

TEST(GradientCheck, ANanIsTheWorstError) {
  const Objective objective = [](const ConstVectorRef& theta, Vector* gradient) {
    if (gradient != nullptr) *gradient << 2 * theta[0], std::numeric_limits<Real>::quiet_NaN(), 0;
    return theta[0] * theta[0];
  };
  const GradientCheck check = CheckGradient(objective, Vector::Ones(3));
  EXPECT_TRUE(std::isnan(check.worst_error));
  EXPECT_EQ(check.worst_parameter, 1);
}

TEST(GradientCheck, SamplesAreSpreadEvenlyAndNoneIsTakenTwice) {
  std::set<int> moved;
  int evaluations = 0;
  const Objective objective = [&](const ConstVectorRef& theta, Vector* gradient) {
    if (gradient != nullptr) gradient->setZero();
    for (int i = 0; i < 1000; ++i)
      if (theta[i] != 0) moved.insert(i);
    ++evaluations;
    return Real{0};
  };
  CheckGradient(objective, Vector::Zero(1000), 10, Random(1, Stream::kTest));
  EXPECT_EQ(evaluations, 1 + 2 * 10);
  std::set<int> stretches;
  for (const int i : moved) stretches.insert(i / 100);
  EXPECT_EQ(stretches.size(), 10u);
}

}  // namespace
}  // namespace doggo::agent
