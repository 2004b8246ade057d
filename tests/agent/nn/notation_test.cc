// Chapter 1 of the survey, in the types that this library is written in: what its signs mean here.
#include <gtest/gtest.h>

#include <unsupported/Eigen/KroneckerProduct>

#include "agent/nn/network.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

Matrix TwoByTwo(double a, double b, double c, double d) {
  return (Matrix(2, 2) << a, b, c, d).finished();
}

// Eq. 1.2; of 1.4 the printed result. A division by 0 is that of IEEE 754, infinite or no number.
TEST(Notation, ElementwiseProductAndQuotientGiveThePrintedResults) {
  EXPECT_EQ(Matrix(TwoByTwo(1, 2, -3, 4).cwiseProduct(TwoByTwo(5, -6, -7, 8))),
            TwoByTwo(5, -12, 21, 32));
  EXPECT_EQ(Matrix(TwoByTwo(12, 6, -8, 6).cwiseQuotient(TwoByTwo(3, -2, -2, -3))),
            TwoByTwo(4, -3, 4, -2));
}

// Eq. 1.5: (A x B)(C x D) = (AC) x (BD).
TEST(Notation, KroneckerProductsMultiplyFactorByFactor) {
  const Matrix A = test::RandomMatrix(2, 3, 1), B = test::RandomMatrix(4, 2, 2),
               C = test::RandomMatrix(3, 2, 3), D = test::RandomMatrix(2, 5, 4);
  const Matrix left = Eigen::kroneckerProduct(A, B).eval() * Eigen::kroneckerProduct(C, D).eval();
  const Matrix right = Eigen::kroneckerProduct(Matrix(A * C), Matrix(B * D));
  EXPECT_EQ(left.rows(), 2 * 4);
  EXPECT_EQ(left.cols(), 2 * 5);
  EXPECT_TRUE(left.isApprox(right, 1e-12));
}

// Fig. 2.2, and eq. 2.3: theta = [W row by row, b] of one layer after the other.
TEST(Notation, TheNetworkOfThreeFourTwoHasTwentySixParameters) {
  const Network network({3, 4, 2}, "sigmoid");
  EXPECT_EQ(network.num_parameters(), 26);
  Vector theta = Vector::Zero(26);
  theta[3 * 2 + 1] = 5;  // W[2][1] of the first layer: from input 1 to unit 2
  theta[12 + 2] = -1;    // its bias
  theta[16 + 4 * 1 + 2] = 1;
  Tape tape = network.MakeTape(1);
  const Vector x = (Vector(3) << 9, 0.4, 9).finished();
  const Matrix y = network.Forward(theta, x, tape);
  EXPECT_EQ(y(0, 0), 0);
  EXPECT_NEAR(y(1, 0), 1 / (1 + std::exp(-(5 * 0.4 - 1))), 1e-15);
}

}  // namespace
}  // namespace doggo::agent
