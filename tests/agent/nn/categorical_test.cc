#include "agent/nn/categorical.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "agent/nn/softmax.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kClasses = 4, kExamples = 5;
constexpr std::array<int, kExamples> kChoice = {2, 0, 3, 3, 1};

RowVector LogProb(const Matrix& logits) {
  RowVector log_prob = RowVector::Constant(logits.cols(), kNan);
  CategoricalLogProb(logits, kChoice, log_prob);
  return log_prob;
}
RowVector Entropy(const Matrix& logits) {
  RowVector entropy = RowVector::Constant(logits.cols(), kNan);
  CategoricalEntropy(logits, entropy);
  return entropy;
}
RowVector Kl(const Matrix& p, const Matrix& q) {
  RowVector kl = RowVector::Constant(p.cols(), kNan);
  CategoricalKl(p, q, kl);
  return kl;
}

// p = (1/2, 1/4, 1/4), q = (1/4, 1/4, 1/2): H = 3/2 ln 2, KL(p || q) = 1/2 ln 2 - 1/4 ln 2.
TEST(Categorical, GivesACaseThatIsDoneByHand) {
  const Vector p = Eigen::Vector3d(0.5, 0.25, 0.25).array().log() + 3;
  const Vector q = Eigen::Vector3d(0.25, 0.25, 0.5).array().log() - 1;
  RowVector log_prob(1);
  CategoricalLogProb(p, std::array{1}, log_prob);
  constexpr double kRounding = 1e-15;
  EXPECT_NEAR(log_prob[0], -2 * std::log(2), kRounding);
  EXPECT_NEAR(Entropy(p)[0], 1.5 * std::log(2), kRounding);
  EXPECT_NEAR(Kl(p, q)[0], 0.25 * std::log(2), kRounding);
}

TEST(Categorical, LogProbBackwardIsItsDerivative) {
  Matrix logits = test::RandomMatrix(kClasses, kExamples, 1);
  const RowVector dlog_prob = test::RandomRow(kExamples, 2);
  Matrix dlogits = Matrix::Constant(kClasses, kExamples, kNan);
  CategoricalLogProbBackward(logits, kChoice, dlog_prob, dlogits);
  test::ExpectGradient([&] { return LogProb(logits).dot(dlog_prob); }, logits, dlogits, "log p");
}

TEST(Categorical, EntropyBackwardAddsItsDerivative) {
  Matrix logits = test::RandomMatrix(kClasses, kExamples, 1);
  const RowVector dentropy = test::RandomRow(kExamples, 2);
  const Matrix before = test::RandomMatrix(kClasses, kExamples, 3);
  Matrix dlogits = before;
  CategoricalEntropyBackward(logits, dentropy, dlogits);
  test::ExpectGradient([&] { return Entropy(logits).dot(dentropy); }, logits, dlogits - before,
                       "entropy");
}

TEST(Categorical, KlBackwardAddsItsDerivatives) {
  Matrix p = test::RandomMatrix(kClasses, kExamples, 1),
         q = test::RandomMatrix(kClasses, kExamples, 2);
  const RowVector dkl = test::RandomRow(kExamples, 3);
  const Matrix before = test::RandomMatrix(kClasses, kExamples, 4);
  Matrix dp = before, dq = before;
  CategoricalKlBackwardP(p, q, dkl, dp);
  CategoricalKlBackwardQ(p, q, dkl, dq);
  const auto loss = [&] { return Kl(p, q).dot(dkl); };
  test::ExpectGradient(loss, p, dp - before, "KL by the logits of p");
  test::ExpectGradient(loss, q, dq - before, "KL by the logits of q");
}

TEST(Categorical, EntropyLiesBetweenZeroAndThatOfTheUniform) {
  for (double scale : {0.1, 1.0, 10.0}) {
    const RowVector entropy = Entropy(scale * test::RandomMatrix(kClasses, 100, 1));
    EXPECT_GT(entropy.minCoeff(), 0);
    EXPECT_LT(entropy.maxCoeff(), std::log(kClasses));
  }
  EXPECT_DOUBLE_EQ(Entropy(Matrix::Constant(kClasses, 1, 7))[0], std::log(kClasses));
  EXPECT_EQ(Entropy(Eigen::Vector3d(1000, 0, -1000))[0], 0);
}

TEST(Categorical, KlIsZeroForEqualsAndPositiveOtherwise) {
  const Matrix p = test::RandomMatrix(kClasses, kExamples, 1);
  EXPECT_LT(Kl(p, p.array() + 2).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_GT(Kl(p, test::RandomMatrix(kClasses, kExamples, 2)).minCoeff(), 0.01);
  EXPECT_EQ(Kl(Eigen::Vector2d(1000, 0), Eigen::Vector2d(0, 1000))[0], 1000);
}

TEST(Categorical, SamplesAreAsFrequentAsTheyAreProbable) {
  constexpr int kSamples = 100000;
  const Vector logits = (Vector(5) << 0.3, -1000, 1.2, -2, 0.3).finished();
  Matrix p = logits;
  Softmax(p);
  std::array<int, 5> count = {};
  for (int i = 0; i < kSamples; ++i) {
    ++count[static_cast<size_t>(CategoricalSample(logits, Random(1, Stream::kTest, i)))];
  }
  for (int k = 0; k < 5; ++k) {
    const double standard_error = std::sqrt(p(k) * (1 - p(k)) / kSamples);
    EXPECT_NEAR(count[static_cast<size_t>(k)] / double{kSamples}, p(k), 5 * standard_error) << k;
  }
  EXPECT_EQ(count[1], 0);
}

TEST(Categorical, ModeIsTheLikeliestAndOfEqualsTheLowest) {
  EXPECT_EQ(CategoricalMode(Eigen::Vector4d(0, 3, -1, 3)), 1);
}

}  // namespace
}  // namespace doggo::agent
