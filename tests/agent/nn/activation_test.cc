#include "agent/nn/activation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Evaluate(const Activation& activation, double z) {
  Matrix y = Matrix::Constant(1, 1, z);
  activation.forward(y);
  return y(0, 0);
}

TEST(Activation, ValuesAreThoseOfTheFormulas) {
  for (double z : {-90.0, -3.0, -0.5, -1e-9, 0.0, 1e-9, 0.5, 3.0, 90.0}) {
    EXPECT_EQ(Evaluate(FindActivation("identity"), z), z);
    EXPECT_EQ(Evaluate(FindActivation("relu"), z), z > 0 ? z : 0);
    EXPECT_NEAR(Evaluate(FindActivation("elu"), z), z > 0 ? z : std::expm1(z), 1e-15) << z;
    EXPECT_NEAR(Evaluate(FindActivation("tanh"), z), std::tanh(z), 1e-15) << z;
    EXPECT_NEAR(Evaluate(FindActivation("sigmoid"), z), 1 / (1 + std::exp(-z)), 1e-15) << z;
    EXPECT_EQ(Evaluate(FindActivation("leaky_relu"), z), z > 0 ? z : 0.01 * z);
    EXPECT_NEAR(Evaluate(FindActivation("softsign"), z), z / (1 + std::abs(z)), 1e-15) << z;
  }
}

TEST(Activation, BackwardIsTheDerivativeOfForward) {
  for (const Activation& activation : Activations()) {
    Matrix z = test::RandomMatrix(7, 9, 1);
    const Matrix dy = test::RandomMatrix(7, 9, 2);
    Matrix y = z;
    activation.forward(y);
    Matrix dz = dy;
    activation.backward(y, dz);
    const auto loss = [&] {
      Matrix y_moved = z;
      activation.forward(y_moved);
      return y_moved.cwiseProduct(dy).sum();
    };
    test::ExpectGradient(loss, z, dz, std::string(activation.name));
  }
}

// The survey's worked numbers: softmax of (1, 2, 3).
TEST(Activation, SoftmaxGivesTheWorkedExample) {
  Matrix y(3, 2), log_y(3, 2);
  y << 1, 1001, 2, 1002, 3, 1003;
  log_y = y;
  FindActivation("softmax").forward(y);
  FindActivation("log_softmax").forward(log_y);
  const double expected[] = {0.0900305732, 0.2447284711, 0.6652409558};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(y(i, 0), expected[i], 5e-11);
    EXPECT_NEAR(y(i, 1), y(i, 0), 1e-15);  // shifted by 1000
    EXPECT_NEAR(log_y(i, 0), std::log(y(i, 0)), 1e-15);
  }
}

// The slope at 0, where it could be either, is that of the left.
TEST(Activation, RectifiersAreFlatAtZero) {
  for (const auto& [name, slope] : {std::pair{"relu", 0.0}, {"leaky_relu", 0.01}, {"elu", 1.0}}) {
    Matrix y = Matrix::Zero(1, 1), dy = Matrix::Ones(1, 1);
    FindActivation(name).forward(y);
    FindActivation(name).backward(y, dy);
    EXPECT_EQ(dy(0, 0), slope) << name;
  }
}

// An element goes through the same instructions wherever it lies: in a whole register or at the
// end of a column, in memory of any alignment, in columns that touch or that do not.
TEST(Activation, ResultDoesNotDependOnThePlace) {
  const Matrix z = test::RandomMatrix(3, 5, 1);
  for (const Activation& activation : Activations()) {
    Matrix wide = Matrix::Zero(11, 5);
    wide.middleRows(1, 3) = z;
    activation.forward(wide.middleRows(1, 3));
    Matrix dwide = Matrix::Ones(11, 5);
    dwide.middleRows(1, 3) = test::RandomMatrix(3, 5, 2);
    activation.backward(wide.middleRows(1, 3), dwide.middleRows(1, 3));
    for (Eigen::Index j = 0; j < z.cols(); ++j) {
      Matrix column = z.col(j);
      activation.forward(column);
      EXPECT_EQ(Matrix(wide.block(1, j, 3, 1)), column) << activation.name;
      Matrix dcolumn = test::RandomMatrix(3, 5, 2).col(j);
      activation.backward(column, dcolumn);
      EXPECT_EQ(Matrix(dwide.block(1, j, 3, 1)), dcolumn) << activation.name;
      const bool of_elements = !activation.name.ends_with("softmax");
      for (Eigen::Index i = 0; of_elements && i < z.rows(); ++i) {
        EXPECT_EQ(wide(1 + i, j), Evaluate(activation, z(i, j))) << activation.name;
      }
    }
    EXPECT_TRUE((wide.topRows(1).array() == 0).all() && (wide.bottomRows(7).array() == 0).all());
    EXPECT_TRUE((dwide.topRows(1).array() == 1).all() && (dwide.bottomRows(7).array() == 1).all());
  }
}

TEST(Activation, NotANumberStaysVisible) {
  for (const Activation& activation : Activations()) {
    EXPECT_TRUE(std::isnan(Evaluate(activation, kNan))) << activation.name;
  }
}

TEST(Activation, LargeInputsSaturate) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (double z : {1e3, 1e300, kInfinity}) {
    EXPECT_EQ(Evaluate(FindActivation("elu"), -z), -1);
    EXPECT_EQ(Evaluate(FindActivation("tanh"), z), 1);
    EXPECT_EQ(Evaluate(FindActivation("tanh"), -z), -1);
    EXPECT_EQ(Evaluate(FindActivation("sigmoid"), z), 1);
    EXPECT_EQ(Evaluate(FindActivation("sigmoid"), -z), 0);
  }
}

TEST(Activation, UnknownNameIsRefusedWithTheKnownOnes) {
  EXPECT_EQ(FindActivation("elu").name, "elu");
  EXPECT_EQ(ActivationNames().size(), Activations().size());
  try {
    FindActivation("swosh");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "unknown activation 'swosh' (known: identity, elu, tanh, relu, leaky_relu, "
                 "sigmoid, softsign, softmax, log_softmax)");
  }
}

}  // namespace
}  // namespace doggo::agent
