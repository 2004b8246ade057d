// Gradient descent and its relatives over one flat parameter vector. A method is a rule in
// update_rules.h and a row of the table in optimizer.cc. With g the gradient, eta the rate:
//
//   sgd       theta -= eta g
//   momentum  v = gamma v - eta g,   theta += v                     (Polyak 1964)
//   nesterov  momentum, with the gradient taken at theta + gamma v  (Nesterov 1983)
//   adagrad   s = s + g^2,   theta -= eta g / (sqrt(s) + epsilon)   (Duchi et al. 2011)
//   rmsprop   s = alpha s + (1 - alpha) g^2,   then as adagrad      (Tieleman, Hinton 2012)
//   adam      mean and mean square of g, corrected for their start  (Kingma, Ba 2015)
//   adamw     adam; weights shrink by eta lambda of themselves too  (Loshchilov, Hutter 2019)
//   radam     adam, its steps shorter while few gradients are known (Liu et al. 2020)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/nn/parameter_range.h"
#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct OptimizerConfig {
  std::string method = "adam";
  double momentum = 0.9;              // gamma of momentum and nesterov
  double decay = 0.9;                 // alpha of rmsprop
  double beta1 = 0.9, beta2 = 0.999;  // adam, adamw, radam
  double epsilon = 1e-8;              // added to a root, outside of it
  double weight_decay = 0;            // lambda of adamw
  // radam rectifies where rho_t > threshold; below it "momentum" steps along the mean gradient,
  // "skip" does not step. Liu et al. 2020: 4, momentum; PyTorch: 5, momentum; the code of Liu et
  // al.: 5, skip (it asks for >= 5: the same where no rho_t is 5, as with beta2 = 0.999)
  double radam_threshold = 4;
  std::string radam_below = "momentum";
};
ConfigFields Fields(OptimizerConfig& config);

std::vector<std::string> OptimizerNames();

// What a method remembers. A vector that it does not need is empty.
struct OptimizerState {
  Vector first;   // velocity, or running mean of the gradient
  Vector second;  // sum, or running mean, of the squared gradient
  int64_t t = 0;  // steps taken
};
// Throws std::invalid_argument where the method is not known.
OptimizerState MakeOptimizerState(const OptimizerConfig& config, int num_parameters);

// One step down `gradient`; rate is eta. `weights`: what adamw decays, so not the biases; the
// others ignore it. Every element is computed alike, wherever it stands in the vector and in
// memory. Allocates nothing.
void Step(const OptimizerConfig& config, Real rate, const ConstVectorRef& gradient,
          std::span<const ParameterRange> weights, OptimizerState& state, VectorRef theta);

// nesterov wants its gradients at the look-ahead point phi = theta + gamma v, and that point is the
// vector which Step moves. The method's own iterate, to be used and reported:
//   theta = phi - gamma v
// For all others the iterate is the vector itself. `iterate` may be that vector.
bool LooksAhead(const OptimizerConfig& config);
void CurrentIterate(const OptimizerConfig& config, const OptimizerState& state,
                    const ConstVectorRef& theta, VectorRef iterate);

// radam: how many gradients the running mean of squares amounts to after t of them,
//   rho_t = rho_inf - 2 t beta2^t / (1 - beta2^t),   rho_inf = 2 / (1 - beta2) - 1
double RadamLength(double beta2, double t);
// and the factor of the step, from 0 to 1; 0 where rho_t <= 4, where the variance is not finite:
//   r_t = sqrt((rho_t - 4) (rho_t - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho_t))
double RadamRectification(double beta2, double t);

}  // namespace doggo::agent
