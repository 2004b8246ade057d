#include "agent/optim/adam.h"

#include <cassert>
#include <cmath>

namespace doggo::agent {
namespace {

// Parameters updated together: small enough that all four vectors stay in the nearest cache.
constexpr Eigen::Index kSlice = 512;

}  // namespace

ConfigFields Fields(AdamConfig& config) {
  return {
      {.key = "beta1",
       .value = &config.beta1,
       .unit = "",
       .meaning = "decay of the mean gradient (first moment) per step",
       .min = 0,
       .max = 0.999999},
      {.key = "beta2",
       .value = &config.beta2,
       .unit = "",
       .meaning = "decay of the mean squared gradient (second moment) per step",
       .min = 0,
       .max = 0.9999999},
      {.key = "epsilon",
       .value = &config.epsilon,
       .unit = "",
       .meaning = "added to the root of the second moment, so that a parameter with no gradient "
                  "does not move",
       .min = 1e-20,
       .max = 1},
  };
}

void Step(const AdamConfig& config, Real rate, const ConstVectorRef& gradient, AdamState& state,
          VectorRef theta) {
  assert(gradient.size() == theta.size() && state.m.size() == theta.size() &&
         state.v.size() == theta.size());
  ++state.t;
  const double t = static_cast<double>(state.t);
  const Real beta1 = static_cast<Real>(config.beta1), beta2 = static_cast<Real>(config.beta2),
             epsilon = static_cast<Real>(config.epsilon);
  const Real correction1 = static_cast<Real>(1 / (1 - std::pow(config.beta1, t)));
  const Real correction2 = static_cast<Real>(1 / (1 - std::pow(config.beta2, t)));

  for (Eigen::Index i = 0; i < theta.size(); i += kSlice) {
    const Eigen::Index size = std::min(kSlice, theta.size() - i);
    const auto g = gradient.segment(i, size).array();
    auto m = state.m.segment(i, size).array();
    auto v = state.v.segment(i, size).array();
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g.square();
    theta.segment(i, size).array() -=
        rate * (m * correction1) / ((v * correction2).sqrt() + epsilon);
  }
}

}  // namespace doggo::agent
