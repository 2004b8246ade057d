// A network: a list of layers over one flat parameter vector theta. It is only a shape;
// y = f(theta, x).
#pragma once

#include <string>
#include <vector>

#include "agent/nn/layer.h"
#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

// What a forward pass leaves for the backward pass. Allocated once by Network::MakeTape; one per
// thread. Layers that work in place share a slot with the layer before them.
struct Tape {
  std::vector<Matrix> output;    // of every slot, (width x capacity)
  std::vector<Matrix> gradient;  // dL/d(output) of every slot, (width x capacity)
  std::vector<Vector> kept;      // of every layer: what else its backward pass needs
  int examples = 0;              // in the last forward pass
  bool training = false;         // what it was
};

class Network {
 public:
  Network() = default;

  // Layers as texts (layer.h): {"dense 64", "tanh", "dense 3"}. Throws std::invalid_argument naming
  // the layer that is wrong.
  Network(int num_inputs, const std::vector<std::string>& layers);

  // A multilayer perceptron. widths: input, hidden..., output; `activation` after every dense layer
  // but the last. Throws std::invalid_argument on fewer than two widths or a width under 1.
  Network(const std::vector<int>& widths, std::string_view activation);

  int num_inputs() const { return num_inputs_; }
  int num_outputs() const { return layers_.empty() ? num_inputs_ : layers_.back().out; }
  int num_parameters() const;
  int num_statistics() const;
  const std::vector<Layer>& layers() const { return layers_; }
  std::vector<std::string> texts() const;  // of the layers, as the constructor takes them
  // The weights of the dense layers: what penalties and weight decay are for.
  std::vector<ParameterRange> weights() const;

  // Weights as `initialization` says, in the order of theta, with the numbers of `random`;
  // biases 0; normalisations the identity.
  void Initialize(const Initialization& initialization, Random random, VectorRef theta) const;
  // Running statistics before the first batch: mean 0, variance 1.
  Vector InitialStatistics() const;

  Tape MakeTape(int capacity) const;

  // x (num_inputs x n), n <= capacity. The result, (num_outputs x n), lives in the tape until the
  // next pass. statistics: num_statistics() numbers.
  Eigen::Ref<const Matrix> Forward(const ConstVectorRef& theta, const ConstVectorRef& statistics,
                                   const ConstMatrixRef& x, const Mode& mode, Tape& tape) const;
  // The same in evaluation, of a network without statistics.
  Eigen::Ref<const Matrix> Forward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                                   Tape& tape) const;

  // After Forward(theta, ..., x, ..., tape): from dy = dL/dy adds dL/dtheta into dtheta, and writes
  // dL/dx to dx unless null. Allocates nothing.
  void Backward(const ConstVectorRef& theta, const ConstMatrixRef& x, const ConstMatrixRef& dy,
                Tape& tape, VectorRef dtheta, MatrixRef* dx = nullptr) const;

  // Forward mode: after Forward(theta, ..., x, ..., tape) in evaluation, the derivative of y along
  // the direction dtheta, J dtheta, (num_outputs x n). It lives in the tape's gradients until the
  // next pass of any kind. Only of networks whose layers all know it (has_tangent): dense,
  // activations. Allocates nothing.
  Eigen::Ref<const Matrix> Tangent(const ConstVectorRef& theta, const ConstVectorRef& dtheta,
                                   const ConstMatrixRef& x, Tape& tape) const;
  bool has_tangent() const;

  // After a training pass: what the batch was like becomes part of the running statistics.
  void UpdateStatistics(const Tape& tape, VectorRef statistics) const;

 private:
  int num_inputs_ = 0;
  std::vector<Layer> layers_;
  std::vector<int> slots_;  // of every layer, in the tape
};

}  // namespace doggo::agent
