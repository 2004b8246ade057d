// Dense layer: z = W x + b, one column per example.
//   z_j = b_j + sum over i of W_ji x_i
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

struct DenseShape {
  int in = 0, out = 0;
  int num_parameters() const { return out * in + out; }  // theta = [W row by row, b]
};

// x (in x n), z (out x n).
void DenseForward(const DenseShape& shape, const ConstVectorRef& theta, const ConstMatrixRef& x,
                  MatrixRef z);

//   dL/dW = dL/dz x^T,   dL/db = sum over examples of dL/dz,   dL/dx = W^T dL/dz
// The first two are added into dtheta, the last is written to dx unless that is null.
void DenseBackward(const DenseShape& shape, const ConstVectorRef& theta, const ConstMatrixRef& x,
                   const ConstMatrixRef& dz, MatrixRef* dx, VectorRef dtheta);

// Forward mode, along the direction dtheta = [V, v] of the parameters and dx of the inputs (null:
// 0):
//   dz = V x + v + W dx
void DenseTangent(const DenseShape& shape, const ConstVectorRef& theta,
                  const ConstVectorRef& dtheta, const ConstMatrixRef& x, const ConstMatrixRef* dx,
                  MatrixRef dz);

}  // namespace doggo::agent
