#include "agent/nn/network.h"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>

namespace doggo::agent {
namespace {

std::vector<std::string> PerceptronLayers(const std::vector<int>& widths,
                                          std::string_view activation) {
  if (widths.size() < 2) {
    throw std::invalid_argument(fmt::format(
        "a network needs an input and an output width, got {} width(s)", widths.size()));
  }
  FindActivation(activation);
  std::vector<std::string> layers;
  for (size_t l = 1; l < widths.size(); ++l) {
    layers.push_back(fmt::format("dense {}", widths[l]));
    if (l + 1 < widths.size()) layers.emplace_back(activation);
  }
  return layers;
}

template <typename V>
auto Part(const ParameterRange& range, V& v) {
  return v.segment(range.begin, range.size);
}

}  // namespace

Network::Network(const std::vector<int>& widths, std::string_view activation)
    : Network(widths.empty() ? 0 : widths[0], PerceptronLayers(widths, activation)) {}

Network::Network(int num_inputs, const std::vector<std::string>& layers) : num_inputs_(num_inputs) {
  if (num_inputs < 1 || num_inputs > kMostUnits) {
    throw std::invalid_argument(
        fmt::format("a network needs 1 to {} inputs, got {}", kMostUnits, num_inputs));
  }
  for (const std::string& text : layers) {
    try {
      layers_.push_back(ParseLayer(text, num_outputs()));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(
          fmt::format("layer {} '{}': {}", layers_.size() + 1, text, error.what()));
    }
  }
  // where its numbers lie
  constexpr int kMostParameters = 1 << 30;
  int parameters = 0, statistics = 0;
  for (size_t l = 0; l < layers_.size(); ++l) {
    Layer& layer = layers_[l];
    const LayerSizes sizes = layer.kind->sizes(layer.in, layer.out, /*capacity=*/1);
    layer.parameters = {parameters, sizes.parameters};
    layer.statistics = {statistics, sizes.statistics};
    if (sizes.parameters > kMostParameters - parameters) {
      throw std::invalid_argument(fmt::format("layer {} '{}': the network has too many parameters",
                                              l + 1, LayerText(layer)));
    }
    parameters += sizes.parameters;
    statistics += sizes.statistics;
    const bool shares = l > 0 && layer.kind->in_place && !layers_[l - 1].kind->needs_output;
    slots_.push_back(l == 0 ? 0 : slots_[l - 1] + !shares);
  }
}

int Network::num_parameters() const {
  return layers_.empty() ? 0 : layers_.back().parameters.begin + layers_.back().parameters.size;
}
int Network::num_statistics() const {
  return layers_.empty() ? 0 : layers_.back().statistics.begin + layers_.back().statistics.size;
}

std::vector<std::string> Network::texts() const {
  std::vector<std::string> texts;
  for (const Layer& layer : layers_) texts.push_back(LayerText(layer));
  return texts;
}

std::vector<ParameterRange> Network::weights() const {
  std::vector<ParameterRange> weights;
  for (const Layer& layer : layers_)
    if (layer.kind->sets_width) weights.push_back({layer.parameters.begin, layer.in * layer.out});
  return weights;
}

void Network::Initialize(const Initialization& initialization, Random random,
                         VectorRef theta) const {
  assert(theta.size() == num_parameters());
  const Layer* last_dense = nullptr;
  for (const Layer& layer : layers_)
    if (layer.kind->sets_width) last_dense = &layer;
  for (const Layer& layer : layers_) {
    if (layer.kind->initialize == nullptr) continue;
    const double scale = &layer == last_dense ? initialization.last_layer_scale : 1;
    layer.kind->initialize(layer, initialization, scale, random, Part(layer.parameters, theta));
  }
}

Vector Network::InitialStatistics() const {
  Vector statistics = Vector::Zero(num_statistics());
  for (const Layer& layer : layers_)
    Part(layer.statistics, statistics).tail(layer.statistics.size / 2).setOnes();
  return statistics;
}

Tape Network::MakeTape(int capacity) const {
  Tape tape;
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    tape.kept.push_back(Vector::Zero(layer.kind->sizes(layer.in, layer.out, capacity).kept));
    if (l > 0 && slots_[l] == slots_[l - 1]) continue;
    tape.output.push_back(Matrix::Zero(layer.out, capacity));
    tape.gradient.push_back(Matrix::Zero(layer.out, capacity));
  }
  return tape;
}

Eigen::Ref<const Matrix> Network::Forward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                                          Tape& tape) const {
  assert(num_statistics() == 0);
  return Forward(theta, Vector(), x, Mode{}, tape);
}

Eigen::Ref<const Matrix> Network::Forward(const ConstVectorRef& theta,
                                          const ConstVectorRef& statistics, const ConstMatrixRef& x,
                                          const Mode& mode, Tape& tape) const {
  assert(!layers_.empty() && x.rows() == num_inputs_ && x.cols() <= tape.output.back().cols() &&
         theta.size() == num_parameters() && statistics.size() == num_statistics());
  const Eigen::Index n = x.cols();
  tape.examples = static_cast<int>(n);
  tape.training = mode.training;
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    layer.kind->forward({layer, Part(layer.parameters, theta), tape.kept[l], mode.training},
                        Part(layer.statistics, statistics),
                        Random(mode.seed, Stream::kDropout, static_cast<uint32_t>(l), mode.step),
                        l == 0 ? x : ConstMatrixRef(tape.output[slots_[l - 1]].leftCols(n)),
                        tape.output[slots_[l]].leftCols(n));
  }
  return tape.output.back().leftCols(n);
}

void Network::Backward(const ConstVectorRef& theta, const ConstMatrixRef& x,
                       const ConstMatrixRef& dy, Tape& tape, VectorRef dtheta,
                       MatrixRef* dx) const {
  const Eigen::Index n = x.cols();
  assert(n == tape.examples && dy.rows() == num_outputs() && dy.cols() == n &&
         dtheta.size() == num_parameters());
  for (size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    const bool is_last = l + 1 == layers_.size();
    const ConstMatrixRef dy_l = is_last ? dy : ConstMatrixRef(tape.gradient[slots_[l]].leftCols(n));
    const ConstMatrixRef y = tape.output[slots_[l]].leftCols(n);
    const LayerPass pass = {layer, Part(layer.parameters, theta), tape.kept[l], tape.training};
    if (l == 0) {
      layer.kind->backward(pass, x, y, dy_l, dx, Part(layer.parameters, dtheta));
    } else {
      MatrixRef dx_l = tape.gradient[slots_[l - 1]].leftCols(n);
      layer.kind->backward(pass, tape.output[slots_[l - 1]].leftCols(n), y, dy_l, &dx_l,
                           Part(layer.parameters, dtheta));
    }
  }
}

bool Network::has_tangent() const {
  for (const Layer& layer : layers_)
    if (layer.kind->tangent == nullptr) return false;
  return true;
}

Eigen::Ref<const Matrix> Network::Tangent(const ConstVectorRef& theta, const ConstVectorRef& dtheta,
                                          const ConstMatrixRef& x, Tape& tape) const {
  const Eigen::Index n = x.cols();
  assert(has_tangent() && n == tape.examples && dtheta.size() == num_parameters());
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const LayerPass pass = {layer, Part(layer.parameters, theta), tape.kept[l], tape.training};
    const ConstMatrixRef y = tape.output[slots_[l]].leftCols(n);
    MatrixRef dy = tape.gradient[slots_[l]].leftCols(n);
    const ConstVectorRef direction = Part(layer.parameters, dtheta);
    if (l == 0) {
      layer.kind->tangent(pass, direction, x, y, nullptr, dy);
    } else {
      const ConstMatrixRef dx = tape.gradient[slots_[l - 1]].leftCols(n);
      layer.kind->tangent(pass, direction, tape.output[slots_[l - 1]].leftCols(n), y, &dx, dy);
    }
  }
  return tape.gradient.back().leftCols(n);
}

void Network::UpdateStatistics(const Tape& tape, VectorRef statistics) const {
  assert(tape.training && statistics.size() == num_statistics());
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    if (layer.kind->update_statistics == nullptr) continue;
    layer.kind->update_statistics(layer, tape.kept[l], tape.examples,
                                  Part(layer.statistics, statistics));
  }
}

}  // namespace doggo::agent
