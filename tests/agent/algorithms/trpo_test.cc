#include "agent/algorithms/trpo.h"

#include <gtest/gtest.h>

#include <Eigen/LU>

#include "agent/nn/action_distribution.h"
#include "agent/nn/network.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kExamples = 60, kInputs = 3, kOutputs = 4;

// A policy over four choices by a small network, and what was collected with it.
class ChoiceRegion : public TrustRegion {
 public:
  ChoiceRegion() {
    network_.Initialize({}, Random(1, Stream::kTest), theta);
    theta += 0.1 * test::RandomVector(theta.size(), 2);
    for (int i = 0; i < kExamples; ++i) action_(0, i) = i % kOutputs;
    old_ = network_.Forward(theta, x_, tape_);
    LogProb(distribution_, old_, none_, action_, old_log_prob_);
  }

  int size() const { return network_.num_parameters(); }

  void MultiplyByFisher(const ConstVectorRef& v, VectorRef product) override {
    const Matrix output = network_.Forward(theta, x_, tape_);
    Matrix d = network_.Tangent(theta, v, x_, tape_);
    agent::MultiplyByFisher(distribution_, output, none_, d);
    product.setZero();
    network_.Backward(theta, x_, d / kExamples, tape_, product);
  }
  Try Evaluate(const ConstVectorRef& candidate) override {
    const Matrix output = network_.Forward(candidate, x_, tape_);
    RowVector log_prob(kExamples), kl(kExamples);
    LogProb(distribution_, output, none_, action_, log_prob);
    KlDivergence(distribution_, old_, none_, output, none_, kl);
    const RowVector ratio = (log_prob - old_log_prob_).array().exp();
    return {.gain = (ratio.dot(advantage_) - advantage_.sum()) / kExamples, .kl = kl.mean()};
  }
  // of the objective, at theta
  Vector Gradient() {
    network_.Forward(theta, x_, tape_);
    Matrix d(kOutputs, kExamples);
    Vector none, gradient = Vector::Zero(size());
    LogProbBackward(distribution_, old_, none_, action_, advantage_ / kExamples, d, none);
    network_.Backward(theta, x_, d, tape_, gradient);
    return gradient;
  }
  // of KL(old || policy at `candidate`)
  Vector KlGradient(const Vector& candidate) {
    const Matrix output = network_.Forward(candidate, x_, tape_);
    Matrix d = Matrix::Zero(kOutputs, kExamples);
    Vector none, gradient = Vector::Zero(size());
    KlBackward(distribution_, old_, none_, output, none_,
               RowVector::Constant(kExamples, 1.0 / kExamples), d, none);
    network_.Backward(candidate, x_, d, tape_, gradient);
    return gradient;
  }

 private:
  Network network_{{kInputs, 6, kOutputs}, "tanh"};
  ActionDistribution distribution_{kOutputs};
  const Vector none_;
  Tape tape_ = network_.MakeTape(kExamples);
  Matrix x_ = test::RandomMatrix(kInputs, kExamples, 3), old_, action_{1, kExamples};
  RowVector old_log_prob_{kExamples}, advantage_ = test::RandomRow(kExamples, 4);

 public:
  Vector theta = Vector::Zero(network_.num_parameters());
};

TEST(Trpo, FisherProductIsTheDifferenceOfTheGradientOfTheDivergence) {
  ChoiceRegion region;
  const Vector v = test::RandomVector(region.size(), 5);
  Vector product(region.size());
  region.MultiplyByFisher(v, product);
  constexpr double kStep = 1e-5;
  const Vector difference =
      (region.KlGradient(region.theta + kStep * v) - region.KlGradient(region.theta - kStep * v)) /
      (2 * kStep);
  EXPECT_LT((product - difference).cwiseAbs().maxCoeff(), 1e-8 * (1 + difference.norm()));
}

TEST(Trpo, ConjugateGradientSolvesItsEquation) {
  ChoiceRegion region;
  const Vector b = test::RandomVector(region.size(), 6);
  TrpoWorkspace workspace(region.size());
  constexpr double kDamping = 0.1;
  SolveByConjugateGradient(b, kDamping, 200, region, workspace);
  Vector product(region.size());
  region.MultiplyByFisher(workspace.x, product);
  EXPECT_LT((product + kDamping * workspace.x - b).norm(), 1e-4 * b.norm());
}

TEST(Trpo, AStepStaysWithinItsBoundAndGains) {
  for (const double max_kl : {1e-4, 0.01, 0.3}) {
    ChoiceRegion region;
    TrpoConfig config;
    config.max_kl = max_kl;
    config.damping = 1e-3;
    TrpoWorkspace workspace(region.size());
    Vector theta = region.theta;
    const TrpoStep step = TakeTrpoStep(config, region.Gradient(), region, workspace, theta);
    ASSERT_TRUE(step.taken);
    const TrustRegion::Try found = region.Evaluate(theta);
    EXPECT_LE(found.kl, max_kl);
    EXPECT_GT(found.kl, max_kl / 20) << "a step that is far shorter than it may be";
    EXPECT_GT(found.gain, 0);
  }
}

// To first order in a small region the natural step beats every other of the same divergence: here
// the plain gradient.
TEST(Trpo, GainsMoreThanThePlainGradientOfTheSameDivergence) {
  ChoiceRegion region;
  TrpoConfig config;
  config.max_kl = 1e-5;
  config.damping = 1e-6;
  config.conjugate_gradient_steps = 100;
  TrpoWorkspace workspace(region.size());
  Vector theta = region.theta;
  const Vector gradient = region.Gradient();
  const TrpoStep step = TakeTrpoStep(config, gradient, region, workspace, theta);
  Vector product(region.size());
  region.MultiplyByFisher(gradient, product);
  const double length = std::sqrt(2 * step.result.kl / gradient.dot(product));
  EXPECT_GT(step.result.gain, region.Evaluate(region.theta + length * gradient).gain);
}

// A region in which nothing ever gains.
struct Hopeless : TrustRegion {
  void MultiplyByFisher(const ConstVectorRef& v, VectorRef product) override { product = v; }
  Try Evaluate(const ConstVectorRef&) override { return {.gain = -1, .kl = 0}; }
};

TEST(Trpo, WithoutAGoodTryThePolicyStaysWhereItWas) {
  Hopeless region;
  TrpoWorkspace workspace(3);
  Vector theta = test::RandomVector(3, 1);
  const Vector before = theta;
  const TrpoStep step = TakeTrpoStep({}, test::RandomVector(3, 2), region, workspace, theta);
  EXPECT_FALSE(step.taken);
  EXPECT_EQ(theta, before);
  EXPECT_FALSE(TakeTrpoStep({}, Vector::Zero(3), region, workspace, theta).taken);
}

}  // namespace
}  // namespace doggo::agent
