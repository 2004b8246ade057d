// Activation functions y = phi(z), element by element, with derivatives written in terms of y: so
// the backward pass needs no copy of z.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

struct Activation {
  std::string_view name;
  void (*forward)(MatrixRef y);  // in: z, out: y = phi(z)
  void (*backward)(const ConstMatrixRef& y,
                   MatrixRef dy);  // in: dL/dy, out: dL/dz = dL/dy * phi'(z)
  double gain;  // what weights of variance 1 / fan_in are multiplied by so that the signal keeps
                // its size (He et al. 2015; LeCun et al. 1998)
};

// identity, elu, tanh, relu, sigmoid. Adding one is a pair of functions and a row in activation.cc.
std::span<const Activation> Activations();

std::vector<std::string> ActivationNames();

// Throws std::invalid_argument naming the known ones.
const Activation& FindActivation(std::string_view name);

}  // namespace doggo::agent
