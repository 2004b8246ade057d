#include "agent/nn/action_distribution.h"

#include <gtest/gtest.h>

#include "agent/nn/categorical.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kOutputs = 3, kExamples = 300;  // more than one block

struct Case {
  ActionDistribution distribution;
  Matrix output = test::RandomMatrix(kOutputs, kExamples, 1), action;
  Vector log_std;
};
Case Continuous() {
  Case c;
  c.log_std = 0.3 * test::RandomVector(kOutputs, 2);
  c.action = test::RandomMatrix(kOutputs, kExamples, 3);
  return c;
}
Case Discrete() {
  Case c{.distribution = {kOutputs}, .action = {}, .log_std = {}};
  c.action = Matrix(1, kExamples);
  for (int i = 0; i < kExamples; ++i) c.action(0, i) = i % kOutputs;
  return c;
}

TEST(ActionDistribution, EntropyBonusHasItsGradient) {
  for (Case c : {Continuous(), Discrete()}) {
    Matrix doutput = Matrix::Zero(kOutputs, kExamples);
    Vector dlog_std = Vector::Zero(c.log_std.size());
    const double weight = 0.7, coefficient = 0.3;
    EntropyBackward(c.distribution, c.output, c.log_std, weight, coefficient, doutput, dlog_std);
    const auto loss = [&] {
      Matrix scratch = doutput;
      Vector scratch_std = dlog_std;
      return -coefficient * EntropyBackward(c.distribution, c.output, c.log_std, weight,
                                            coefficient, scratch, scratch_std);
    };
    test::ExpectGradient(loss, c.output.leftCols(2), doutput.leftCols(2), "output");
    test::ExpectGradient(loss, c.log_std, dlog_std, "log std");
  }
}

TEST(ActionDistribution, LogProbHasItsGradientBeyondTheFirstBlock) {
  for (Case c : {Continuous(), Discrete()}) {
    const RowVector weight = test::RandomRow(kExamples, 5);
    const auto value = [&] {
      RowVector log_prob(kExamples);
      LogProb(c.distribution, c.output, c.log_std, c.action, log_prob);
      return log_prob.dot(weight);
    };
    Matrix doutput = Matrix::Constant(kOutputs, kExamples, std::nan(""));
    Vector dlog_std = Vector::Zero(c.log_std.size());
    LogProbBackward(c.distribution, c.output, c.log_std, c.action, weight, doutput, dlog_std);
    test::ExpectGradient(value, c.output.rightCols(2), doutput.rightCols(2), "output");
    test::ExpectGradient(value, c.log_std, dlog_std, "log std");
  }
}

// M v is the derivative along v of the gradient of KL(p || q) at q = p.
TEST(ActionDistribution, FisherIsTheCurvatureOfTheDivergence) {
  for (const Case& c : {Continuous(), Discrete()}) {
    const Matrix v = test::RandomMatrix(kOutputs, kExamples, 4);
    Matrix product = v;
    MultiplyByFisher(c.distribution, c.output, c.log_std, product);
    const auto gradient_at = [&](const Matrix& q) {
      Matrix dq = Matrix::Zero(kOutputs, kExamples);
      Vector dlog_std = Vector::Zero(c.log_std.size());
      KlBackward(c.distribution, c.output, c.log_std, q, c.log_std, RowVector::Ones(kExamples), dq,
                 dlog_std);
      return dq;
    };
    constexpr double kStep = 1e-5;
    const Matrix difference =
        (gradient_at(c.output + kStep * v) - gradient_at(c.output - kStep * v)) / (2 * kStep);
    EXPECT_LT((product - difference).cwiseAbs().maxCoeff(), 1e-8);
  }
}

TEST(ActionDistribution, TheLikeliestChoiceIsThatOfTheLargestLogit) {
  const Case c = Discrete();
  Matrix action(1, kExamples);
  LikeliestAction(c.distribution, c.output, action);
  for (int i = 0; i < kExamples; ++i) {
    Eigen::Index best;
    c.output.col(i).maxCoeff(&best);
    EXPECT_EQ(action(0, i), best);
  }
}

}  // namespace
}  // namespace doggo::agent
