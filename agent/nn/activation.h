// Activation functions y = phi(z), element by element (softmax and log_softmax: column by column),
// with derivatives written in terms of y: so the backward pass needs no copy of z.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

struct Activation {
  std::string_view name;
  // In place: z becomes y = phi(z).
  void (*forward)(MatrixRef y);
  // In place: dL/dy becomes dL/dz = dL/dy * phi'(z) (softmax: J^T dL/dy, J the Jacobian).
  void (*backward)(const ConstMatrixRef& y, MatrixRef dy);
  // What weights of variance 1 / fan_in are multiplied by so that the signal keeps its size.
  double gain;
  // In place: dz becomes J dz, the derivative along a direction. Null: as backward, since J = J^T.
  void (*tangent)(const ConstMatrixRef& y, MatrixRef dz) = nullptr;
};

// identity, elu, tanh, relu, leaky_relu, sigmoid, softsign, softmax, log_softmax. Adding one is a
// pair of functions and a row in activation.cc.
std::span<const Activation> Activations();

std::vector<std::string> ActivationNames();

// Throws std::invalid_argument naming the known ones.
const Activation& FindActivation(std::string_view name);

}  // namespace doggo::agent
