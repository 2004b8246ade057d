#include "agent/nn/penalty.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <array>

#include "agent/nn/loss.h"
#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

// theta = [2 weights, bias, 3 weights, bias]
constexpr std::array<ParameterRange, 2> kWeights = {{{0, 2}, {3, 3}}};
constexpr int kSize = 7, kBiases[] = {2, 6};

TEST(Penalty, GradientsAreDerivativesAndLeaveBiasesOut) {
  Vector theta = test::RandomVector(kSize, 1);
  for (auto add : {AddL1Penalty, AddL2Penalty}) {
    Vector dtheta = Vector::Zero(kSize), unused(kSize);
    add(0.3, kWeights, theta, dtheta);
    test::ExpectGradient([&] { return add(0.3, kWeights, theta, unused); }, theta, dtheta,
                         "a penalty");
    for (int bias : kBiases) EXPECT_EQ(dtheta[bias], 0);
  }
}

TEST(Penalty, AddsToTheGradientAndReturnsItsValue) {
  const Vector theta = (Vector(kSize) << 3, -4, 100, 0, 1, -2, 100).finished();
  Vector dtheta = Vector::Ones(kSize);
  EXPECT_DOUBLE_EQ(AddL2Penalty(0.5, kWeights, theta, dtheta), 0.25 * (9 + 16 + 1 + 4));
  EXPECT_EQ(dtheta, Vector((Vector(kSize) << 2.5, -1, 1, 1, 1.5, 0, 1).finished()));
  dtheta.setOnes();
  EXPECT_DOUBLE_EQ(AddL1Penalty(0.5, kWeights, theta, dtheta), 0.5 * (3 + 4 + 1 + 2));
  EXPECT_EQ(dtheta, Vector((Vector(kSize) << 1.5, 0.5, 1, 1, 1.5, 0.5, 1).finished()));
}

TEST(ShrinkL1, MovesTowardsZeroAndStopsThere) {
  Vector theta = (Vector(kSize) << 3, -4, 0.1, 0.5, 0.25, -0.25, -0.1).finished();
  ShrinkL1(0.5, kWeights, theta);
  EXPECT_EQ(theta, Vector((Vector(kSize) << 2.5, -3.5, 0.1, 0, 0, 0, -0.1).finished()));
}

// A linear unit a = w . x without bias, by the loss 1/2 sum_j (a_j - y_j)^2: value, and dL/dw.
double HalfSquares(const Matrix& X, const RowVector& y, const Vector& w, Vector& dw) {
  RowVector da(y.size());
  const double loss = FindLoss("half_squared_error").evaluate(Matrix(w.transpose() * X), y, 1, da);
  dw = X * da.transpose();
  return loss;
}

TEST(Penalty, L2MakesRidgeRegressionStationaryAtItsSolution) {
  constexpr double kLambda = 0.7;
  const Matrix X = test::RandomMatrix(4, 30, 1);
  const RowVector y = test::RandomRow(30, 2);
  const Vector ridge =
      (X * X.transpose() + kLambda * Matrix::Identity(4, 4)).ldlt().solve(X * y.transpose());
  const std::array<ParameterRange, 1> all = {{{0, 4}}};
  Vector dw;
  HalfSquares(X, y, ridge, dw);
  EXPECT_GT(dw.norm(), 0.01);  // without the penalty it is not
  AddL2Penalty(kLambda, all, ridge, dw);
  EXPECT_LT(dw.norm(), 1e-12);
}

// Rows of X orthonormal: the lasso is the soft threshold of the least-squares solution X y^T.
TEST(ShrinkL1, SolvesTheLassoWithZerosThatAreExact) {
  constexpr int kInputs = 6, kExamples = 20;
  constexpr double kLambda = 0.5, kRate = 0.5;
  const Matrix X =
      Matrix(Matrix(test::RandomMatrix(kExamples, kInputs, 1)).householderQr().householderQ() *
             Matrix::Identity(kExamples, kInputs))
          .transpose();
  Vector truth = (Vector(kInputs) << 2, 0, -3, 0, 0, 1).finished();
  const RowVector y = truth.transpose() * X + 0.1 * test::RandomRow(kExamples, 2);

  const std::array<ParameterRange, 1> all = {{{0, kInputs}}};
  Vector w = test::RandomVector(kInputs, 3), dw;
  for (int step = 0; step < 100; ++step) {
    HalfSquares(X, y, w, dw);
    w -= kRate * dw;
    ShrinkL1(kRate * kLambda, all, w);
  }
  const Vector least_squares = X * y.transpose();
  for (int i = 0; i < kInputs; ++i) {
    EXPECT_EQ(w[i] == 0, truth[i] == 0) << i;
    const double size = std::max(std::abs(least_squares[i]) - kLambda, 0.0);
    EXPECT_NEAR(w[i], std::copysign(size, least_squares[i]), 1e-12) << i;
  }
}

}  // namespace
}  // namespace doggo::agent
