// What is analysed: a scalar function of the parameters, be it the loss of a network, of a policy
// or a toy surface.
#pragma once

#include <functional>

#include "agent/nn/real.h"

namespace doggo::agent {

// Returns L(theta) and writes dL/dtheta unless that is null; it is handed over with theta's size.
// Deterministic: the same theta gives the same numbers, so the batch is fixed and a network runs in
// evaluation (no dropout, no statistics of the batch). Everything here relies on differences.
using Objective = std::function<Real(const ConstVectorRef& theta, Vector* gradient)>;

}  // namespace doggo::agent
