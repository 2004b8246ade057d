// Adam (Kingma and Ba 2015, algorithm 1): epsilon outside the root, both moments corrected for
// their start at zero.
#pragma once

#include <cstdint>

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct AdamConfig {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};
ConfigFields Fields(AdamConfig& config);

struct AdamState {
  Vector m, v;  // first and second moment, as long as theta
  int64_t t = 0;

  explicit AdamState(int num_parameters = 0)
      : m(Vector::Zero(num_parameters)), v(Vector::Zero(num_parameters)) {}
};

//   m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
//   theta -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
// One sweep over the flat vector; allocates nothing.
void Step(const AdamConfig& config, Real rate, const ConstVectorRef& gradient, AdamState& state,
          VectorRef theta);

}  // namespace doggo::agent
