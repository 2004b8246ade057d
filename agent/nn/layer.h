// Layers, the parts that a network is a list of. A layer is written as one text, its kind and its
// settings: "dense 64", "elu", "dropout 0.1", "batch_norm". Its parameters lie in the network's
// flat vector, and what a forward pass leaves for the backward pass in the tape: a layer itself is
// only a shape.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nn/activation.h"
#include "agent/nn/initializer.h"
#include "agent/nn/parameter_range.h"
#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

// The widest layer: so that the numbers of one layer can be counted in an int.
inline constexpr int kMostUnits = 32768;

struct LayerKind;

struct Layer {
  const LayerKind* kind = nullptr;
  const Activation* activation = nullptr;  // of the kinds that are one
  int in = 0, out = 0;
  std::array<double, 2> settings = {};
  ParameterRange parameters;  // in the network's theta
  ParameterRange statistics;  // in the network's running statistics
};

// How a forward pass is meant. Training: normalisation by the batch's own statistics, dropout; the
// masks are those of (seed, step).
struct Mode {
  bool training = false;
  uint64_t seed = 0, step = 0;
};

// What a layer is handed in both directions.
struct LayerPass {
  const Layer& layer;
  ConstVectorRef theta;  // its own parameters
  VectorRef kept;        // what its forward pass leaves for the backward pass
  bool training;
};

struct LayerSizes {
  int parameters = 0, statistics = 0;
  int kept = 0;  // numbers, for a batch of the tape's capacity
};

struct LayerSetting {
  std::string_view name;  // "": there is none
  double initial;         // NaN: it must be written
  double min, max;
  bool whole = false;
};

// x (in x n), y (out x n). A backward pass adds into dtheta and writes dx unless that is null.
struct LayerKind {
  std::string_view name;
  std::array<LayerSetting, 2> settings;
  bool sets_width;    // the first setting is the number of outputs; otherwise as many as inputs
  bool in_place;      // x and y may be the same memory, and so dx and dy: backward reads no x
  bool needs_output;  // backward reads y
  LayerSizes (*sizes)(int in, int out, int capacity);
  void (*forward)(const LayerPass&, const ConstVectorRef& statistics, Random random,
                  const ConstMatrixRef& x, MatrixRef y);
  void (*backward)(const LayerPass&, const ConstMatrixRef& x, const ConstMatrixRef& y,
                   const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta);
  // null where they have no parameters, or no statistics
  void (*initialize)(const Layer&, const Initialization&, double scale, Random&, VectorRef theta);
  // From what a training pass over n examples has kept.
  void (*update_statistics)(const Layer&, const ConstVectorRef& kept, int n, VectorRef statistics);
  std::string_view meaning;
  // Forward mode, in evaluation: along the direction dtheta of the parameters and dx of the inputs
  // (null: they stay), writes dy = dy/dtheta dtheta + dy/dx dx. Null where it is not written.
  void (*tangent)(const LayerPass&, const ConstVectorRef& dtheta, const ConstMatrixRef& x,
                  const ConstMatrixRef& y, const ConstMatrixRef* dx, MatrixRef dy) = nullptr;
};

// dense, every activation, dropout, batch_norm, batch_renorm, layer_norm. Adding one is a pair of
// functions and a row in layer.cc.
std::span<const LayerKind> LayerKinds();

// A layer of `in` inputs from its text. Throws std::invalid_argument: what is wrong, in words.
Layer ParseLayer(const std::string& text, int in);
// The text that ParseLayer takes.
std::string LayerText(const Layer& layer);

// For the configuration: what is wrong with a layer's text, "" where nothing is; and the first
// words that there are.
std::string LayerProblem(const std::string& text);
std::vector<std::string> LayerNames();

}  // namespace doggo::agent
