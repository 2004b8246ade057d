// Clipping a gradient by its Euclidean norm (Pascanu, Mikolov, Bengio 2013, algorithm 1).
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

// Scales `gradient` to the length max_norm where it is longer; returns the length before. A norm
// that is not finite leaves the gradient as it is.
Real ClipGradientNorm(Real max_norm, VectorRef gradient);

}  // namespace doggo::agent
