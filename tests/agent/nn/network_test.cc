#include "agent/nn/network.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Vector RandomParameters(const Network& network) {
  Vector theta(network.num_parameters());
  network.Initialize({}, Random(1, Stream::kTest), theta);
  return theta + 0.1 * test::RandomVector(theta.size(), 2);  // biases too
}

// The same in plain loops: f = W_L phi( ... phi(W_1 x + b_1) ... ) + b_L.
Vector Evaluate(const Network& network, const Vector& theta, Vector x) {
  for (const Layer& layer : network.layers()) {
    if (layer.activation != nullptr) {
      layer.activation->forward(x);
      continue;
    }
    const int in = layer.in, out = layer.out, W = layer.parameters.begin;
    Vector y(out);
    for (int j = 0; j < out; ++j) {
      y[j] = theta[W + in * out + j];
      for (int i = 0; i < in; ++i) y[j] += theta[W + in * j + i] * x[i];
    }
    x = y;
  }
  return x;
}

TEST(Network, ShapeFollowsTheWidths) {
  const Network network({5, 8, 3}, "elu");
  EXPECT_EQ(network.num_inputs(), 5);
  EXPECT_EQ(network.num_outputs(), 3);
  EXPECT_EQ(network.num_parameters(), (5 * 8 + 8) + (8 * 3 + 3));
  EXPECT_EQ(network.texts(), (std::vector<std::string>{"dense 8", "elu", "dense 3"}));
  EXPECT_EQ(network.layers()[2].parameters.begin, 5 * 8 + 8);
  EXPECT_EQ(network.weights()[1].begin, 5 * 8 + 8);
  EXPECT_EQ(network.weights()[1].size, 8 * 3);
}

TEST(Network, ImpossibleShapesAreRefused) {
  EXPECT_THROW(Network({5}, "elu"), std::invalid_argument);
  EXPECT_THROW(Network({5, 0, 3}, "elu"), std::invalid_argument);
  EXPECT_THROW(Network({5, 3}, "no such activation"), std::invalid_argument);
  const auto message = [](const std::vector<std::string>& layers) -> std::string {
    try {
      Network(5, layers);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_TRUE(message({"dense 3", "swosh"}).starts_with("layer 2 'swosh': there is no layer"));
  EXPECT_EQ(message({"dense"}), "layer 1 'dense': needs its units, as in 'dense 64'");
  EXPECT_EQ(message({"dense 0"}), "layer 1 'dense 0': units = 0 is not within 1 and 32768");
  EXPECT_EQ(message({"dense 32768", "dense 32768", "dense 32768"}),
            "layer 2 'dense 32768': the network has too many parameters");
  EXPECT_EQ(message({"dense 2.5"}), "layer 1 'dense 2.5': units = 2.5 is not a whole number");
  EXPECT_EQ(message({"dense 3x"}), "layer 1 'dense 3x': '3x' is not a number (units)");
  EXPECT_EQ(message({"tanh 3"}), "layer 1 'tanh 3': 'tanh' has no setting '3'");
  EXPECT_EQ(message({"dropout 1"}),
            "layer 1 'dropout 1': probability = 1 is not within 0 and 0.99");
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
      const std::string name = fmt::format("{} of depth {}", activation.name, widths.size() - 1);
      test::ExpectGradient(loss, theta, dtheta, name + " by theta");
      test::ExpectGradient(loss, x, dx, name + " by x");
    }
  }
}

// A 3-4-2 network of sigmoids, W[j][i] = 0.1 (j+1)(i+1)(-1)^(i+j), b1 = (.1, .2, .3, .4),
// b2 = (-.1, .2), x = (1, -2, .5), target (1, 0), C = |a - target|^2. The numbers were worked out
// apart from this code.
TEST(Network, BackpropagationGivesTheWorkedExample) {
  const Network network(3, {"dense 4", "sigmoid", "dense 2", "sigmoid"});
  Vector theta(network.num_parameters());
  for (const Layer& layer : network.layers()) {
    for (int j = 0; j < layer.out && layer.activation == nullptr; ++j) {
      for (int i = 0; i < layer.in; ++i) {
        const double sign = (i + j) % 2 == 0 ? 1 : -1;
        theta[layer.parameters.begin + j * layer.in + i] = 0.1 * (j + 1) * (i + 1) * sign;
      }
    }
  }
  theta.segment(12, 4) << 0.1, 0.2, 0.3, 0.4;
  theta.tail(2) << -0.1, 0.2;
  const Vector x = (Vector(3) << 1, -2, 0.5).finished();
  const Vector target = (Vector(2) << 1, 0).finished();

  Tape tape = network.MakeTape(1);
  const Matrix a = network.Forward(theta, x, tape);
  const Matrix da = 2 * (a - target);  // dC/da
  Vector dtheta = Vector::Zero(theta.size());
  network.Backward(theta, x, da, tape, dtheta);
  const Vector delta = dtheta.tail(2);  // dC/dz = dC/db

  constexpr double kDigits = 1e-13;  // of the printed numbers
  EXPECT_NEAR(a(0), 0.5372968063951, kDigits);
  EXPECT_NEAR(a(1), 0.4258191448484, kDigits);
  EXPECT_NEAR((a - target).squaredNorm(), 0.3954161894915, kDigits);
  EXPECT_NEAR(delta(0), -0.2300643086121, kDigits);
  EXPECT_NEAR(delta(1), 0.2082231778645, kDigits);
  const double hidden_delta[] = {-0.0140871437174, 0.0242273250608, -0.0167300042899,
                                 0.0232227481543};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(dtheta[12 + i], hidden_delta[i], kDigits);
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

TEST(Network, InitializeScalesTheLastDenseLayerAndLeavesBiasesZero) {
  const Network network(200, {"dense 300", "elu", "dense 50", "tanh"});
  Vector theta = Vector::Constant(network.num_parameters(), kNan);
  network.Initialize({.gain = 1.5, .last_layer_scale = 0.01}, Random(1, Stream::kParameters),
                     theta);
  for (size_t l = 0; l < 2; ++l) {
    const Layer& layer = network.layers()[2 * l];
    const auto W = theta.segment(layer.parameters.begin, layer.in * layer.out);
    const double std = 1.5 / std::sqrt(layer.in) * (l == 1 ? 0.01 : 1);
    // five standard errors of a variance over in * out normal numbers
    const double n = layer.in * layer.out;
    EXPECT_NEAR(W.squaredNorm() / n, std * std, 5 * std * std * std::sqrt(2 / n));
    EXPECT_EQ(theta.segment(layer.parameters.begin + layer.in * layer.out, layer.out).norm(), 0);
  }
}

TEST(Network, InitializeDependsOnTheSeedAlone) {
  const Network network({5, 8, 3}, "elu");
  Vector a(network.num_parameters()), b = a, c = a;
  network.Initialize({}, Random(1, Stream::kParameters), a);
  network.Initialize({}, Random(1, Stream::kParameters), b);
  network.Initialize({}, Random(2, Stream::kParameters), c);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

// Activation::gain is chosen so that a deep network neither dies out nor blows up.
TEST(Network, ActivationGainKeepsTheSizeOfTheSignal) {
  for (std::string_view name : {"elu", "relu", "tanh"}) {
    const Network network({256, 256, 256, 256, 256}, name);
    Vector theta(network.num_parameters());
    network.Initialize({.gain = FindActivation(name).gain}, Random(1, Stream::kTest), theta);
    Tape tape = network.MakeTape(64);
    const Matrix y = network.Forward(theta, test::RandomMatrix(256, 64, 1), tape);
    const double root_mean_square = std::sqrt(y.squaredNorm() / y.size());
    EXPECT_GT(root_mean_square, 0.3) << name;
    EXPECT_LT(root_mean_square, 3) << name;
  }
}

}  // namespace
}  // namespace doggo::agent
