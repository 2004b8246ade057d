#include "agent/nn/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "tests/support/allocations.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Vector RandomParameters(const Network& network) {
  Vector theta(network.num_parameters());
  network.Initialize(/*weight_gain=*/1, /*last_layer_scale=*/1, Random(1, Stream::kTest), theta);
  return theta + 0.1 * test::RandomVector(theta.size(), 2);  // biases too
}

// The same in plain loops: f = W_L phi( ... phi(W_1 x + b_1) ... ) + b_L.
Vector Evaluate(const Network& network, const Vector& theta, Vector x) {
  for (const Network::Layer& layer : network.layers()) {
    const auto [in, out] = layer.shape;
    Matrix y(out, 1);
    for (int j = 0; j < out; ++j) {
      y(j, 0) = theta[layer.offset + in * out + j];
      for (int i = 0; i < in; ++i) y(j, 0) += theta[layer.offset + in * j + i] * x[i];
    }
    layer.activation->forward(y);
    x = y;
  }
  return x;
}

TEST(Network, ShapeFollowsTheWidths) {
  const Network network({5, 8, 3}, "elu");
  EXPECT_EQ(network.num_inputs(), 5);
  EXPECT_EQ(network.num_outputs(), 3);
  EXPECT_EQ(network.num_parameters(), (5 * 8 + 8) + (8 * 3 + 3));
  EXPECT_EQ(network.widths(), (std::vector<int>{5, 8, 3}));
  EXPECT_EQ(network.activation(), "elu");
  EXPECT_EQ(network.layers()[0].activation->name, "elu");
  EXPECT_EQ(network.layers()[1].activation->name, "identity");
  EXPECT_EQ(network.layers()[1].offset, 5 * 8 + 8);
  EXPECT_EQ(Network({5, 3}, "tanh").activation(), "tanh");
}

TEST(Network, ImpossibleShapesAreRefused) {
  EXPECT_THROW(Network({5}, "elu"), std::invalid_argument);
  EXPECT_THROW(Network({5, 0, 3}, "elu"), std::invalid_argument);
  EXPECT_THROW(Network({5, 3}, "no such activation"), std::invalid_argument);
}

TEST(Network, ForwardEqualsPlainLoops) {
  const Network network({5, 17, 9, 3}, "elu");
  const Vector theta = RandomParameters(network);
  const Matrix x = test::RandomMatrix(5, 11, 3);
  Tape tape = network.MakeTape(11);
  const Matrix y = network.Forward(theta, x, tape);
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    EXPECT_TRUE(y.col(i).isApprox(Evaluate(network, theta, x.col(i)), 1e-12));
  }
}

TEST(Network, BackwardIsTheDerivativeOfForwardAtEveryDepth) {
  for (const std::vector<int>& widths :
       {std::vector{4, 3}, {4, 7, 3}, {4, 7, 6, 3}, {4, 9, 7, 6, 3}}) {
    for (const Activation& activation : Activations()) {
      const Network network(widths, activation.name);
      Vector theta = RandomParameters(network);
      Matrix x = test::RandomMatrix(4, 5, 3);
      const Matrix dy = test::RandomMatrix(3, 5, 4);

      Tape tape = network.MakeTape(8);
      for (Matrix& matrix : tape.output) matrix.setConstant(kNan);
      for (Matrix& matrix : tape.gradient) matrix.setConstant(kNan);
      Vector dtheta = Vector::Zero(theta.size());
      Matrix dx = Matrix::Constant(4, 5, kNan);
      MatrixRef dx_ref = dx;
      network.Forward(theta, x, tape);
      network.Backward(theta, x, dy, tape, dtheta, &dx_ref);

      const auto loss = [&] { return network.Forward(theta, x, tape).cwiseProduct(dy).sum(); };
      const std::string name =
          std::string(activation.name) + " of depth " + std::to_string(network.layers().size());
      test::ExpectGradient(loss, theta, dtheta, name + " by theta");
      test::ExpectGradient(loss, x, dx, name + " by x");
    }
  }
}

// A 3-4-2 network of sigmoids, W[j][i] = 0.1 (j+1)(i+1)(-1)^(i+j), b1 = (.1, .2, .3, .4),
// b2 = (-.1, .2), x = (1, -2, .5), target (1, 0), C = |a - target|^2. The numbers were worked out
// apart from this code.
TEST(Network, BackpropagationGivesTheWorkedExample) {
  const Network network({3, 4, 2}, "sigmoid");
  Vector theta(network.num_parameters());
  for (const Network::Layer& layer : network.layers()) {
    for (int j = 0; j < layer.shape.out; ++j) {
      for (int i = 0; i < layer.shape.in; ++i) {
        const double sign = (i + j) % 2 == 0 ? 1 : -1;
        theta[layer.offset + j * layer.shape.in + i] = 0.1 * (j + 1) * (i + 1) * sign;
      }
    }
  }
  theta.segment(12, 4) << 0.1, 0.2, 0.3, 0.4;
  theta.tail(2) << -0.1, 0.2;
  const Vector x = (Vector(3) << 1, -2, 0.5).finished();
  const Vector target = (Vector(2) << 1, 0).finished();

  Tape tape = network.MakeTape(1);
  Matrix a = network.Forward(theta, x, tape);
  const Activation& sigmoid = FindActivation("sigmoid");
  sigmoid.forward(a);
  Matrix delta = 2 * (a - target);  // dC/da
  sigmoid.backward(a, delta);
  Vector dtheta = Vector::Zero(theta.size());
  network.Backward(theta, x, delta, tape, dtheta);

  constexpr double kDigits = 1e-13;  // of the printed numbers
  EXPECT_NEAR(a(0), 0.5372968063951, kDigits);
  EXPECT_NEAR(a(1), 0.4258191448484, kDigits);
  EXPECT_NEAR((a - target).squaredNorm(), 0.3954161894915, kDigits);
  EXPECT_NEAR(delta(0), -0.2300643086121, kDigits);
  EXPECT_NEAR(delta(1), 0.2082231778645, kDigits);
  const double hidden_delta[] = {-0.0140871437174, 0.0242273250608, -0.0167300042899,
                                 0.0232227481543};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(tape.gradient[0](i, 0), hidden_delta[i], kDigits);
  EXPECT_NEAR(dtheta[0 * 3 + 1], 0.0281742874347, kDigits);       // dC/dW1[0][1]
  EXPECT_NEAR(dtheta[16 + 1 * 4 + 3], 0.0207703638380, kDigits);  // dC/dW2[1][3]
}

// One tape serves batches of any size up to its capacity; what an earlier one left does not show.
TEST(Network, SmallBatchAfterALargeOneSeesNothingOfIt) {
  const Network network({4, 20, 3}, "elu");
  const Vector theta = RandomParameters(network);
  const Matrix x = test::RandomMatrix(4, 16, 3), dy = test::RandomMatrix(3, 16, 4);
  const auto gradient = [&](Eigen::Index n, Tape& tape) {
    Vector dtheta = Vector::Zero(theta.size());
    network.Forward(theta, x.leftCols(n), tape);
    network.Backward(theta, x.leftCols(n), dy.leftCols(n), tape, dtheta);
    return dtheta;
  };
  Tape used = network.MakeTape(16), fresh = network.MakeTape(5);
  gradient(16, used);
  EXPECT_EQ(gradient(5, used), gradient(5, fresh));
}

// To the bit: the rollout's batch of 64 and the update's tile of 256 see the same outputs.
TEST(Network, ColumnDoesNotDependOnTheBatchAroundIt) {
  const Network network({13, 32, 16, 3}, "elu");
  const Vector theta = RandomParameters(network);
  const Matrix x = test::RandomMatrix(13, 40, 3);
  Tape tape = network.MakeTape(40);
  const Matrix whole = network.Forward(theta, x, tape);
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    EXPECT_EQ(Matrix(network.Forward(theta, x.col(i), tape)), whole.col(i)) << i;
  }
}

TEST(Network, PassesAllocateNothing) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  ASSERT_GT(test::CountAllocations([] { Matrix::Zero(3, 3).eval(); }), 0);
  const Network network({52, 128, 64, 32, 12}, "elu");
  const Vector theta = RandomParameters(network);
  Vector dtheta = Vector::Zero(theta.size());
  const Matrix x = test::RandomMatrix(52, 256, 3), dy = test::RandomMatrix(12, 256, 4);
  Matrix dx(52, 256);
  MatrixRef dx_ref = dx;
  Tape tape = network.MakeTape(256);
  for (Eigen::Index n : {256, 1, 100}) {
    MatrixRef dx_n = dx_ref.leftCols(n);
    EXPECT_EQ(test::CountAllocations([&] {
                network.Forward(theta, x.leftCols(n), tape);
                network.Backward(theta, x.leftCols(n), dy.leftCols(n), tape, dtheta, &dx_n);
              }),
              0);
  }
}

TEST(Network, InitializeDrawsWeightsOfTheWantedSizeAndNoBias) {
  const Network network({200, 300, 50}, "elu");
  constexpr double kGain = 1.5, kLastLayerScale = 0.01;
  Vector theta = Vector::Constant(network.num_parameters(), kNan);
  network.Initialize(kGain, kLastLayerScale, Random(1, Stream::kParameters), theta);
  for (size_t l = 0; l < 2; ++l) {
    const auto [in, out] = network.layers()[l].shape;
    const auto W = theta.segment(network.layers()[l].offset, in * out);
    const double std = kGain / std::sqrt(in) * (l == 1 ? kLastLayerScale : 1);
    // five standard errors of a mean and of a variance over in * out normal numbers
    const double n = in * out;
    EXPECT_NEAR(W.mean(), 0, 5 * std / std::sqrt(n));
    EXPECT_NEAR(W.squaredNorm() / n, std * std, 5 * std * std * std::sqrt(2 / n));
    EXPECT_EQ(theta.segment(network.layers()[l].offset + in * out, out).norm(), 0);
  }
}

TEST(Network, InitializeDependsOnTheSeedAlone) {
  const Network network({5, 8, 3}, "elu");
  Vector a(network.num_parameters()), b = a, c = a;
  network.Initialize(1, 1, Random(1, Stream::kParameters), a);
  network.Initialize(1, 1, Random(1, Stream::kParameters), b);
  network.Initialize(1, 1, Random(2, Stream::kParameters), c);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

// Activation::gain is chosen so that a deep network neither dies out nor blows up.
TEST(Network, ActivationGainKeepsTheSizeOfTheSignal) {
  for (std::string_view name : {"elu", "relu", "tanh"}) {
    const Network network({256, 256, 256, 256, 256}, name);
    Vector theta(network.num_parameters());
    network.Initialize(FindActivation(name).gain, 1, Random(1, Stream::kTest), theta);
    Tape tape = network.MakeTape(64);
    const Matrix y = network.Forward(theta, test::RandomMatrix(256, 64, 1), tape);
    const double root_mean_square = std::sqrt(y.squaredNorm() / y.size());
    EXPECT_GT(root_mean_square, 0.3) << name;
    EXPECT_LT(root_mean_square, 3) << name;
  }
}

}  // namespace
}  // namespace doggo::agent
