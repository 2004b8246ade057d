#include "agent/optim/optimizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cassert>
#include <cmath>
#include <stdexcept>

#include "agent/optim/update_rules.h"

namespace doggo::agent {
namespace {

using StepFunction = void(const OptimizerConfig& config, Real rate, const ConstVectorRef& gradient,
                          std::span<const ParameterRange> weights, OptimizerState& state,
                          VectorRef theta);

// One pass over the vector.
template <typename Rule>
void Sweep(const OptimizerConfig& config, Real rate, const ConstVectorRef& gradient,
           std::span<const ParameterRange>, OptimizerState& state, VectorRef theta) {
  const Rule rule(config, rate, static_cast<double>(state.t));
  const bool has_first = state.first.size() > 0, has_second = state.second.size() > 0;
  const Eigen::Index n = theta.size();
  Eigen::Index i = 0;
  for (; i + kChunk <= n; i += kChunk) {
    rule(gradient.data() + i, has_first ? state.first.data() + i : nullptr,
         has_second ? state.second.data() + i : nullptr, theta.data() + i);
  }

  // the rest, filled up with zeros
  const Eigen::Index rest = n - i;
  Chunk g = Chunk::Zero(), first = g, second = g, x = g;
  g.head(rest) = gradient.tail(rest).array();
  x.head(rest) = theta.tail(rest).array();
  if (has_first) first.head(rest) = state.first.tail(rest).array();
  if (has_second) second.head(rest) = state.second.tail(rest).array();
  rule(g.data(), first.data(), second.data(), x.data());
  if (has_first) state.first.tail(rest) = first.head(rest).matrix();
  if (has_second) state.second.tail(rest) = second.head(rest).matrix();
  theta.tail(rest) = x.head(rest).matrix();
}

// Weights shrink by themselves, not through the gradient: there Adam would divide the decay by the
// root of the mean square, and weights with large gradients would hardly decay.
void DecayThenAdam(const OptimizerConfig& config, Real rate, const ConstVectorRef& gradient,
                   std::span<const ParameterRange> weights, OptimizerState& state,
                   VectorRef theta) {
  // theta -= eta lambda theta
  const Real kept = 1 - rate * static_cast<Real>(config.weight_decay);
  for (const ParameterRange& range : weights) theta.segment(range.begin, range.size) *= kept;
  Sweep<AdamRule>(config, rate, gradient, weights, state, theta);
}

struct Method {
  std::string_view name;
  bool has_first, has_second;  // which vectors it remembers
  bool looks_ahead;
  StepFunction* step;
};

// clang-format off
constexpr Method kMethods[] = {
    // name      first  second looks_ahead step
    {"sgd",      false, false, false,      Sweep<SgdRule>},
    {"momentum", true,  false, false,      Sweep<MomentumRule>},
    {"nesterov", true,  false, true,       Sweep<NesterovRule>},
    {"adagrad",  false, true,  false,      Sweep<AdagradRule>},
    {"rmsprop",  false, true,  false,      Sweep<RmspropRule>},
    {"adam",     true,  true,  false,      Sweep<AdamRule>},
    {"adamw",    true,  true,  false,      DecayThenAdam},
    {"radam",    true,  true,  false,      Sweep<RadamRule>},
};
// clang-format on

const Method& FindMethod(std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.name == name) return method;
  }
  throw std::invalid_argument(
      fmt::format("unknown optimizer '{}' (known: {})", name, fmt::join(OptimizerNames(), ", ")));
}

}  // namespace

std::vector<std::string> OptimizerNames() {
  std::vector<std::string> names;
  for (const Method& method : kMethods) names.emplace_back(method.name);
  return names;
}

ConfigFields Fields(OptimizerConfig& c) {
  return {
      // key, value, unit, meaning, min, max, choices
      {"method", &c.method, "", "how a gradient becomes a step", 0, 0, OptimizerNames()},
      {"momentum", &c.momentum, "",
       "momentum, nesterov: part of the velocity kept from step to step", 0, 0.999999},
      {"decay", &c.decay, "", "rmsprop: decay per step of the mean squared gradient", 0, 0.9999999},
      {"beta1", &c.beta1, "",
       "adam, adamw, radam: decay per step of the mean gradient (first moment)", 0, 0.999999},
      {"beta2", &c.beta2, "",
       "adam, adamw, radam: decay per step of the mean squared gradient (second moment)", 0,
       0.9999999},
      {"epsilon", &c.epsilon, "",
       "added to the root of the squared gradients, so that nothing is divided by zero", 1e-20, 1},
      {"weight_decay", &c.weight_decay, "",
       "adamw: a step shrinks the weights, not the biases, by the rate times this", 0, 1e3},
      {"radam_threshold", &c.radam_threshold, "",
       "radam: steps are rectified where the length rho_t of its average is above this (paper: 4, "
       "its authors' code and PyTorch: 5)",
       4, 1e6},
      {"radam_below",
       &c.radam_below,
       "",
       "radam: the steps before that, along the mean gradient (paper, PyTorch) or none (its "
       "authors' code)",
       0,
       0,
       {"momentum", "skip"}},
  };
}

OptimizerState MakeOptimizerState(const OptimizerConfig& config, int num_parameters) {
  const Method& method = FindMethod(config.method);
  return {.first = Vector::Zero(method.has_first ? num_parameters : 0),
          .second = Vector::Zero(method.has_second ? num_parameters : 0)};
}

void Step(const OptimizerConfig& config, Real rate, const ConstVectorRef& gradient,
          std::span<const ParameterRange> weights, OptimizerState& state, VectorRef theta) {
  const Method& method = FindMethod(config.method);
  assert(gradient.size() == theta.size());
  assert(state.first.size() == (method.has_first ? theta.size() : 0));
  assert(state.second.size() == (method.has_second ? theta.size() : 0));
  ++state.t;
  method.step(config, rate, gradient, weights, state, theta);
}

bool LooksAhead(const OptimizerConfig& config) { return FindMethod(config.method).looks_ahead; }

void CurrentIterate(const OptimizerConfig& config, const OptimizerState& state,
                    const ConstVectorRef& theta, VectorRef iterate) {
  iterate = theta;
  // theta = phi - gamma v
  if (LooksAhead(config)) iterate -= static_cast<Real>(config.momentum) * state.first;
}

double RadamLength(double beta2, double t) {
  // rho_t = rho_inf - 2 t beta2^t / (1 - beta2^t),   rho_inf = 2 / (1 - beta2) - 1
  const double rho_inf = 2 / (1 - beta2) - 1, power = std::pow(beta2, t);
  return rho_inf - 2 * t * power / (1 - power);
}

double RadamRectification(double beta2, double t) {
  const double rho_inf = 2 / (1 - beta2) - 1, rho = RadamLength(beta2, t);
  if (rho <= 4) return 0;
  // r_t = sqrt((rho_t - 4) (rho_t - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho_t))
  return std::sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
}

}  // namespace doggo::agent
