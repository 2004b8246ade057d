// Dropout (Srivastava et al. 2014), inverted: in training each number is left out with probability
// p (setting 0) and the others are divided by 1 - p, so that evaluation is the identity.
#pragma once

#include "agent/nn/layer.h"

namespace doggo::agent {

LayerSizes DropoutSizes(int in, int out, int capacity);
void DropoutForward(const LayerPass& pass, const ConstVectorRef& statistics, Random random,
                    const ConstMatrixRef& x, MatrixRef y);
void DropoutBackward(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef& y,
                     const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta);

}  // namespace doggo::agent
