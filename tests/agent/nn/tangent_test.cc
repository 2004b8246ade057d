// Forward mode against central differences, and against the backward pass.
#include <gtest/gtest.h>

#include "agent/nn/network.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kExamples = 5;

Vector SomeParameters(const Network& network) {
  Vector theta(network.num_parameters());
  network.Initialize({}, Random(1, Stream::kTest), theta);
  return theta + 0.1 * test::RandomVector(theta.size(), 2);
}

std::vector<Network> SomeNetworks() {
  std::vector<Network> networks;
  for (const std::string& activation : ActivationNames()) {
    networks.emplace_back(4, std::vector<std::string>{"dense 6", activation, "dense 3"});
    networks.emplace_back(4, std::vector<std::string>{"dense 6", activation});
  }
  networks.emplace_back(4,
                        std::vector<std::string>{"dense 5", "tanh", "dense 6", "elu", "dense 1"});
  networks.emplace_back(4, std::vector<std::string>{"tanh", "dense 1", "dense 1"});
  return networks;
}

TEST(Tangent, IsTheDerivativeAlongTheDirection) {
  const Matrix x = test::RandomMatrix(4, kExamples, 3);
  for (const Network& network : SomeNetworks()) {
    Tape tape = network.MakeTape(kExamples);
    const Vector theta = SomeParameters(network);
    const Vector direction = test::RandomVector(theta.size(), 4);
    constexpr double kStep = 1e-5;
    const Matrix above = network.Forward(theta + kStep * direction, x, tape);
    const Matrix below = network.Forward(theta - kStep * direction, x, tape);
    const Matrix difference = (above - below) / (2 * kStep);
    network.Forward(theta, x, tape);
    const Matrix tangent = network.Tangent(theta, direction, x, tape);
    EXPECT_LT((tangent - difference).cwiseAbs().maxCoeff(), 1e-7 * (1 + difference.norm()))
        << network.texts()[1];
  }
}

//   u . (J v) = (J^T u) . v
TEST(Tangent, IsTheTransposeOfTheBackwardPass) {
  const Matrix x = test::RandomMatrix(4, kExamples, 3);
  for (const Network& network : SomeNetworks()) {
    Tape tape = network.MakeTape(kExamples);
    const Vector theta = SomeParameters(network), v = test::RandomVector(theta.size(), 4);
    const Matrix u = test::RandomMatrix(network.num_outputs(), kExamples, 5);
    network.Forward(theta, x, tape);
    const double left = u.cwiseProduct(network.Tangent(theta, v, x, tape)).sum();
    Vector gradient = Vector::Zero(theta.size());
    network.Backward(theta, x, u, tape, gradient);
    EXPECT_NEAR(left, gradient.dot(v), 1e-11 * (1 + std::abs(left))) << network.texts()[1];
  }
}

TEST(Tangent, IsNotKnownOfLayersThatMixExamples) {
  EXPECT_TRUE(Network({4, 5, 2}, "elu").has_tangent());
  EXPECT_FALSE(Network(4, {"dense 5", "batch_norm", "dense 2"}).has_tangent());
}

}  // namespace
}  // namespace doggo::agent
