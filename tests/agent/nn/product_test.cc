#include "agent/nn/product.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

StridedMatrix View(const Matrix& M) {
  return {M.data(), M.rows(), M.cols(), AnyStride(M.outerStride(), 1)};
}
StridedMatrix TransposedView(const Matrix& M) {
  return {M.data(), M.cols(), M.rows(), AnyStride(1, M.outerStride())};
}

// Sizes around those that the code cuts at: registers, blocks of 6 columns, panels of A.
TEST(Product, EqualsThreeLoopsAtEverySize) {
  for (Eigen::Index rows : {1, 3, 4, 7, 8, 9, 16, 17, 33}) {
    for (Eigen::Index depth : {1, 2, 31, 300, 600}) {
      for (Eigen::Index columns : {1, 2, 5, 6, 7, 12, 13, 64}) {
        const Matrix A = test::RandomMatrix(rows, depth, 1),
                     B = test::RandomMatrix(depth, columns, 2);
        Matrix C = Matrix::Constant(rows, columns, kNan);
        Multiply(View(A), View(B), nullptr, 0, C);
        for (Eigen::Index i = 0; i < rows; ++i) {
          for (Eigen::Index j = 0; j < columns; ++j) {
            double sum = 0;
            for (Eigen::Index k = 0; k < depth; ++k) sum += A(i, k) * B(k, j);
            // each of the `depth` additions rounds a sum of order sqrt(depth)
            ASSERT_NEAR(C(i, j), sum, 1e-12) << rows << " " << depth << " " << columns;
          }
        }
      }
    }
  }
}

// Odd sizes, every orientation, and parts of larger matrices.
TEST(Product, EqualsThreeLoopsAtRandomSizesUpTo70) {
  for (uint64_t trial = 0; trial < 600; ++trial) {
    const auto size = [&](uint64_t which) {
      return static_cast<Eigen::Index>((trial * 7919 + which * 104729 + trial * trial * which) %
                                       70) +
             1;
    };
    const Eigen::Index rows = size(1), depth = size(2), columns = size(3);
    const bool turn_a = trial & 1, turn_b = trial & 2, add = trial & 4;
    const Eigen::Index margin = trial % 5;
    const Matrix A =
        test::RandomMatrix((turn_a ? depth : rows) + margin, turn_a ? rows : depth, trial);
    const Matrix B = test::RandomMatrix((turn_b ? columns : depth) + margin,
                                        turn_b ? depth : columns, trial + 1);
    const auto part = [](const Matrix& M, bool turned, Eigen::Index r, Eigen::Index c) {
      return turned ? StridedMatrix(M.data(), r, c, AnyStride(1, M.outerStride()))
                    : StridedMatrix(M.data(), r, c, AnyStride(M.outerStride(), 1));
    };
    Matrix C = test::RandomMatrix(rows, columns, trial + 2);
    const Matrix before = add ? C : Matrix::Zero(rows, columns);
    Multiply(part(A, turn_a, rows, depth), part(B, turn_b, depth, columns),
             add ? C.data() : nullptr, C.outerStride(), C);
    for (Eigen::Index i = 0; i < rows; ++i) {
      for (Eigen::Index j = 0; j < columns; ++j) {
        double sum = before(i, j);
        for (Eigen::Index k = 0; k < depth; ++k)
          sum += (turn_a ? A(k, i) : A(i, k)) * (turn_b ? B(j, k) : B(k, j));
        ASSERT_NEAR(C(i, j), sum, 1e-12) << rows << " " << depth << " " << columns;
      }
    }
  }
}

TEST(Product, TakesTransposedOperands) {
  const Matrix A = test::RandomMatrix(21, 19, 1), B = test::RandomMatrix(19, 14, 2);
  const Matrix A_T = A.transpose(), B_T = B.transpose();
  Matrix expected(21, 14), C = Matrix::Constant(21, 14, kNan);
  Multiply(View(A), View(B), nullptr, 0, expected);
  Multiply(TransposedView(A_T), View(B), nullptr, 0, C);
  EXPECT_EQ(C, expected);
  C.setConstant(kNan);
  Multiply(View(A), TransposedView(B_T), nullptr, 0, C);
  EXPECT_EQ(C, expected);
}

TEST(Product, StartsFromOneColumnForAllOrFromTheResult) {
  const Matrix A = test::RandomMatrix(11, 300, 1), B = test::RandomMatrix(300, 8, 2);
  const Vector b = test::RandomVector(11, 3);
  const Matrix AB = A * B;
  Matrix C = Matrix::Constant(11, 8, kNan);
  Multiply(View(A), View(B), b.data(), 0, C);
  EXPECT_TRUE(C.isApprox(AB.colwise() + b, 1e-12));
  Multiply(View(A), View(B), C.data(), C.outerStride(), C);
  EXPECT_TRUE(C.isApprox((2 * AB).colwise() + b, 1e-12));
}

TEST(Product, WritesNothingBesideItsPart) {
  const Matrix A = test::RandomMatrix(10, 5, 1), B = test::RandomMatrix(5, 7, 2);
  Matrix C = Matrix::Constant(14, 9, 42);
  Multiply(View(A), View(B), nullptr, 0, C.block(2, 1, 10, 7));
  EXPECT_TRUE(C.block(2, 1, 10, 7).isApprox(A * B, 1e-12));
  C.block(2, 1, 10, 7).setConstant(42);
  EXPECT_TRUE((C.array() == 42).all());
}

TEST(Product, RowsAndWeightedColumnsEqualTheLoopsAtEverySize) {
  for (Eigen::Index depth : {1, 3, 4, 8, 31, 64, 70, 300}) {
    for (Eigen::Index columns : {1, 2, 7, 8, 9, 40}) {
      const Matrix a = test::RandomMatrix(1, depth, 1), B = test::RandomMatrix(depth, columns, 2);
      const Matrix b = test::RandomMatrix(1, columns, 3);
      Matrix row = Matrix::Constant(1, columns, kNan);
      MultiplyRow(a.data(), B, 0.5, row);
      Vector sum = test::RandomVector(static_cast<int>(depth), 4);
      const Vector before = sum;
      AddWeightedColumns(B, b, sum.data());
      for (Eigen::Index j = 0; j < columns; ++j) {
        double expected = 0.5;
        for (Eigen::Index k = 0; k < depth; ++k) expected += a(0, k) * B(k, j);
        ASSERT_NEAR(row(0, j), expected, 1e-12) << depth << " " << columns;
      }
      for (Eigen::Index k = 0; k < depth; ++k) {
        double expected = before[k];
        for (Eigen::Index j = 0; j < columns; ++j) expected += B(k, j) * b(0, j);
        ASSERT_NEAR(sum[k], expected, 1e-12) << depth << " " << columns;
      }
    }
  }
}

TEST(Product, AnElementOfARowDoesNotDependOnItsNeighbours) {
  const Matrix a = test::RandomMatrix(1, 67, 1), B = test::RandomMatrix(67, 21, 2);
  Matrix whole(1, 21), one(1, 1);
  MultiplyRow(a.data(), B, 0, whole);
  for (Eigen::Index j = 0; j < 21; ++j) {
    MultiplyRow(a.data(), B.col(j), 0, one);
    EXPECT_EQ(one(0, 0), whole(0, j)) << j;
  }
}

// To the bit: results do not depend on how examples are cut into tiles.
TEST(Product, ColumnDoesNotDependOnItsNeighbours) {
  const Matrix A = test::RandomMatrix(20, 64, 1), B = test::RandomMatrix(64, 50, 2);
  Matrix whole(20, 50), part(20, 50);
  Multiply(View(A), View(B), nullptr, 0, whole);
  for (Eigen::Index begin : {0, 1, 8, 21}) {
    const Eigen::Index n = 50 - begin;
    const Matrix B_n = B.rightCols(n);
    Multiply(View(A), View(B_n), nullptr, 0, part.leftCols(n));
    EXPECT_EQ(part.leftCols(n), whole.rightCols(n));
  }
}

TEST(Product, SumInPiecesEqualsSumAtOnceToTheBit) {
  const Matrix A = test::RandomMatrix(20, 64, 1), B = test::RandomMatrix(64, 9, 2);
  Matrix whole(20, 9), pieces = Matrix::Zero(20, 9);
  Multiply(View(A), View(B), nullptr, 0, whole);
  for (Eigen::Index k = 0; k < 64; k += 16) {
    const Matrix A_k = A.middleCols(k, 16), B_k = B.middleRows(k, 16);
    Multiply(View(A_k), View(B_k), pieces.data(), 20, pieces);
  }
  EXPECT_EQ(pieces, whole);
}

}  // namespace
}  // namespace doggo::agent
