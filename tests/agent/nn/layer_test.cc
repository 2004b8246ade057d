// What holds for every kind of layer.
#include "agent/nn/layer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "agent/nn/network.h"
#include "agent/nn/normalization.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kFeatures = 4, kExamples = 5;

std::string TextOf(const LayerKind& kind) {
  if (kind.sets_width) return fmt::format("{} 3", kind.name);
  if (kind.name == "dropout") return "dropout 0.4";
  return std::string(kind.name);
}

// A layer in every surrounding in which memory is shared otherwise: alone, after and before others.
std::vector<std::vector<std::string>> Surroundings(const std::string& layer) {
  return {{layer},
          {"dense 4", layer, "dense 2"},
          {"tanh", layer, "tanh"},
          {"dense 4", layer, layer},
          {"dense 3", "layer_norm", layer, "dense 2", "softsign"}};
}

struct Case {
  Network network;
  Vector theta, statistics;
  Matrix x;
  Tape tape;

  explicit Case(const std::vector<std::string>& layers)
      : network(kFeatures, layers),
        theta(network.num_parameters()),
        statistics(network.InitialStatistics()),
        x(test::RandomMatrix(kFeatures, kExamples, 1)),
        tape(network.MakeTape(kExamples + 2)) {
    network.Initialize({}, Random(1, Stream::kTest), theta);
    theta += 0.1 * test::RandomVector(theta.size(), 2);
    statistics += 0.1 * test::RandomVector(statistics.size(), 3);
  }
};

TEST(LayerKinds, HaveNamesOfTheirOwnAndAMeaning) {
  std::set<std::string_view> names;
  for (const LayerKind& kind : LayerKinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.meaning.empty()) << kind.name;
    EXPECT_EQ(LayerText(ParseLayer(TextOf(kind), 4)).substr(0, kind.name.size()), kind.name);
    const Layer layer = ParseLayer(TextOf(kind), 4);
    EXPECT_EQ(LayerText(ParseLayer(LayerText(layer), 4)), LayerText(layer));
  }
}

TEST(LayerKinds, BackwardIsTheDerivativeOfForwardInTrainingAndEvaluation) {
  for (const LayerKind& kind : LayerKinds()) {
    for (const std::vector<std::string>& layers : Surroundings(TextOf(kind))) {
      for (const bool training : {true, false}) {
        // batch_renorm's corrections are constants to the derivative: tested by themselves
        if (kind.name == "batch_renorm" && training) continue;
        Case c(layers);
        const Mode mode = {.training = training, .seed = 7};
        const Matrix dy = test::RandomMatrix(c.network.num_outputs(), kExamples, 4);
        Vector dtheta = Vector::Zero(c.theta.size());
        Matrix dx(kFeatures, kExamples);
        MatrixRef dx_ref = dx;
        c.network.Forward(c.theta, c.statistics, c.x, mode, c.tape);
        c.network.Backward(c.theta, c.x, dy, c.tape, dtheta, &dx_ref);
        const auto loss = [&] {
          return c.network.Forward(c.theta, c.statistics, c.x, mode, c.tape).cwiseProduct(dy).sum();
        };
        const std::string name = fmt::format("{} of {} layers", kind.name, layers.size());
        test::ExpectGradient(loss, c.theta, dtheta, name + " by theta");
        test::ExpectGradient(loss, c.x, dx, name + " by x");
      }
    }
  }
}

// With r and d held at what they are, x^ is z r + d: the derivative of that, by x and theta.
TEST(LayerKinds, BatchRenormBackwardHoldsItsCorrectionsStill) {
  Case renorm({"batch_renorm"}), norm({"batch_norm"});
  const Mode training = {.training = true};
  const Matrix dy = test::RandomMatrix(kFeatures, kExamples, 4);
  renorm.network.Forward(renorm.theta, renorm.statistics, renorm.x, training, renorm.tape);
  norm.network.Forward(norm.theta, norm.statistics, norm.x, training, norm.tape);
  Vector dtheta = Vector::Zero(2 * kFeatures), dtheta_norm = dtheta;
  Matrix dx(kFeatures, kExamples), dx_norm = dx;
  MatrixRef dx_ref = dx, dx_norm_ref = dx_norm;
  renorm.network.Backward(renorm.theta, renorm.x, dy, renorm.tape, dtheta, &dx_ref);
  norm.network.Backward(norm.theta, norm.x, dy, norm.tape, dtheta_norm, &dx_norm_ref);
  for (int i = 0; i < kFeatures; ++i) {
    const double mean = renorm.x.row(i).mean();
    const double sigma =
        std::sqrt((renorm.x.row(i).array() - mean).square().mean() + kVarianceEpsilon);
    const double running_sigma = std::sqrt(renorm.statistics[kFeatures + i] + kVarianceEpsilon);
    const double r = sigma / running_sigma, d = (mean - renorm.statistics[i]) / running_sigma;
    EXPECT_TRUE(dx.row(i).isApprox(r * dx_norm.row(i), 1e-10)) << i;
    const double dbeta = dtheta_norm[kFeatures + i];
    EXPECT_NEAR(dtheta[i], r * dtheta_norm[i] + d * dbeta, 1e-10);
    EXPECT_NEAR(dtheta[kFeatures + i], dbeta, 1e-12);
  }
}

// In evaluation, to the bit; whatever the tape was used for before.
TEST(LayerKinds, ColumnDoesNotDependOnTheBatchAroundIt) {
  for (const LayerKind& kind : LayerKinds()) {
    Case c({"dense 7", TextOf(kind), "dense 2"});
    const Matrix whole = c.network.Forward(c.theta, c.statistics, c.x, {}, c.tape);
    for (int k = 0; k < kExamples; ++k) {
      const Matrix alone = c.network.Forward(c.theta, c.statistics, c.x.col(k), {}, c.tape);
      EXPECT_EQ(alone, Matrix(whole.col(k))) << kind.name;
    }
  }
}

// Examples in another order: the same results in that order, and the same gradient but for
// rounding.
TEST(LayerKinds, ExamplesHaveNoOrder) {
  for (const LayerKind& kind : LayerKinds()) {
    if (kind.name == "dropout") continue;  // its masks go by place
    Case c({"dense 6", TextOf(kind), "dense 2"});
    const Mode training = {.training = true};
    const Matrix dy = test::RandomMatrix(2, kExamples, 4);
    Vector dtheta = Vector::Zero(c.theta.size()), dtheta_turned = dtheta;
    const Matrix y = c.network.Forward(c.theta, c.statistics, c.x, training, c.tape);
    c.network.Backward(c.theta, c.x, dy, c.tape, dtheta);
    const Matrix x_turned = c.x.rowwise().reverse(), dy_turned = dy.rowwise().reverse();
    const Matrix y_turned = c.network.Forward(c.theta, c.statistics, x_turned, training, c.tape);
    c.network.Backward(c.theta, x_turned, dy_turned, c.tape, dtheta_turned);
    EXPECT_TRUE(Matrix(y.rowwise().reverse()).isApprox(y_turned, 1e-12)) << kind.name;
    EXPECT_TRUE(dtheta.isApprox(dtheta_turned, 1e-10)) << kind.name;
  }
}

}  // namespace
}  // namespace doggo::agent
