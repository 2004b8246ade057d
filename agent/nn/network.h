// A multilayer perceptron: a list of layers over one flat parameter vector theta. The network is
// only a shape; y = f(theta, x).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/nn/activation.h"
#include "agent/nn/dense.h"
#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

// What a forward pass leaves for the backward pass. Allocated once by Network::MakeTape; one per
// thread.
struct Tape {
  std::vector<Matrix> output;    // of every layer, (width x capacity)
  std::vector<Matrix> gradient;  // dL/d(output) of every layer, (width x capacity)
};

class Network {
 public:
  struct Layer {
    DenseShape shape;
    const Activation* activation;
    int offset;  // of its parameters in theta
  };

  Network() = default;
  // widths: input, hidden..., output. Hidden layers use `activation`, the last one is linear.
  // Throws std::invalid_argument on fewer than two widths or a width under 1.
  Network(const std::vector<int>& widths, std::string_view activation);

  int num_inputs() const;
  int num_outputs() const;
  int num_parameters() const;
  const std::vector<Layer>& layers() const { return layers_; }
  std::vector<int> widths() const;
  std::string_view activation() const;  // of the hidden layers

  // Weights N(0, weight_gain^2 / fan_in), biases 0; the last layer's weights times
  // last_layer_scale. A weight_gain of Activation::gain keeps the signal's size from layer to
  // layer. The numbers are those of `random`, in the order of theta.
  void Initialize(double weight_gain, double last_layer_scale, Random random,
                  VectorRef theta) const;

  Tape MakeTape(int capacity) const;

  // x (num_inputs x n), n <= capacity. The result, (num_outputs x n), lives in the tape until the
  // next pass.
  Eigen::Ref<const Matrix> Forward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                                   Tape& tape) const;

  // After Forward(theta, x, tape): from dy = dL/dy adds dL/dtheta into dtheta, and writes dL/dx to
  // dx unless null. Allocates nothing.
  void Backward(const ConstVectorRef& theta, const ConstMatrixRef& x, const ConstMatrixRef& dy,
                Tape& tape, VectorRef dtheta, MatrixRef* dx = nullptr) const;

 private:
  std::vector<Layer> layers_;
  const Activation* activation_ = nullptr;
};

}  // namespace doggo::agent
