#include "agent/nn/dense.h"

#include <cassert>

#include "agent/nn/product.h"

namespace doggo::agent {
namespace {

StridedMatrix View(const ConstMatrixRef& x) {
  return {x.data(), x.rows(), x.cols(), AnyStride(x.outerStride(), 1)};
}
StridedMatrix Transposed(const ConstMatrixRef& x) {
  return {x.data(), x.cols(), x.rows(), AnyStride(1, x.outerStride())};
}

// W lies row by row, so its transpose lies column by column.
Eigen::Map<const Matrix> WeightTransposed(const DenseShape& s, const ConstVectorRef& theta) {
  return {theta.data(), s.in, s.out};
}
Eigen::Map<Matrix> WeightTransposed(const DenseShape& s, VectorRef& theta) {
  return {theta.data(), s.in, s.out};
}

}  // namespace

void DenseForward(const DenseShape& shape, const ConstVectorRef& theta, const ConstMatrixRef& x,
                  MatrixRef z) {
  assert(theta.size() == shape.num_parameters() && x.rows() == shape.in && z.rows() == shape.out &&
         z.cols() == x.cols());
  const Real* b = theta.data() + shape.in * shape.out;
  if (shape.out == 1) return MultiplyRow(theta.data(), x, *b, z);
  Multiply(Transposed(WeightTransposed(shape, theta)), View(x), b, 0, z);
}

void DenseBackward(const DenseShape& shape, const ConstVectorRef& theta, const ConstMatrixRef& x,
                   const ConstMatrixRef& dz, MatrixRef* dx, VectorRef dtheta) {
  assert(dtheta.size() == shape.num_parameters() && dz.rows() == shape.out &&
         dz.cols() == x.cols());
  // dW^T += x dz^T
  auto dW_T = WeightTransposed(shape, dtheta);
  if (shape.out == 1)
    AddWeightedColumns(x, dz, dW_T.data());
  else
    Multiply(View(x), Transposed(dz), dW_T.data(), shape.in, dW_T);
  for (Eigen::Index i = 0; i < dz.cols(); ++i) dtheta.tail(shape.out) += dz.col(i);
  // dx = W^T dz
  if (dx == nullptr) return;
  if (shape.out == 1) {
    for (Eigen::Index i = 0; i < dz.cols(); ++i) dx->col(i) = theta.head(shape.in) * dz(0, i);
  } else {
    Multiply(View(WeightTransposed(shape, theta)), View(dz), nullptr, 0, *dx);
  }
}

void DenseTangent(const DenseShape& shape, const ConstVectorRef& theta,
                  const ConstVectorRef& dtheta, const ConstMatrixRef& x, const ConstMatrixRef* dx,
                  MatrixRef dz) {
  DenseForward(shape, dtheta, x, dz);
  if (dx == nullptr) return;
  if (shape.out > 1) {
    const auto W = Transposed(WeightTransposed(shape, theta));
    return Multiply(W, View(*dx), dz.data(), dz.outerStride(), dz);
  }
  for (Eigen::Index i = 0; i < dz.cols(); ++i)
    for (Eigen::Index k = 0; k < shape.in; ++k) dz(0, i) += theta[k] * (*dx)(k, i);
}

}  // namespace doggo::agent
