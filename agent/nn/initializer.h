// How the weights of a dense layer are drawn at the start. Biases start at 0.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::agent {

struct Initializer {
  std::string_view name;
  // W_T (in x out): the weights, one column for each unit of the layer, times `gain`.
  void (*fill)(double gain, Random& random, MatrixRef W_T);
  std::string_view source;
};

// lecun_normal, lecun_uniform, he_normal, he_uniform, xavier_normal, xavier_uniform, orthogonal.
std::span<const Initializer> Initializers();
std::vector<std::string> InitializerNames();
// Throws std::invalid_argument naming the known ones.
const Initializer& FindInitializer(std::string_view name);

// Of all dense layers of a network.
struct Initialization {
  std::string weights = "lecun_normal";
  double gain = 1;              // Activation::gain keeps the signal's size (lecun_*, orthogonal)
  double last_layer_scale = 1;  // the last dense layer's weights times this
};

}  // namespace doggo::agent
