// Batch normalisation, batch renormalisation, layer normalisation: as layers of a network.
#include "agent/nn/normalization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/nn/network.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr Mode kTraining = {.training = true};
constexpr Mode kEvaluation = {};

// One layer alone, over features that differ in mean and scale.
struct Single {
  Network network;
  Vector theta, statistics;
  Matrix x;
  Tape tape;

  explicit Single(const std::string& layer, int features = 3, int n = 6)
      : network(features, {layer}),
        theta(network.num_parameters()),
        statistics(network.InitialStatistics()),
        x(test::RandomMatrix(features, n, 1)),
        tape(network.MakeTape(n)) {
    network.Initialize({}, Random(1, Stream::kTest), theta);
    for (int i = 0; i < features; ++i) x.row(i).array() = x.row(i).array() * (i + 1) + 2 * i;
  }
  Matrix Forward(const Mode& mode) { return network.Forward(theta, statistics, x, mode, tape); }
};

// x = (1, 2, 3, 6), gamma = 2, beta = -1, dy = (1, 0, 0, 0): worked out apart from this code. (The
// survey cuts the last number off, to ...930; the four sum to 0.)
TEST(BatchNorm, GivesTheWorkedExample) {
  Single layer("batch_norm", 1, 4);
  layer.x << 1, 2, 3, 6;
  layer.theta << 2, -1;
  const Matrix y = layer.Forward(kTraining);
  const double expected[] = {-3.13808688, -2.06904344, -1, 2.20713032};
  for (int k = 0; k < 4; ++k) EXPECT_NEAR(y(0, k), expected[k], 5e-9);

  Matrix dy = Matrix::Zero(1, 4), dx(1, 4);
  dy(0, 0) = 1;
  Vector dtheta = Vector::Zero(2);
  MatrixRef dx_ref = dx;
  layer.network.Backward(layer.theta, layer.x, dy, layer.tape, dtheta, &dx_ref);
  const double expected_dx[] = {0.49634247, -0.41998092, -0.26726086, 0.19089931};
  for (int k = 0; k < 4; ++k) EXPECT_NEAR(dx(0, k), expected_dx[k], 5e-9);
  EXPECT_NEAR(dtheta[0], -1.06904344, 5e-9);
  EXPECT_NEAR(dtheta[1], 1, 1e-15);
}

TEST(BatchNorm, TrainingGivesEveryFeatureMeanZeroAndVarianceOne) {
  Single layer("batch_norm", 3, 50);
  const Matrix y = layer.Forward(kTraining);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(y.row(i).mean(), 0, 1e-14);
    EXPECT_NEAR(y.row(i).squaredNorm() / 50, 1, 1e-4);  // epsilon
  }
}

TEST(BatchNorm, EvaluationDoesNotDependOnTheCompanions) {
  Single layer("batch_norm");
  layer.statistics << 1, 2, 3, 4, 5, 6;
  const Matrix together = layer.Forward(kEvaluation);
  for (int k = 0; k < layer.x.cols(); ++k) {
    const Matrix alone = layer.network.Forward(layer.theta, layer.statistics, layer.x.col(k),
                                               kEvaluation, layer.tape);
    EXPECT_EQ(alone, Matrix(together.col(k)));
  }
}

TEST(BatchNorm, TheRightScaleAndShiftGiveBackItsInput) {
  Single layer("batch_norm", 2, 20);
  for (int i = 0; i < 2; ++i) {
    const double mean = layer.x.row(i).mean();
    const double variance = (layer.x.row(i).array() - mean).square().mean();
    layer.theta[i] = std::sqrt(variance + 1e-5);
    layer.theta[2 + i] = mean;
  }
  EXPECT_TRUE(layer.Forward(kTraining).isApprox(layer.x, 1e-12));
}

// mu <- 0.9 mu + 0.1 mean;  s^2 <- 0.9 s^2 + 0.1 * unbiased variance
TEST(BatchNorm, RunningStatisticsTakeInTheirShareOfEachBatch) {
  Single layer("batch_norm 0.25", 1, 4);
  layer.x << 1, 2, 3, 6;
  layer.statistics << 10, 8;
  layer.Forward(kTraining);
  layer.network.UpdateStatistics(layer.tape, layer.statistics);
  EXPECT_NEAR(layer.statistics[0], 0.75 * 10 + 0.25 * 3, 1e-14);
  EXPECT_NEAR(layer.statistics[1], 0.75 * 8 + 0.25 * (14.0 / 3), 1e-14);
}

// A bias before it changes nothing: the mean takes it away again.
TEST(BatchNorm, BiasOfTheLayerBeforeHasNoGradient) {
  const Network network(3, {"dense 4", "batch_norm", "tanh", "dense 2"});
  Vector theta(network.num_parameters());
  network.Initialize({}, Random(1, Stream::kTest), theta);
  const Matrix x = test::RandomMatrix(3, 9, 1), dy = test::RandomMatrix(2, 9, 2);
  Tape tape = network.MakeTape(9);
  Vector dtheta = Vector::Zero(theta.size());
  network.Forward(theta, network.InitialStatistics(), x, kTraining, tape);
  network.Backward(theta, x, dy, tape, dtheta);
  EXPECT_LT(dtheta.segment(12, 4).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_GT(dtheta.head(12).cwiseAbs().maxCoeff(), 1e-3);
}

// mu_r = 2.5, sigma_r = 1.5: r = 1.2472, d = 1/3, and x^ = (x - mu_r) / sigma_r exactly.
TEST(BatchRenorm, GivesTheWorkedExample) {
  Single layer("batch_renorm", 1, 4);
  layer.x << 1, 2, 3, 6;
  layer.statistics << 2.5, 1.5 * 1.5 - 1e-5;
  const Matrix y = layer.Forward(kTraining);
  const double expected[] = {-1, -1.0 / 3, 1.0 / 3, 7.0 / 3};
  for (int k = 0; k < 4; ++k) EXPECT_NEAR(y(0, k), expected[k], 1e-12);
  EXPECT_EQ(Matrix(layer.Forward(kEvaluation)), y);
}

TEST(BatchRenorm, WithNoRoomIsBatchNorm) {
  Single renorm("batch_renorm 1 0"), norm("batch_norm");
  renorm.statistics.setConstant(7);
  EXPECT_EQ(renorm.Forward(kTraining), norm.Forward(kTraining));
}

TEST(BatchRenorm, CutsItsCorrectionsOff) {
  Single layer("batch_renorm 2 0.5", 1, 4);
  layer.x << 1, 2, 3, 6;
  layer.statistics << -100, 1e-6;  // far away, and much narrower
  const Matrix y = layer.Forward(kTraining);
  const double sigma = std::sqrt(3.5 + 1e-5);
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(y(0, k), (layer.x(0, k) - 3) / sigma * 2 + 0.5, 1e-12);
  }
}

TEST(LayerNorm, GivesEveryExampleMeanZeroAndVarianceOneByItself) {
  Single layer("layer_norm", 40, 5);
  const Matrix y = layer.Forward(kTraining);
  for (int k = 0; k < 5; ++k) {
    EXPECT_NEAR(y.col(k).mean(), 0, 1e-14);
    EXPECT_NEAR(y.col(k).squaredNorm() / 40, 1, 1e-5);
    const Matrix alone = layer.network.Forward(layer.theta, layer.x.col(k), layer.tape);
    EXPECT_EQ(alone, Matrix(y.col(k)));
  }
}

}  // namespace
}  // namespace doggo::agent
