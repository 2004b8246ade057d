// Derivatives checked against central differences, in double.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "agent/nn/real.h"

namespace doggo::test {

// Expects `gradient` to be df/dx for the scalar function f, every element of which is called with
// one element of x moved; x is restored.
//
// With a step of 1e-5 the difference is off by step^2 f''' / 6, about 1e-11, and by the rounding
// of f over the step, about 1e-11 too: 1e-6 of the value and 1e-9 leave room for both.
template <typename Function>
void ExpectGradient(const Function& f, agent::MatrixRef x, const agent::ConstMatrixRef& gradient,
                    const std::string& of_what) {
  static_assert(std::is_same_v<agent::Real, double>, "derivatives are checked in double");
  constexpr double kStep = 1e-5, kRelative = 1e-6, kAbsolute = 1e-9;
  ASSERT_EQ(x.rows(), gradient.rows()) << of_what;
  ASSERT_EQ(x.cols(), gradient.cols()) << of_what;
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const double x_ij = x(i, j);
      x(i, j) = x_ij + kStep;
      const double above = f();
      x(i, j) = x_ij - kStep;
      const double below = f();
      x(i, j) = x_ij;
      const double difference = (above - below) / (2 * kStep);
      EXPECT_NEAR(gradient(i, j), difference, kRelative * std::abs(difference) + kAbsolute)
          << "derivative of " << of_what << " at (" << i << ", " << j << ")";
    }
  }
}

}  // namespace doggo::test
