#include "agent/nn/softmax.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kClasses = 4, kExamples = 5;
constexpr double kRounding = 1e-15;  // a few units in the last place of 1

Matrix SoftmaxOf(Matrix z) {
  Softmax(z);
  return z;
}
Matrix LogSoftmaxOf(Matrix z) {
  LogSoftmax(z);
  return z;
}

TEST(Softmax, GivesTheWorkedExample) {
  const Matrix p = SoftmaxOf(Eigen::Vector3d(1, 2, 3));
  constexpr double kDigits = 5e-11;  // of the printed numbers
  EXPECT_NEAR(p(0), 0.0900305732, kDigits);
  EXPECT_NEAR(p(1), 0.2447284711, kDigits);
  EXPECT_NEAR(p(2), 0.6652409558, kDigits);
}

TEST(Softmax, IsPositiveAndAddsUpToOneInEveryColumn) {
  const Matrix p = SoftmaxOf(5 * test::RandomMatrix(kClasses, kExamples, 1));
  EXPECT_GT(p.minCoeff(), 0);
  for (int j = 0; j < kExamples; ++j) EXPECT_NEAR(p.col(j).sum(), 1, kRounding);
}

// Shifts by powers of two less than the last digit of z costs: the differences are exact.
TEST(Softmax, StaysTheSameWhenAllLogitsAreShifted) {
  const Matrix z = (1024 * test::RandomMatrix(kClasses, kExamples, 1)).array().round() / 1024;
  EXPECT_EQ(SoftmaxOf(z.array() + 4096), SoftmaxOf(z));
  EXPECT_EQ(LogSoftmaxOf(z.array() - 4096), LogSoftmaxOf(z));
}

TEST(Softmax, IsFiniteForLogitsWhoseExponentialsAreNot) {
  EXPECT_EQ(SoftmaxOf(Eigen::Vector2d(1000, 0)), Matrix(Eigen::Vector2d(1, 0)));
  EXPECT_EQ(LogSoftmaxOf(Eigen::Vector2d(1000, 0)), Matrix(Eigen::Vector2d(0, -1000)));
  EXPECT_EQ(SoftmaxOf(Eigen::Vector2d(-1000, -1000)), Matrix(Eigen::Vector2d(0.5, 0.5)));
}

TEST(Softmax, IsTheExponentialOfLogSoftmax) {
  const Matrix z = 5 * test::RandomMatrix(kClasses, kExamples, 1);
  EXPECT_TRUE(SoftmaxOf(z).isApprox(LogSoftmaxOf(z).array().exp().matrix(), 1e-14));
}

TEST(Softmax, HasItsLargestElementWhereTheLogitsHaveIt) {
  const Matrix z = test::RandomMatrix(kClasses, 100, 1), p = SoftmaxOf(z);
  for (int j = 0; j < z.cols(); ++j) EXPECT_EQ(ArgMax(p.col(j)), ArgMax(z.col(j)));
}

TEST(Softmax, LetsANanBeSeen) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(SoftmaxOf(Eigen::Vector2d(kNan, 0)).array().isNaN().all());
  EXPECT_TRUE(SoftmaxOf(Eigen::Vector2d(0, kNan)).array().isNaN().all());
}

TEST(ArgMax, OfEqualsIsTheLowest) {
  EXPECT_EQ(ArgMax(Eigen::Vector4d(-3, 7, 2, 7)), 1);
  EXPECT_EQ(ArgMax(Eigen::Vector3d(0, 0, 0)), 0);
  EXPECT_EQ(ArgMax(Eigen::Vector3d(-2, -3, -1)), 2);
  EXPECT_EQ(ArgMax(Eigen::Vector3d::Constant(-std::numeric_limits<double>::infinity())), 0);
}

TEST(ArgMax, OfNothingOrWithANanIsNoIndex) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ArgMax(Eigen::Vector2d(kNan, 1)), -1);
  EXPECT_EQ(ArgMax(Eigen::Vector2d(1, kNan)), -1);
  EXPECT_EQ(ArgMax(Vector(0)), -1);
}

TEST(Softplus, IsFarFromZeroWhatIsLeftOfItsFormula) {
  EXPECT_EQ(Softplus(1000), 1000);
  EXPECT_EQ(Softplus(-1000), 0);
  EXPECT_DOUBLE_EQ(Softplus(-40), std::exp(-40));
  EXPECT_DOUBLE_EQ(Softplus(0), std::log(2));
  EXPECT_DOUBLE_EQ(Softplus(1.5), std::log(1 + std::exp(1.5)));
}

}  // namespace
}  // namespace doggo::agent
