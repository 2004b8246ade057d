#include "agent/nn/squashed_gaussian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "agent/nn/gaussian.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kDim = 3, kExamples = 5, kSamples = 100000;

double LogProb(const Vector& mean, const Vector& log_std, const Vector& u) {
  RowVector log_prob = RowVector::Constant(1, kNan);
  SquashedGaussianLogProb(mean, log_std, u, log_prob);
  return log_prob[0];
}
Vector One(double x) { return Vector::Constant(1, x); }

// integral over a in (-1, 1) of f(p(a)), by the midpoint rule. At both ends the density falls off
// faster than any power of the distance, where the rule converges faster than any power of its
// step.
template <typename Function>
double Integral(double mean, double log_std, Function f) {
  constexpr int kCells = 20000;
  double sum = 0;
  for (int k = 0; k < kCells; ++k) {
    const double a = -1 + (2 * k + 1.0) / kCells;
    sum += f(std::exp(LogProb(One(mean), One(log_std), One(std::atanh(a)))));
  }
  return sum * 2 / kCells;
}

TEST(SquashedGaussian, DensityOverTheActionIntegratesToOne) {
  for (double mean : {-0.5, 0.0, 0.8}) {
    for (double log_std : {-1.0, -0.3}) {
      EXPECT_NEAR(Integral(mean, log_std, [](double p) { return p; }), 1, 1e-9)
          << mean << " " << log_std;
    }
  }
}

// Of several elements: the product of the densities of each.
TEST(SquashedGaussian, LogProbOfSeveralElementsIsTheSum) {
  const Matrix mean = test::RandomMatrix(kDim, kExamples, 1),
               u = test::RandomMatrix(kDim, kExamples, 2);
  const Vector log_std = 0.3 * test::RandomVector(kDim, 3);
  RowVector log_prob = RowVector::Constant(kExamples, kNan);
  SquashedGaussianLogProb(mean, log_std, u, log_prob);
  for (int j = 0; j < kExamples; ++j) {
    double sum = 0;
    for (int i = 0; i < kDim; ++i) {
      sum += LogProb(One(mean(i, j)), One(log_std[i]), One(u(i, j)));
    }
    EXPECT_NEAR(log_prob[j], sum, 1e-13);
  }
}

// There 1 - tanh(u)^2 has rounded to 0; it is 4 e^-2|u|.
TEST(SquashedGaussian, LogProbIsExactWhereTanhHasRoundedToOne) {
  for (double u : {-300.0, 25.0}) {
    RowVector gaussian(1);
    GaussianLogProb(One(u), One(0), One(u), gaussian);
    EXPECT_DOUBLE_EQ(LogProb(One(u), One(0), One(u)), gaussian[0] - std::log(4) + 2 * std::abs(u));
  }
}

TEST(SquashedGaussian, LogProbBackwardIsItsDerivative) {
  Matrix mean = test::RandomMatrix(kDim, kExamples, 1), u = test::RandomMatrix(kDim, kExamples, 2);
  Vector log_std = 0.3 * test::RandomVector(kDim, 3);
  const RowVector dlog_prob = test::RandomRow(kExamples, 4);
  const Vector before = test::RandomVector(kDim, 5);

  Matrix dmean = Matrix::Constant(kDim, kExamples, kNan), du = dmean;
  Vector dlog_std = before;
  SquashedGaussianLogProbBackward(mean, log_std, u, dlog_prob, dmean, dlog_std, du);

  const auto loss = [&] {
    RowVector log_prob(kExamples);
    SquashedGaussianLogProb(mean, log_std, u, log_prob);
    return log_prob.dot(dlog_prob);
  };
  test::ExpectGradient(loss, mean, dmean, "log p by the mean");
  test::ExpectGradient(loss, log_std, dlog_std - before, "log p by ln sigma");
  test::ExpectGradient(loss, u, du, "log p by u");
}

// u = mean + sigma epsilon: log p of the sample by mean and ln sigma, epsilon held, in the way that
// the header tells.
TEST(SquashedGaussian, GradientOfASampleFlowsOnThroughU) {
  Matrix mean = test::RandomMatrix(kDim, kExamples, 1), u(kDim, kExamples);
  const Matrix epsilon = test::RandomMatrix(kDim, kExamples, 2);
  Vector log_std = 0.3 * test::RandomVector(kDim, 3);
  const RowVector dlog_prob = test::RandomRow(kExamples, 4);
  const auto loss = [&] {
    RowVector log_prob(kExamples);
    u = mean + log_std.array().exp().matrix().asDiagonal() * epsilon;
    SquashedGaussianLogProb(mean, log_std, u, log_prob);
    return log_prob.dot(dlog_prob);
  };
  loss();
  Matrix dmean(kDim, kExamples), du = dmean;
  Vector dlog_std = Vector::Zero(kDim);
  SquashedGaussianLogProbBackward(mean, log_std, u, dlog_prob, dmean, dlog_std, du);
  dmean += du;
  dlog_std += du.cwiseProduct(u - mean).rowwise().sum();
  test::ExpectGradient(loss, mean, dmean, "log p of a sample by the mean");
  test::ExpectGradient(loss, log_std, dlog_std, "log p of a sample by ln sigma");
}

TEST(SquashedGaussian, SampleIsTheTanhOfTheGaussianSample) {
  const Vector mean = test::RandomVector(kDim, 1), log_std = test::RandomVector(kDim, 2);
  const Random random(1, Stream::kTest);
  Vector u = Vector::Constant(kDim, kNan), action = u, gaussian(kDim);
  SquashedGaussianSample(mean, log_std, random, u, action);
  GaussianSample(mean, log_std, random, gaussian);
  EXPECT_EQ(u, gaussian);
  for (int i = 0; i < kDim; ++i) EXPECT_EQ(action[i], std::tanh(u[i]));
}

// -log p of samples against the entropy, an integral over the density of a; tanh of the mean
// against the share of the samples under it.
TEST(SquashedGaussian, SamplesEstimateTheEntropyAndHaveTanhOfTheMeanAsMedian) {
  constexpr double kMean = 0.4, kLogStd = -0.5;
  const double entropy =
      Integral(kMean, kLogStd, [](double p) { return p > 0 ? -p * std::log(p) : 0; });
  Vector u(1), action(1), median(1);
  SquashedGaussianMedian(One(kMean), median);
  double sum = 0, sum_square = 0;
  int under_median = 0;
  for (int i = 0; i < kSamples; ++i) {
    SquashedGaussianSample(One(kMean), One(kLogStd), Random(1, Stream::kTest, i), u, action);
    const double surprise = -LogProb(One(kMean), One(kLogStd), u);
    sum += surprise;
    sum_square += surprise * surprise;
    under_median += action[0] < median[0];
  }
  const double variance = sum_square / kSamples - std::pow(sum / kSamples, 2);
  EXPECT_NEAR(sum / kSamples, entropy, 5 * std::sqrt(variance / kSamples));
  EXPECT_NEAR(under_median / double{kSamples}, 0.5, 5 * 0.5 / std::sqrt(kSamples));
}

// KL of the squashed ones, by its defining integral, is the Gaussians'.
TEST(SquashedGaussian, KlIsThatOfTheGaussiansBeneath) {
  const Vector mean_p = One(0.2), log_std_p = One(-0.5), mean_q = One(-0.1), log_std_q = One(-0.3);
  RowVector kl(1);
  GaussianKl(mean_p, log_std_p, mean_q, log_std_q, kl);
  constexpr int kCells = 20000;
  double sum = 0;
  for (int k = 0; k < kCells; ++k) {
    const Vector u = One(std::atanh(-1 + (2 * k + 1.0) / kCells));
    const double log_p = LogProb(mean_p, log_std_p, u), log_q = LogProb(mean_q, log_std_q, u);
    sum += std::exp(log_p) * (log_p - log_q) * 2 / kCells;
  }
  EXPECT_NEAR(sum, kl[0], 1e-9);
}

TEST(SquashedGaussian, UnsquashUndoesTanhAndStaysFiniteAtTheLimits) {
  const Matrix u = test::RandomMatrix(kDim, kExamples, 1);
  Matrix action(kDim, kExamples), back = Matrix::Constant(kDim, kExamples, kNan);
  SquashedGaussianMedian(u, action);
  Unsquash(action, back);
  EXPECT_TRUE(back.isApprox(u, 1e-12));
  Unsquash(Matrix::Constant(kDim, kExamples, -1), back);
  EXPECT_NEAR(back(0), -std::atanh(1 - 1e-6), 1e-9);
}

}  // namespace
}  // namespace doggo::agent
