#include "agent/nn/moments.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kDim = 4;

// Far from zero, where the difference of two large sums would lose every digit.
Matrix Data(int columns) {
  return test::RandomMatrix(kDim, columns, 1).array().colwise() * Eigen::Array4d(1, 0.1, 10, 1e-3) +
         1000.0;
}

void ExpectSame(const Moments& a, const Moments& b) {
  EXPECT_EQ(a.count, b.count);
  EXPECT_TRUE(a.mean.isApprox(b.mean, 1e-12));
  EXPECT_TRUE(a.sum_square.isApprox(b.sum_square, 1e-11)) << a.sum_square - b.sum_square;
}

TEST(Moments, OfAMatrixAreMeanAndVarianceOfItsColumns) {
  const Matrix x = (Matrix(2, 4) << 1, 2, 3, 6, /**/ 5, 5, 5, 5).finished();
  const Moments moments = MomentsOf(x);
  EXPECT_EQ(moments.count, 4);
  EXPECT_DOUBLE_EQ(moments.mean[0], 3);
  EXPECT_DOUBLE_EQ(Variance(moments)[0], 3.5);
  EXPECT_DOUBLE_EQ(moments.mean[1], 5);
  EXPECT_EQ(Variance(moments)[1], 0);
}

TEST(Moments, MergingPiecesGivesTheMomentsOfTheWhole) {
  const Matrix x = Data(100);
  Moments total(kDim);
  for (auto [begin, size] : {std::pair{0, 1}, {1, 9}, {10, 70}, {80, 0}, {80, 20}}) {
    Merge(MomentsOf(x.middleCols(begin, size)), total);
  }
  ExpectSame(total, MomentsOf(x));
}

TEST(Moments, MergingIntoNothingCopiesAndMergingNothingKeeps) {
  const Moments moments = MomentsOf(Data(10));
  Moments total(kDim);
  Merge(moments, total);
  ExpectSame(total, moments);
  Merge(Moments(kDim), total);
  ExpectSame(total, moments);
  Moments nothing(kDim);
  Merge(Moments(kDim), nothing);
  EXPECT_EQ(nothing.count, 0);
  EXPECT_TRUE(nothing.mean.allFinite());
}

TEST(Moments, VarianceOfNothingSeenIsOne) {
  EXPECT_EQ(Variance(Moments(2)), Eigen::VectorXd::Ones(2));
}

TEST(Normalizer, BringsTheDataToMeanZeroAndVarianceOne) {
  Matrix x = Data(1000);
  Normalize(MakeNormalizer(MomentsOf(x), /*epsilon=*/0), x);
  const Moments moments = MomentsOf(x);
  EXPECT_LT(moments.mean.norm(), 1e-9);
  EXPECT_TRUE(Variance(moments).isApprox(Eigen::VectorXd::Ones(kDim), 1e-9));
}

TEST(Normalizer, KeepsWithinTheLimit) {
  Moments moments(1);
  moments.count = 2;
  moments.sum_square[0] = 2;  // mean 0, variance 1
  Matrix x = (Matrix(1, 3) << -100, 2, 100).finished();
  Normalize(MakeNormalizer(moments, /*epsilon=*/0, /*limit=*/5), x);
  EXPECT_EQ(x, (Matrix(1, 3) << -5, 2, 5).finished());
}

// A sensor that never changed: nothing is divided by zero.
TEST(Normalizer, ZeroVarianceGivesZeroAndStaysFinite) {
  Matrix x = Matrix::Constant(2, 6, 3);
  const Normalizer normalizer = MakeNormalizer(MomentsOf(x));
  Normalize(normalizer, x);
  EXPECT_EQ(x, Matrix::Zero(2, 6));
  Matrix other = Matrix::Constant(2, 1, 3.1);
  Normalize(normalizer, other);
  EXPECT_EQ(other, Matrix::Constant(2, 1, normalizer.limit));
}

TEST(Normalizer, OfNothingSeenOnlyLimits) {
  Matrix x = test::RandomMatrix(3, 5, 1);
  const Matrix before = x;
  Normalize(MakeNormalizer(Moments(3), /*epsilon=*/0), x);
  EXPECT_EQ(x, before);
}

TEST(Normalizer, EmptyIsTheIdentity) {
  Matrix x = 1e6 * test::RandomMatrix(3, 5, 1);
  const Matrix before = x;
  Normalize(Normalizer{}, x);
  EXPECT_EQ(x, before);
}

}  // namespace
}  // namespace doggo::agent
