#include "agent/nn/network.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <stdexcept>

namespace doggo::agent {
namespace {

ConstVectorRef Parameters(const Network::Layer& layer, const ConstVectorRef& theta) {
  return theta.segment(layer.offset, layer.shape.num_parameters());
}
VectorRef Parameters(const Network::Layer& layer, VectorRef& theta) {
  return theta.segment(layer.offset, layer.shape.num_parameters());
}

}  // namespace

Network::Network(const std::vector<int>& widths, std::string_view activation) {
  if (widths.size() < 2) {
    throw std::invalid_argument(fmt::format(
        "a network needs an input and an output width, got {} width(s)", widths.size()));
  }
  for (int width : widths) {
    if (width < 1) {
      throw std::invalid_argument(
          fmt::format("a layer of a network needs at least 1 unit, got {}", width));
    }
  }
  const Activation& hidden = FindActivation(activation);
  const Activation& linear = FindActivation("identity");
  int offset = 0;
  for (size_t l = 0; l + 1 < widths.size(); ++l) {
    const bool is_last = l + 2 == widths.size();
    layers_.push_back({.shape = {.in = widths[l], .out = widths[l + 1]},
                       .activation = is_last ? &linear : &hidden,
                       .offset = offset});
    offset += layers_.back().shape.num_parameters();
  }
  activation_ = &hidden;
}

int Network::num_inputs() const { return layers_.empty() ? 0 : layers_.front().shape.in; }
int Network::num_outputs() const { return layers_.empty() ? 0 : layers_.back().shape.out; }
int Network::num_parameters() const {
  return layers_.empty() ? 0 : layers_.back().offset + layers_.back().shape.num_parameters();
}

std::vector<int> Network::widths() const {
  std::vector<int> widths;
  if (!layers_.empty()) widths.push_back(num_inputs());
  for (const Layer& layer : layers_) widths.push_back(layer.shape.out);
  return widths;
}

std::string_view Network::activation() const {
  return activation_ == nullptr ? "identity" : activation_->name;
}

void Network::Initialize(double weight_gain, double last_layer_scale, Random random,
                         VectorRef theta) const {
  assert(theta.size() == num_parameters());
  for (const Layer& layer : layers_) {
    const double scale = &layer == &layers_.back() ? last_layer_scale : 1.0;
    const double std = scale * weight_gain / std::sqrt(layer.shape.in);
    VectorRef parameters = Parameters(layer, theta);
    parameters.setZero();
    for (int i = 0; i < layer.shape.in * layer.shape.out; ++i) {
      parameters[i] = static_cast<Real>(std * random.Normal());
    }
  }
}

Tape Network::MakeTape(int capacity) const {
  Tape tape;
  for (const Layer& layer : layers_) {
    tape.output.push_back(Matrix::Zero(layer.shape.out, capacity));
    tape.gradient.push_back(Matrix::Zero(layer.shape.out, capacity));
  }
  return tape;
}

Eigen::Ref<const Matrix> Network::Forward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                                          Tape& tape) const {
  assert(!layers_.empty() && x.cols() <= tape.output.back().cols());
  const Eigen::Index n = x.cols();
  for (size_t l = 0; l < layers_.size(); ++l) {
    MatrixRef y = tape.output[l].leftCols(n);
    DenseForward(layers_[l].shape, Parameters(layers_[l], theta),
                 l == 0 ? x : ConstMatrixRef(tape.output[l - 1].leftCols(n)), y);
    layers_[l].activation->forward(y);
  }
  return tape.output.back().leftCols(n);
}

void Network::Backward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                       const ConstMatrixRef& dy, Tape& tape, VectorRef dtheta,
                       MatrixRef* dx) const {
  const Eigen::Index n = x.cols();
  // the last layer is linear: dL/dz = dL/dy
  for (size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    const bool is_last = l + 1 == layers_.size();
    const ConstMatrixRef dz = is_last ? dy : ConstMatrixRef(tape.gradient[l].leftCols(n));
    if (l == 0) {
      DenseBackward(layer.shape, Parameters(layer, theta), x, dz, dx, Parameters(layer, dtheta));
    } else {
      const ConstMatrixRef input = tape.output[l - 1].leftCols(n);
      MatrixRef dinput = tape.gradient[l - 1].leftCols(n);
      DenseBackward(layer.shape, Parameters(layer, theta), input, dz, &dinput,
                    Parameters(layer, dtheta));
      layers_[l - 1].activation->backward(input, dinput);
    }
  }
}

}  // namespace doggo::agent
