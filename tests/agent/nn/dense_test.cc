#include "agent/nn/dense.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr DenseShape kShape = {.in = 5, .out = 3};

TEST(Dense, ParametersAreTheWeightsRowByRowThenTheBias) {
  // W = [1 2; 3 4], b = (10, 20), x = (1, -1):  z = (1 - 2 + 10, 3 - 4 + 20)
  const Vector theta = (Vector(6) << 1, 2, 3, 4, 10, 20).finished();
  const Matrix x = (Matrix(2, 1) << 1, -1).finished();
  Matrix z = Matrix::Constant(2, 1, kNan);
  DenseForward({.in = 2, .out = 2}, theta, x, z);
  EXPECT_EQ(z(0, 0), 9);
  EXPECT_EQ(z(1, 0), 19);
}

TEST(Dense, BackwardIsTheDerivativeOfForward) {
  Vector theta = test::RandomVector(kShape.num_parameters(), 1);
  Matrix x = test::RandomMatrix(kShape.in, 7, 2);
  const Matrix dz = test::RandomMatrix(kShape.out, 7, 3);

  Vector dtheta = Vector::Zero(kShape.num_parameters());
  Matrix dx = Matrix::Constant(kShape.in, 7, kNan);
  MatrixRef dx_ref = dx;
  DenseBackward(kShape, theta, x, dz, &dx_ref, dtheta);

  const auto loss = [&] {
    Matrix z(kShape.out, 7);
    DenseForward(kShape, theta, x, z);
    return z.cwiseProduct(dz).sum();
  };
  test::ExpectGradient(loss, theta, dtheta, "loss by theta");
  test::ExpectGradient(loss, x, dx, "loss by x");
}

TEST(Dense, GradientIsAddedToWhatIsThere) {
  const Vector theta = test::RandomVector(kShape.num_parameters(), 1);
  const Matrix x = test::RandomMatrix(kShape.in, 7, 2), dz = test::RandomMatrix(kShape.out, 7, 3);
  Vector once = Vector::Zero(theta.size()), onto = Vector::Ones(theta.size());
  DenseBackward(kShape, theta, x, dz, nullptr, once);
  DenseBackward(kShape, theta, x, dz, nullptr, onto);
  EXPECT_TRUE(onto.isApprox(once + Vector::Ones(theta.size()), 1e-14));
}

TEST(Dense, NoExamplesGiveNoGradient) {
  const Vector theta = test::RandomVector(kShape.num_parameters(), 1);
  Vector dtheta = Vector::Zero(theta.size());
  DenseBackward(kShape, theta, Matrix(kShape.in, 0), Matrix(kShape.out, 0), nullptr, dtheta);
  EXPECT_EQ(dtheta.norm(), 0);
}

}  // namespace
}  // namespace doggo::agent
