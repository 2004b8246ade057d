#include "agent/data/standardizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "agent/data/batches.h"
#include "agent/data/split.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kDim = 4;

// Far from zero and of very different widths.
Matrix Data(int examples, uint64_t seed) {
  return test::RandomMatrix(kDim, examples, seed).array().colwise() *
             Eigen::Array4d(1, 0.1, 10, 1e3) +
         100.0;
}

Matrix Columns(const Matrix& x, const std::vector<int>& columns) {
  Matrix out(x.rows(), static_cast<Eigen::Index>(columns.size()));
  Gather(x, columns, out);
  return out;
}

Eigen::VectorXd Mean(const Matrix& x) { return x.rowwise().mean(); }
Eigen::VectorXd Deviation(const Matrix& x) {
  return (x.colwise() - Mean(x)).array().square().rowwise().mean().sqrt();
}

TEST(Standardizer, BringsTheTrainingPartToMeanZeroAndDeviationOne) {
  Matrix x = Data(1000, 1);
  Standardize(MakeStandardizer(MomentsOf(x)), x);
  EXPECT_LT(Mean(x).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_TRUE(Deviation(x).isApprox(Vector::Ones(kDim), 1e-9));
}

// The held-out examples, made to differ, are measured with the training part's statistics: they do
// not come out at mean 0, and what they are changes nothing.
TEST(Standardizer, UsesTheStatisticsOfTheTrainingPartAlone) {
  Matrix x = Data(200, 1);
  const Fold fold = SplitByShare(200, 0.25, 1);
  for (const int example : fold.validation)
    x.col(example) = x.col(example) * 3 + Vector::Ones(kDim);
  const Matrix train = Columns(x, fold.train), validation = Columns(x, fold.validation);

  const Standardizer standardizer = MakeStandardizer(MomentsOf(train));
  Matrix standardized = validation;
  Standardize(standardizer, standardized);
  const Matrix expected =
      (validation.colwise() - Mean(train)).array().colwise() / Deviation(train).array();
  EXPECT_TRUE(standardized.isApprox(expected, 1e-12));
  EXPECT_GT(Mean(standardized).cwiseAbs().minCoeff(), 0.1);
}

TEST(Standardizer, UnstandardizeUndoesIt) {
  const Matrix x = Data(50, 1);
  const Standardizer standardizer = MakeStandardizer(MomentsOf(Data(70, 2)));
  Matrix there_and_back = x;
  Standardize(standardizer, there_and_back);
  EXPECT_FALSE(there_and_back.isApprox(x, 0.1));
  Unstandardize(standardizer, there_and_back);
  EXPECT_TRUE(there_and_back.isApprox(x, 1e-14));
}

TEST(Standardizer, FromAStreamIsThatOfTwoPasses) {
  const Matrix x = Data(3000, 1);
  Moments stream(kDim);
  for (Eigen::Index k = 0; k < x.cols(); ++k) Merge(MomentsOf(x.col(k)), stream);
  const Standardizer standardizer = MakeStandardizer(stream);
  EXPECT_TRUE(standardizer.mean.isApprox(Mean(x), 1e-12));
  for (int i = 0; i < kDim; ++i)
    EXPECT_NEAR(standardizer.deviation[i] / Deviation(x)[i], 1, 1e-12) << i;
}

TEST(Standardizer, MergedAcrossWorkersIsThatOfTheWhole) {
  const Matrix x = Data(1000, 1);
  Moments merged(kDim);
  for (const auto& [first, count] : {std::pair{0, 1}, {1, 700}, {701, 0}, {701, 299}})
    Merge(MomentsOf(x.middleCols(first, count)), merged);
  const Standardizer of_parts = MakeStandardizer(merged), whole = MakeStandardizer(MomentsOf(x));
  EXPECT_TRUE(of_parts.mean.isApprox(whole.mean, 1e-12));
  for (int i = 0; i < kDim; ++i)
    EXPECT_NEAR(of_parts.deviation[i] / whole.deviation[i], 1, 1e-12) << i;
}

// 0.1 is no binary number: the rounding of its mean must not pass for a deviation.
TEST(Standardizer, AFeatureThatNeverChangesBecomesZero) {
  for (const double constant : {0.0, 5.0, 0.1, -1e6 / 3}) {
    Matrix x = Matrix::Constant(1, 100003, constant);
    const Standardizer standardizer = MakeStandardizer(MomentsOf(x));
    EXPECT_EQ(standardizer.deviation[0], 1) << constant;
    Standardize(standardizer, x);
    EXPECT_LT(x.cwiseAbs().maxCoeff(), 1e-10 * std::abs(constant) + 1e-300);

    Matrix other = Matrix::Constant(1, 1, constant + 2);
    Standardize(standardizer, other);
    EXPECT_NEAR(other(0, 0), 2, 1e-3);
  }
}

TEST(Standardizer, ASmallDeviationIsNotTakenForNone) {
  Matrix x = (Matrix(1, 2) << 1, 1 + 1e-9).finished();
  Standardize(MakeStandardizer(MomentsOf(x)), x);
  EXPECT_NEAR(x(0, 0), -1, 1e-6);
  EXPECT_NEAR(x(0, 1), 1, 1e-6);
}

TEST(Standardizer, OfNothingIsTheIdentity) {
  const Matrix x = Data(10, 1);
  for (const Standardizer& standardizer : {Standardizer{}, MakeStandardizer(Moments(kDim))}) {
    Matrix y = x;
    Standardize(standardizer, y);
    EXPECT_EQ(y, x);
    Unstandardize(standardizer, y);
    EXPECT_EQ(y, x);
  }
}

}  // namespace
}  // namespace doggo::agent
