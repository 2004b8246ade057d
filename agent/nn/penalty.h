// Penalties on the size of weights. `weights` lists the stretches of theta that are penalised;
// biases, and the scale and shift of a normalisation, are left out of it.
//
// A penalty is added to the loss and goes through the optimiser with its gradient. Under Adam that
// is not weight decay: there the gradient is divided by its own size.
#pragma once

#include <span>

#include "agent/nn/parameter_range.h"
#include "agent/nn/real.h"

namespace doggo::agent {

// Returns lambda2/2 |w|^2, adds lambda2 w to dtheta.
Real AddL2Penalty(Real lambda2, std::span<const ParameterRange> weights,
                  const ConstVectorRef& theta, VectorRef dtheta);

// Returns lambda1 |w|_1, adds the subgradient lambda1 sign(w), 0 at 0. Steps along it cross 0 and
// come back: weights become small, not 0; see ShrinkL1.
Real AddL1Penalty(Real lambda1, std::span<const ParameterRange> weights,
                  const ConstVectorRef& theta, VectorRef dtheta);

// The proximal step of the L1 penalty, after a gradient step on the loss without it, with
// threshold = learning rate * lambda1:  w = sign(w) max(|w| - threshold, 0).  What is under the
// threshold becomes 0 exactly. Daubechies, Defrise, De Mol 2004.
void ShrinkL1(Real threshold, std::span<const ParameterRange> weights, VectorRef theta);

}  // namespace doggo::agent
