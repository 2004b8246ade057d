// Gradients kept from being too long: as a whole, which keeps their direction, or number by number.
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

// Scales `gradient` to the Euclidean length max_norm where it is longer; returns the length before.
// A norm that is not finite leaves the gradient as it is. (Pascanu, Mikolov, Bengio 2013,
// algorithm 1)
Real ClipGradientNorm(Real max_norm, VectorRef gradient);

// Brings every number into [-limit, limit] (Mikolov 2012); returns how many were outside. A NaN
// stays: the trainer shall see it.
int ClipGradientValue(Real limit, VectorRef gradient);

}  // namespace doggo::agent
