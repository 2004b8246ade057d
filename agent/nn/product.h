// The matrix product of the dense layer, for the shapes of a multilayer perceptron: tens to
// hundreds of features, hundreds of examples, one of its sides often narrow. Eigen's own product
// reaches about half of the processor's peak there, this one most of it.
//
// Every element of the result is one chain of (fused, where the processor can) multiply-adds over
// the depth, in index order. So a column of the result depends on the same column of B alone: not
// on how many columns there are, how they are cut into tiles, where they lie in memory, or which
// thread computes them.
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

// A matrix whose rows and columns lie any distance apart: Stride(between columns, between rows).
using AnyStride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using StridedMatrix = Eigen::Map<const Matrix, Eigen::Unaligned, AnyStride>;

// C = C0 + A B.  A (rows x depth), B (depth x columns), C and C0 (rows x columns).
// C0: its columns lie C0_stride apart; stride 0 repeats one column; null is zero; C itself adds
// the product into C. Allocates nothing.
void Multiply(const StridedMatrix& A, const StridedMatrix& B, const Real* C0,
              Eigen::Index C0_stride, MatrixRef C);

// The same for a result of one row, where most of a register would stay empty: C = c0 + a B, a
// (depth), C (1 x columns). Here an element is as many chains as a register has numbers, added up
// at the end, and still depends on its own column alone.
void MultiplyRow(const Real* a, const ConstMatrixRef& B, Real c0, MatrixRef C);
// And for its gradient: c += A b, b (1 x depth), c (rows).
void AddWeightedColumns(const ConstMatrixRef& A, const ConstMatrixRef& b, Real* c);

}  // namespace doggo::agent
