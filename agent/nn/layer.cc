#include "agent/nn/layer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "agent/nn/dense.h"
#include "agent/nn/dropout.h"
#include "agent/nn/normalization.h"

namespace doggo::agent {
namespace {

constexpr double kMustBeWritten = std::numeric_limits<double>::quiet_NaN();

// --- dense

DenseShape Shape(const Layer& layer) { return {.in = layer.in, .out = layer.out}; }

LayerSizes SizesOfDense(int in, int out, int) {
  return {.parameters = DenseShape{in, out}.num_parameters()};
}
void ForwardOfDense(const LayerPass& pass, const ConstVectorRef&, Random, const ConstMatrixRef& x,
                    MatrixRef y) {
  DenseForward(Shape(pass.layer), pass.theta, x, y);
}
void BackwardOfDense(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef&,
                     const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta) {
  DenseBackward(Shape(pass.layer), pass.theta, x, dy, dx, dtheta);
}
void TangentOfDense(const LayerPass& pass, const ConstVectorRef& dtheta, const ConstMatrixRef& x,
                    const ConstMatrixRef&, const ConstMatrixRef* dx, MatrixRef dy) {
  DenseTangent(Shape(pass.layer), pass.theta, dtheta, x, dx, dy);
}
void InitializeDense(const Layer& layer, const Initialization& initialization, double scale,
                     Random& random, VectorRef theta) {
  theta.setZero();
  Eigen::Map<Matrix> W_T(theta.data(), layer.in, layer.out);  // W lies row by row
  FindInitializer(initialization.weights).fill(scale * initialization.gain, random, W_T);
}

// --- activations

LayerSizes SizesOfActivation(int, int, int) { return {}; }
void ForwardOfActivation(const LayerPass& pass, const ConstVectorRef&, Random,
                         const ConstMatrixRef& x, MatrixRef y) {
  if (y.data() != x.data()) y = x;
  pass.layer.activation->forward(y);
}
void BackwardOfActivation(const LayerPass& pass, const ConstMatrixRef&, const ConstMatrixRef& y,
                          const ConstMatrixRef& dy, MatrixRef* dx, VectorRef) {
  if (dx == nullptr) return;
  if (dx->data() != dy.data()) *dx = dy;
  pass.layer.activation->backward(y, *dx);
}

void TangentOfActivation(const LayerPass& pass, const ConstVectorRef&, const ConstMatrixRef&,
                         const ConstMatrixRef& y, const ConstMatrixRef* dx, MatrixRef dy) {
  if (dx == nullptr) {
    dy.setZero();
    return;
  }
  if (dy.data() != dx->data()) dy = *dx;
  const Activation& activation = *pass.layer.activation;
  (activation.tangent != nullptr ? activation.tangent : activation.backward)(y, dy);
}

// --- normalisation

void InitializeScaleAndShift(const Layer& layer, const Initialization&, double, Random&,
                             VectorRef theta) {
  theta.head(layer.in).setOnes();
  theta.tail(layer.in).setZero();
}

constexpr LayerSetting kNone = {"", 0, 0, 0};
constexpr LayerSetting kUnits = {"units", kMustBeWritten, 1, kMostUnits, true};
constexpr LayerSetting kProbability = {"probability", kMustBeWritten, 0, 0.99};
constexpr LayerSetting kShare = {"share", 0.1, 0, 1};  // PyTorch's "momentum"
constexpr LayerSetting kMaxR = {"r_max", 3, 1, 1e3};   // Ioffe 2017, section 4
constexpr LayerSetting kMaxD = {"d_max", 5, 0, 1e3};

// clang-format off
std::vector<LayerKind> MakeKinds() {
  std::vector<LayerKind> kinds = {
    // name, settings, sets_width, in_place, needs_output, sizes, forward, backward, initialize, update_statistics
    {"dense", {kUnits, kNone}, true, false, false, SizesOfDense, ForwardOfDense, BackwardOfDense, InitializeDense, nullptr,
     "W x + b", TangentOfDense},
    {"dropout", {kProbability, kNone}, false, true, false, DropoutSizes, DropoutForward, DropoutBackward, nullptr, nullptr,
     "leaves numbers out at random, in training"},
    {"batch_norm", {kShare, kNone}, false, false, false, BatchNormSizes, BatchNormForward, BatchNormBackward,
     InitializeScaleAndShift, UpdateBatchStatistics, "each feature normalised over the batch"},
    {"batch_renorm", {kMaxR, kMaxD}, false, false, false, BatchNormSizes, BatchRenormForward, BatchNormBackward,
     InitializeScaleAndShift, UpdateBatchStatistics, "as batch_norm, drawn towards the running statistics"},
    {"layer_norm", {kNone, kNone}, false, false, false, LayerNormSizes, LayerNormForward, LayerNormBackward,
     InitializeScaleAndShift, nullptr, "each example normalised over its features"},
  };
  for (const Activation& activation : Activations()) {
    kinds.push_back({activation.name, {kNone, kNone}, false, true, true, SizesOfActivation, ForwardOfActivation,
                     BackwardOfActivation, nullptr, nullptr, "activation", TangentOfActivation});
  }
  return kinds;
}
// clang-format on

const Activation* ActivationOf(const LayerKind& kind) {
  for (const Activation& activation : Activations())
    if (activation.name == kind.name) return &activation;
  return nullptr;
}

double ParseSetting(const LayerSetting& setting, const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end)
    throw std::invalid_argument(fmt::format("'{}' is not a number ({})", text, setting.name));
  if (!(value >= setting.min && value <= setting.max))
    throw std::invalid_argument(fmt::format("{} = {:g} is not within {:g} and {:g}", setting.name,
                                            value, setting.min, setting.max));
  if (setting.whole && std::floor(value) != value)
    throw std::invalid_argument(
        fmt::format("{} = {:g} is not a whole number", setting.name, value));
  return value;
}

}  // namespace

std::span<const LayerKind> LayerKinds() {
  static const std::vector<LayerKind> kinds = MakeKinds();
  return kinds;
}

std::vector<std::string> LayerNames() {
  std::vector<std::string> names;
  for (const LayerKind& kind : LayerKinds()) names.emplace_back(kind.name);
  return names;
}

Layer ParseLayer(const std::string& text, int in) {
  std::istringstream words(text);
  std::string word;
  words >> word;
  Layer layer;
  for (const LayerKind& kind : LayerKinds())
    if (kind.name == word) layer.kind = &kind;
  if (layer.kind == nullptr) {
    throw std::invalid_argument(
        fmt::format("there is no layer '{}' (there are: {})", word, fmt::join(LayerNames(), ", ")));
  }
  for (size_t k = 0; k < layer.settings.size(); ++k) {
    const LayerSetting& setting = layer.kind->settings[k];
    if (setting.name.empty()) break;
    layer.settings[k] = words >> word ? ParseSetting(setting, word) : setting.initial;
    if (std::isnan(layer.settings[k]))
      throw std::invalid_argument(fmt::format("needs its {}, as in '{} {}'", setting.name,
                                              layer.kind->name, setting.whole ? "64" : "0.1"));
  }
  if (words >> word)
    throw std::invalid_argument(fmt::format("'{}' has no setting '{}'", layer.kind->name, word));
  layer.activation = ActivationOf(*layer.kind);
  layer.in = in;
  layer.out = layer.kind->sets_width ? static_cast<int>(layer.settings[0]) : in;
  return layer;
}

std::string LayerText(const Layer& layer) {
  std::string text(layer.kind->name);
  for (size_t k = 0; k < layer.settings.size(); ++k)
    if (!layer.kind->settings[k].name.empty()) text += fmt::format(" {}", layer.settings[k]);
  return text;
}

std::string LayerProblem(const std::string& text) {
  try {
    ParseLayer(text, /*in=*/1);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace doggo::agent
