#include "agent/nn/gaussian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kDim = 3, kExamples = 5;

Vector Numbers(std::initializer_list<double> numbers) {
  return Eigen::Map<const Vector>(numbers.begin(), static_cast<Eigen::Index>(numbers.size()));
}
Vector Log(const Vector& x) { return x.array().log(); }

// a = (.3, -.2), mu = (.1, .1), sigma = (.5, 2); KL to mu = (0, 0), sigma = (.6, 1.5). Worked out
// apart from this code.
TEST(Gaussian, GivesTheWorkedExample) {
  const Vector mean = Numbers({0.1, 0.1}), log_std = Log(Numbers({0.5, 2}));
  RowVector log_prob = RowVector::Constant(1, kNan), kl = log_prob;
  GaussianLogProb(mean, log_std, Numbers({0.3, -0.2}), log_prob);
  GaussianKl(mean, log_std, Numbers({0, 0}), Log(Numbers({0.6, 1.5})), kl);
  constexpr double kDigits = 1e-10;  // of the printed numbers
  EXPECT_NEAR(log_prob[0], -1.9291270664, kDigits);
  EXPECT_NEAR(GaussianEntropy(log_std), 2.8378770664, kDigits);
  EXPECT_NEAR(kl[0], 0.1468617066, kDigits);
}

TEST(Gaussian, LogProbBackwardIsItsDerivative) {
  Matrix mean = test::RandomMatrix(kDim, kExamples, 1);
  Vector log_std = 0.3 * test::RandomVector(kDim, 2);
  const Matrix action = test::RandomMatrix(kDim, kExamples, 3);
  const RowVector dlog_prob = test::RandomRow(kExamples, 4);

  Matrix dmean = Matrix::Constant(kDim, kExamples, kNan);
  Vector dlog_std = Vector::Zero(kDim);
  GaussianLogProbBackward(mean, log_std, action, dlog_prob, dmean, dlog_std);

  const auto loss = [&] {
    RowVector log_prob(kExamples);
    GaussianLogProb(mean, log_std, action, log_prob);
    return log_prob.dot(dlog_prob);
  };
  test::ExpectGradient(loss, mean, dmean, "log p by the mean");
  test::ExpectGradient(loss, log_std, dlog_std, "log p by ln sigma");
}

TEST(Gaussian, LogProbBackwardAddsToTheGradientOfLogStd) {
  const Matrix mean = test::RandomMatrix(kDim, kExamples, 1);
  const Matrix action = test::RandomMatrix(kDim, kExamples, 3);
  const Vector log_std = Vector::Zero(kDim);
  Matrix dmean(kDim, kExamples);
  Vector once = Vector::Zero(kDim), onto = Vector::Ones(kDim);
  const RowVector ones = RowVector::Ones(kExamples);
  GaussianLogProbBackward(mean, log_std, action, ones, dmean, once);
  GaussianLogProbBackward(mean, log_std, action, ones, dmean, onto);
  EXPECT_TRUE(onto.isApprox(once + Vector::Ones(kDim), 1e-14));
}

TEST(Gaussian, EntropyBackwardAddsItsDerivative) {
  Vector log_std = test::RandomVector(kDim, 1);
  const Vector before = test::RandomVector(kDim, 2);
  Vector dlog_std = before;
  GaussianEntropyBackward(-0.3, dlog_std);
  test::ExpectGradient([&] { return -0.3 * GaussianEntropy(log_std); }, log_std, dlog_std - before,
                       "entropy by ln sigma");
}

TEST(Gaussian, KlBackwardAddsItsDerivatives) {
  Matrix mean_p = test::RandomMatrix(kDim, kExamples, 1);
  Matrix mean_q = test::RandomMatrix(kDim, kExamples, 2);
  Vector log_std_p = 0.3 * test::RandomVector(kDim, 3),
         log_std_q = 0.3 * test::RandomVector(kDim, 4);
  const RowVector dkl = test::RandomRow(kExamples, 5);
  const Matrix mean_before = test::RandomMatrix(kDim, kExamples, 6);
  const Vector log_std_before = test::RandomVector(kDim, 7);

  Matrix dmean_p = mean_before, dmean_q = mean_before;
  Vector dlog_std_p = log_std_before, dlog_std_q = log_std_before;
  GaussianKlBackwardP(mean_p, log_std_p, mean_q, log_std_q, dkl, dmean_p, dlog_std_p);
  GaussianKlBackwardQ(mean_p, log_std_p, mean_q, log_std_q, dkl, dmean_q, dlog_std_q);

  const auto loss = [&] {
    RowVector kl(kExamples);
    GaussianKl(mean_p, log_std_p, mean_q, log_std_q, kl);
    return kl.dot(dkl);
  };
  test::ExpectGradient(loss, mean_p, dmean_p - mean_before, "KL by the mean of p");
  test::ExpectGradient(loss, mean_q, dmean_q - mean_before, "KL by the mean of q");
  test::ExpectGradient(loss, log_std_p, dlog_std_p - log_std_before, "KL by ln sigma of p");
  test::ExpectGradient(loss, log_std_q, dlog_std_q - log_std_before, "KL by ln sigma of q");
}

TEST(Gaussian, ModeHasTheHighestLogProb) {
  const Matrix mean = test::RandomMatrix(kDim, kExamples, 1);
  const Vector log_std = Vector::Zero(kDim);
  Matrix mode = Matrix::Constant(kDim, kExamples, kNan);
  GaussianMode(mean, mode);
  RowVector at_mode(kExamples), beside(kExamples);
  GaussianLogProb(mean, log_std, mode, at_mode);
  GaussianLogProb(mean, log_std, mode + 1e-3 * test::RandomMatrix(kDim, kExamples, 2), beside);
  EXPECT_GT((at_mode - beside).minCoeff(), 0);
}

// Against the defining integral, E_p[log p - log q], over samples.
TEST(Gaussian, KlIsTheMeanLogRatio) {
  const Vector mean_p = Numbers({0.2, -0.1}), mean_q = Numbers({0, 0.3});
  const Vector log_std_p = Numbers({-0.2, 0.1}), log_std_q = Numbers({0.1, -0.1});
  RowVector kl = RowVector::Constant(1, kNan);
  GaussianKl(mean_p, log_std_p, mean_q, log_std_q, kl);

  constexpr int kSamples = 100000;
  double sum = 0, sum_square = 0;
  Vector action(2);
  RowVector log_p(1), log_q(1);
  for (int i = 0; i < kSamples; ++i) {
    GaussianSample(mean_p, log_std_p, Random(1, Stream::kTest, i), action);
    GaussianLogProb(mean_p, log_std_p, action, log_p);
    GaussianLogProb(mean_q, log_std_q, action, log_q);
    sum += log_p[0] - log_q[0];
    sum_square += std::pow(log_p[0] - log_q[0], 2);
  }
  const double mean = sum / kSamples;
  const double standard_error = std::sqrt((sum_square / kSamples - mean * mean) / kSamples);
  EXPECT_NEAR(kl[0], mean, 5 * standard_error);
}

TEST(Gaussian, KlIsZeroForEqualsAndPositiveOtherwise) {
  const Matrix mean = test::RandomMatrix(kDim, kExamples, 1);
  const Vector log_std = test::RandomVector(kDim, 2);
  RowVector kl = RowVector::Constant(kExamples, kNan);
  GaussianKl(mean, log_std, mean, log_std, kl);
  EXPECT_EQ(kl, RowVector::Zero(kExamples));
  GaussianKl(mean, log_std, test::RandomMatrix(kDim, kExamples, 3), log_std, kl);
  EXPECT_GT(kl.minCoeff(), 0);
  GaussianKl(mean, log_std, mean, log_std + Vector::Constant(kDim, 0.1), kl);
  EXPECT_GT(kl.minCoeff(), 0);
}

TEST(Gaussian, SamplesHaveTheMeanAndTheStandardDeviation) {
  constexpr int kSamples = 100000;
  const Vector mean = Numbers({1, -2}), std = Numbers({0.5, 2});
  Vector sum = Vector::Zero(2), sum_square = Vector::Zero(2), action(2);
  for (int i = 0; i < kSamples; ++i) {
    action.setConstant(kNan);
    GaussianSample(mean, Log(std), Random(1, Stream::kTest, i), action);
    sum += action;
    sum_square += (action - mean).cwiseAbs2();
  }
  for (int k = 0; k < 2; ++k) {
    const double variance = std[k] * std[k];
    EXPECT_NEAR(sum[k] / kSamples, mean[k], 5 * std[k] / std::sqrt(kSamples));
    EXPECT_NEAR(sum_square[k] / kSamples, variance, 5 * variance * std::sqrt(2.0 / kSamples));
  }
}

}  // namespace
}  // namespace doggo::agent
