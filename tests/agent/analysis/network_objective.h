// The squared error of a network on eight made-up examples, as an objective.
#pragma once

#include <memory>

#include "agent/analysis/objective.h"
#include "agent/nn/network.h"
#include "tests/support/random_matrix.h"

namespace doggo::test {

//   L = 1/2 sum (f(theta, x) - y)^2 / n,   dL/df = (f - y) / n
inline agent::Objective SquaredError(const agent::Network& network) {
  constexpr int kExamples = 8;
  const agent::Matrix x = RandomMatrix(network.num_inputs(), kExamples, 101);
  const agent::Matrix y = RandomMatrix(network.num_outputs(), kExamples, 102);
  const auto tape = std::make_shared<agent::Tape>(network.MakeTape(kExamples));
  return [=](const agent::ConstVectorRef& theta, agent::Vector* gradient) {
    const agent::Matrix error = network.Forward(theta, x, *tape) - y;
    if (gradient != nullptr) {
      gradient->setZero();
      network.Backward(theta, x, error / kExamples, *tape, *gradient);
    }
    return error.squaredNorm() / (2 * kExamples);
  };
}

}  // namespace doggo::test
