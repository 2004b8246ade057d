#include "agent/nn/dropout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/nn/network.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

struct Dropping {
  Network network;
  Vector none;
  Tape tape;

  explicit Dropping(const std::string& layer, int features = 5, int capacity = 1000)
      : network(features, {layer}), tape(network.MakeTape(capacity)) {}
  Matrix Forward(const Matrix& x, const Mode& mode) {
    return network.Forward(none, none, x, mode, tape);
  }
};

TEST(Dropout, EvaluationIsTheIdentity) {
  Dropping layer("dropout 0.7");
  const Matrix x = test::RandomMatrix(5, 9, 1);
  EXPECT_EQ(layer.Forward(x, {}), x);
  EXPECT_EQ(Dropping("dropout 0").Forward(x, {.training = true}), x);
}

// Over many masks each number is x on average: it is x / (1 - p) with probability 1 - p.
TEST(Dropout, KeepsTheMean) {
  for (const double p : {0.1, 0.5, 0.9}) {
    Dropping layer("dropout " + std::to_string(p));
    const Matrix y = layer.Forward(Matrix::Ones(5, 1000), {.training = true, .seed = 3});
    const double left_out = (y.array() == 0).cast<double>().mean();
    EXPECT_NEAR(left_out, p, 4 * std::sqrt(p * (1 - p) / 5000)) << p;
    EXPECT_NEAR(y.mean(), 1, 4 * std::sqrt(p / (1 - p) / 5000)) << p;
    EXPECT_NEAR(y.maxCoeff(), 1 / (1 - p), 1e-12);
  }
}

TEST(Dropout, BackwardUsesTheMaskOfTheForwardPass) {
  Dropping layer("dropout 0.5");
  const Matrix x = Matrix::Ones(5, 9);
  const Matrix y = layer.Forward(x, {.training = true, .seed = 3});
  Matrix dx(5, 9);
  MatrixRef dx_ref = dx;
  layer.network.Backward(layer.none, x, x, layer.tape, layer.none, &dx_ref);
  EXPECT_EQ(dx, y);
}

TEST(Dropout, MasksAreThoseOfSeedStepAndLayer) {
  const Network network(5, {"dropout 0.5", "identity", "dropout 0.5"});
  Tape tape = network.MakeTape(100);
  const Vector none;
  const Matrix x = Matrix::Ones(5, 100);
  const auto mask = [&](uint64_t seed, uint64_t step) -> Matrix {
    return network.Forward(none, none, x, {.training = true, .seed = seed, .step = step}, tape);
  };
  EXPECT_EQ(mask(1, 2), mask(1, 2));
  EXPECT_NE(mask(1, 2), mask(1, 3));
  EXPECT_NE(mask(1, 2), mask(2, 2));
  // two masks, not the same one twice: a quarter is left, not a half
  EXPECT_NEAR((mask(1, 2).array() > 0).cast<double>().mean(), 0.25, 0.1);
}

}  // namespace
}  // namespace doggo::agent
