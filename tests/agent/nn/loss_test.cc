#include "agent/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "agent/nn/gaussian.h"
#include "agent/nn/log_std_bounds.h"
#include "agent/nn/softmax.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kOutputs = 3, kExamples = 5;

struct Evaluation {
  double value;
  Matrix gradient;
};
Evaluation Evaluate(const Loss& loss, const Matrix& prediction, const Matrix& target,
                    double weight = 1) {
  Matrix gradient = Matrix::Constant(prediction.rows(), prediction.cols(), kNan);
  const double value = loss.evaluate(prediction, target, weight, gradient);
  return {value, gradient};
}
Evaluation Evaluate(std::string_view name, const Matrix& prediction, const Matrix& target,
                    double weight = 1) {
  return Evaluate(FindLoss(name), prediction, target, weight);
}

// Every column adds up to 1, nothing is 0: a target that every loss takes.
Matrix Probabilities(int rows, int columns, uint64_t seed) {
  Matrix p = test::RandomMatrix(rows, columns, seed);
  Softmax(p);
  return p;
}
Matrix Prediction(const Loss& loss, int columns = kExamples) {
  return test::RandomMatrix(loss.outputs_per_target * kOutputs, columns, 1);
}
Matrix OneHot(int classes, const std::vector<int>& labels) {
  Matrix y = Matrix::Zero(classes, static_cast<Eigen::Index>(labels.size()));
  for (size_t j = 0; j < labels.size(); ++j) y(labels[j], static_cast<Eigen::Index>(j)) = 1;
  return y;
}

// ---- every row of the table

TEST(Losses, HaveNamesUnlikeEachOtherAndMeanings) {
  std::set<std::string_view> names;
  for (const Loss& loss : Losses()) {
    EXPECT_TRUE(names.insert(loss.name).second) << loss.name;
    EXPECT_FALSE(loss.meaning.empty()) << loss.name;
    EXPECT_EQ(&FindLoss(loss.name), &loss);
  }
}

TEST(Losses, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  try {
    FindLoss("hubert");
    FAIL() << "found";
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("'hubert'"), std::string::npos) << message;
    for (const Loss& loss : Losses())
      EXPECT_NE(message.find(loss.name), std::string::npos) << message;
  }
}

TEST(Losses, GradientIsTheDerivativeOfTheValue) {
  constexpr double kWeight = 0.3;
  const Matrix target = Probabilities(kOutputs, kExamples, 2);
  for (const Loss& loss : Losses()) {
    // three times as wide, so that Huber's straight parts are met too
    Matrix prediction = 3 * Prediction(loss);
    const Matrix gradient = Evaluate(loss, prediction, target, kWeight).gradient;
    test::ExpectGradient([&] { return Evaluate(loss, prediction, target, kWeight).value; },
                         prediction, gradient, std::string(loss.name));
  }
}

TEST(Losses, OfABatchIsTheWeightedSumOfItsExamples) {
  const Matrix target = Probabilities(kOutputs, kExamples, 2);
  for (const Loss& loss : Losses()) {
    const Matrix prediction = Prediction(loss);
    const Evaluation whole = Evaluate(loss, prediction, target, 1.0 / kExamples);
    double mean = 0;
    for (int j = 0; j < kExamples; ++j) {
      const Evaluation one = Evaluate(loss, prediction.col(j), target.col(j));
      mean += one.value / kExamples;
      EXPECT_TRUE(whole.gradient.col(j).isApprox(one.gradient / kExamples, 1e-14)) << loss.name;
    }
    EXPECT_NEAR(whole.value, mean, 1e-14 * std::abs(mean)) << loss.name;
  }
}

// A tile of a batch is a block of columns within larger matrices.
TEST(Losses, OfABlockOfColumnsTouchNothingElse) {
  const Matrix target = Probabilities(kOutputs, kExamples, 2);
  for (const Loss& loss : Losses()) {
    const Matrix prediction = Prediction(loss);
    Matrix gradient = Matrix::Constant(prediction.rows(), kExamples, kNan);
    const double value = loss.evaluate(prediction.middleCols(1, 3), target.middleCols(1, 3), 1,
                                       gradient.middleCols(1, 3));
    const Evaluation apart = Evaluate(loss, prediction.middleCols(1, 3), target.middleCols(1, 3));
    EXPECT_EQ(value, apart.value) << loss.name;
    EXPECT_EQ(Matrix(gradient.middleCols(1, 3)), apart.gradient) << loss.name;
    EXPECT_TRUE(gradient.col(0).array().isNaN().all() && gradient.col(4).array().isNaN().all());
  }
}

// ---- squared errors and their kin

// (1 - 0)^2 + (2 - 4)^2 = 5 and (3 - 3)^2 + (-1 - 0)^2 = 1: their sum 6, their mean 3.
TEST(SquaredError, FormsDifferByExactFactors) {
  const Matrix a = (Matrix(2, 2) << 1, 3, 2, -1).finished();
  const Matrix y = (Matrix(2, 2) << 0, 3, 4, 0).finished();
  const Evaluation sum = Evaluate("squared_error", a, y),
                   mean = Evaluate("squared_error", a, y, 0.5);
  EXPECT_EQ(sum.value, 6);
  EXPECT_EQ(sum.gradient, Matrix((Matrix(2, 2) << 2, 0, -4, -2).finished()));
  EXPECT_EQ(mean.value, 3);
  for (const char* name : {"mean_squared_error", "half_squared_error"}) {
    EXPECT_EQ(Evaluate(name, a, y).value, 3) << name;  // there are two outputs
    EXPECT_EQ(Evaluate(name, a, y).gradient, sum.gradient / 2) << name;
  }
  const Matrix a3 = test::RandomMatrix(3, 4, 1), y3 = test::RandomMatrix(3, 4, 2);
  const double sum3 = Evaluate("squared_error", a3, y3).value;
  EXPECT_DOUBLE_EQ(Evaluate("mean_squared_error", a3, y3).value, sum3 / 3);
  EXPECT_DOUBLE_EQ(Evaluate("half_squared_error", a3, y3).value, sum3 / 2);
}

TEST(Huber, JoinsItsPartsWithoutAStepOrAKink) {
  const Matrix zero = Matrix::Zero(1, 1);
  for (double sign : {-1.0, 1.0}) {
    const auto at = [&](double size) {
      return Evaluate("huber", Matrix::Constant(1, 1, sign * size), zero);
    };
    EXPECT_EQ(at(1).value, 0.5);
    EXPECT_EQ(at(1).gradient(0), sign);
    EXPECT_NEAR(at(1 + 1e-9).value, 0.5, 1.1e-9);
    EXPECT_NEAR(at(1 - 1e-9).value, 0.5, 1.1e-9);
    EXPECT_NEAR(at(1 - 1e-9).gradient(0), sign, 1.1e-9);
    EXPECT_EQ(at(0.5).value, 0.125);
    EXPECT_EQ(at(10).value, 9.5);
    EXPECT_EQ(at(10).gradient(0), sign);
  }
}

TEST(AbsoluteError, HasSlopeZeroAtZero) {
  const Evaluation e =
      Evaluate("absolute_error", Eigen::Vector3d(-2, 0, 3), Eigen::Vector3d(0, 0, 0));
  EXPECT_EQ(e.value, 5);
  EXPECT_EQ(e.gradient, Matrix(Eigen::Vector3d(-1, 0, 1)));
}

// ---- classes

TEST(SoftmaxCrossEntropy, GivesTheWorkedExample) {
  const Evaluation e = Evaluate("softmax_cross_entropy", Eigen::Vector3d(1, 2, 3), OneHot(3, {0}));
  constexpr double kDigits = 5e-11;  // of the printed numbers
  EXPECT_NEAR(e.value, 2.4076059644, kDigits);
  EXPECT_NEAR(e.gradient(0), -0.9099694268, kDigits);
  EXPECT_NEAR(e.gradient(1), 0.2447284711, kDigits);
  EXPECT_NEAR(e.gradient(2), 0.6652409558, kDigits);
}

TEST(SoftmaxCrossEntropy, OfLabelsIsTheirMeanNegativeLogLikelihood) {
  const std::vector<int> labels = {2, 0, 1, 1, 3};
  const Matrix z = 3 * test::RandomMatrix(4, 5, 1);
  double log_likelihood = 0;
  for (int j = 0; j < 5; ++j) {
    const Eigen::ArrayXd e = z.col(j).array().exp();
    log_likelihood += std::log(e[labels[static_cast<size_t>(j)]] / e.sum());
  }
  EXPECT_NEAR(Evaluate("softmax_cross_entropy", z, OneHot(4, labels), 1.0 / 5).value,
              -log_likelihood / 5, 1e-14);
}

TEST(SoftmaxCrossEntropy, IsFiniteWhereTheProbabilityIsZero) {
  const Evaluation e = Evaluate("softmax_cross_entropy", Eigen::Vector2d(1000, 0), OneHot(2, {1}));
  EXPECT_EQ(e.value, 1000);
  EXPECT_EQ(e.gradient, Matrix(Eigen::Vector2d(1, -1)));
  EXPECT_EQ(Evaluate("softmax_cross_entropy", Eigen::Vector2d(1000, 0), OneHot(2, {0})).value, 0);
}

TEST(KlDivergence, IsCrossEntropyLessTheEntropyOfTheTarget) {
  const Matrix z = 2 * test::RandomMatrix(kOutputs, kExamples, 1);
  const Matrix y = Probabilities(kOutputs, kExamples, 2);
  const Evaluation kl = Evaluate("kl_divergence", z, y),
                   cross_entropy = Evaluate("softmax_cross_entropy", z, y);
  const double entropy = -(y.array() * y.array().log()).sum();
  EXPECT_NEAR(kl.value, cross_entropy.value - entropy, 1e-14 * cross_entropy.value);
  EXPECT_GT(kl.value, 0.1);
  EXPECT_EQ(kl.gradient, cross_entropy.gradient);
}

TEST(KlDivergence, IsZeroForThePredictedDistributionAndTakesZeros) {
  const Matrix y = Probabilities(kOutputs, kExamples, 2);
  EXPECT_NEAR(Evaluate("kl_divergence", y.array().log(), y).value, 0, 1e-14);
  const Matrix z = test::RandomMatrix(kOutputs, 1, 1);
  EXPECT_DOUBLE_EQ(Evaluate("kl_divergence", z, OneHot(kOutputs, {1})).value,
                   Evaluate("softmax_cross_entropy", z, OneHot(kOutputs, {1})).value);
}

TEST(BinaryCrossEntropy, IsFiniteForLogitsOfAThousand) {
  const Matrix z = (Matrix(1, 4) << 1000, 1000, -1000, -1000).finished();
  const Matrix y = (Matrix(1, 4) << 1, 0, 1, 0).finished();
  const double expected[] = {0, 1000, 1000, 0}, slope[] = {0, 1, -1, 0};
  for (int j = 0; j < 4; ++j) {
    const Evaluation e = Evaluate("binary_cross_entropy", z.col(j), y.col(j));
    EXPECT_EQ(e.value, expected[j]);
    EXPECT_EQ(e.gradient(0), slope[j]);
  }
}

// p = sigmoid(z): the definition, where it is harmless. And softmax of (z, 0) is (p, 1 - p).
TEST(BinaryCrossEntropy, IsItsDefinitionAndThatOfTwoClasses) {
  for (double z : {-2.0, 0.0, 0.7}) {
    for (double y : {0.0, 0.3, 1.0}) {
      const double p = 1 / (1 + std::exp(-z));
      const double value =
          Evaluate("binary_cross_entropy", Matrix::Constant(1, 1, z), Matrix::Constant(1, 1, y))
              .value;
      EXPECT_NEAR(value, -y * std::log(p) - (1 - y) * std::log(1 - p), 1e-15);
      EXPECT_NEAR(
          value,
          Evaluate("softmax_cross_entropy", Eigen::Vector2d(z, 0), Eigen::Vector2d(y, 1 - y)).value,
          1e-15);
    }
  }
}

// ---- distributions

TEST(GaussianNll, IsTheNegativeLogProbabilityOfTheGaussian) {
  const Matrix prediction = test::RandomMatrix(2 * kOutputs, kExamples, 1);
  const Matrix y = test::RandomMatrix(kOutputs, kExamples, 2);
  for (int j = 0; j < kExamples; ++j) {
    Vector log_std = prediction.col(j).tail(kOutputs);
    for (double& s : log_std) s = SmoothLogStd(kPredictedLogStdLow, kPredictedLogStdHigh, s);
    RowVector log_prob(1);
    GaussianLogProb(prediction.col(j).head(kOutputs), log_std, y.col(j), log_prob);
    EXPECT_NEAR(Evaluate("gaussian_nll", prediction.col(j), y.col(j)).value, -log_prob[0], 1e-13);
  }
}

// With the error fixed, -log p is least for sigma = |error|: no more certain, no less.
TEST(GaussianNll, IsStationaryWhereSigmaIsTheError) {
  const Matrix y = Matrix::Constant(1, 1, 0.5);
  double x = 0;  // so that SmoothLogStd(x) = ln 0.5, by bisection
  for (double low = -5, high = 5; high - low > 1e-14;) {
    x = (low + high) / 2;
    (SmoothLogStd(kPredictedLogStdLow, kPredictedLogStdHigh, x) < std::log(0.5) ? low : high) = x;
  }
  EXPECT_NEAR(Evaluate("gaussian_nll", Eigen::Vector2d(0, x), y).gradient(1), 0, 1e-12);
  EXPECT_GT(Evaluate("gaussian_nll", Eigen::Vector2d(0, x + 0.1), y).gradient(1), 0.1);
  EXPECT_LT(Evaluate("gaussian_nll", Eigen::Vector2d(0, x - 0.1), y).gradient(1), -0.1);
}

TEST(GaussianNll, IsFiniteHoweverCertainTheNetwork) {
  const Evaluation e = Evaluate("gaussian_nll", Eigen::Vector2d(0, -1000), Matrix::Ones(1, 1));
  EXPECT_TRUE(std::isfinite(e.value) && e.gradient.allFinite());
}

// ---- accuracy

TEST(Accuracy, IsTheShareOfColumnsWithTheSameLargestElement) {
  const Matrix z = (Matrix(3, 4) << 1, 0, 5, 2, /**/ 2, 0, 1, 2, /**/ 3, 9, 1, 1).finished();
  EXPECT_EQ(Accuracy(z, OneHot(3, {2, 2, 0, 0})), 1);  // the last: of equals the lowest
  EXPECT_EQ(Accuracy(z, OneHot(3, {2, 1, 0, 1})), 0.5);
  EXPECT_EQ(Accuracy(z, OneHot(3, {0, 1, 2, 1})), 0);
}

TEST(Accuracy, CountsAColumnWithANanAsWrong) {
  Matrix z = Matrix::Ones(3, 2);
  z(1, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Accuracy(z, OneHot(3, {0, 0})), 0.5);
}

TEST(Accuracy, OfOneRowComparesTheSignOfTheLogitWithOneHalf) {
  const Matrix z = (Matrix(1, 4) << -3, 0.1, 2, -0.1).finished();
  EXPECT_EQ(Accuracy(z, (Matrix(1, 4) << 0, 1, 0, 0.2).finished()), 0.75);
}

}  // namespace
}  // namespace doggo::agent
