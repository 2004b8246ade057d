// The arithmetic of every optimiser: a rule is built once per step from (configuration, rate eta,
// number t of the step, from 1) and then applied to one chunk of parameters after the other:
//   rule(gradient, first, second, theta)
// on kChunk numbers each; first and second: as in OptimizerState, null where the method has none.
#pragma once

#include <cmath>

#include "agent/optim/optimizer.h"

namespace doggo::agent {

// A size known to the compiler: every element goes through the same vector instructions, wherever
// it lies (Eigen's root is not std::sqrt to the bit).
inline constexpr Eigen::Index kChunk = 16;
using Chunk = Eigen::Array<Real, kChunk, 1>;
using ChunkMap = Eigen::Map<Chunk>;
using ConstChunkMap = Eigen::Map<const Chunk>;

struct SgdRule {
  Real eta;
  SgdRule(const OptimizerConfig&, Real rate, double) : eta(rate) {}

  void operator()(const Real* gradient, Real*, Real*, Real* theta) const {
    // theta -= eta g
    ChunkMap(theta) -= eta * ConstChunkMap(gradient);
  }
};

struct MomentumRule {
  Real gamma, eta;
  MomentumRule(const OptimizerConfig& c, Real rate, double)
      : gamma(static_cast<Real>(c.momentum)), eta(rate) {}

  void operator()(const Real* gradient, Real* velocity, Real*, Real* theta) const {
    // v = gamma v - eta g,   theta += v
    const Chunk v = gamma * ConstChunkMap(velocity) - eta * ConstChunkMap(gradient);
    ChunkMap{velocity} = v;
    ChunkMap(theta) += v;
  }
};

struct NesterovRule {
  Real gamma, eta;
  NesterovRule(const OptimizerConfig& c, Real rate, double)
      : gamma(static_cast<Real>(c.momentum)), eta(rate) {}

  // The iterate theta takes momentum's step with the gradient at phi = theta + gamma v; then phi
  // is again ahead of it: phi' = theta' + gamma v' = (phi - gamma v) + v' + gamma v'.
  void operator()(const Real* gradient, Real* velocity, Real*, Real* phi) const {
    const Chunk v = ConstChunkMap(velocity);
    // v' = gamma v - eta g(phi),   phi' = phi - gamma v + (1 + gamma) v'
    const Chunk v_new = gamma * v - eta * ConstChunkMap(gradient);
    ChunkMap(phi) += (1 + gamma) * v_new - gamma * v;
    ChunkMap{velocity} = v_new;
  }
};

struct AdagradRule {
  Real epsilon, eta;
  AdagradRule(const OptimizerConfig& c, Real rate, double)
      : epsilon(static_cast<Real>(c.epsilon)), eta(rate) {}

  void operator()(const Real* gradient, Real*, Real* sum_square, Real* theta) const {
    // s = s + g^2,   theta -= eta g / (sqrt(s) + epsilon)
    const Chunk g = ConstChunkMap(gradient);
    const Chunk s = ConstChunkMap(sum_square) + g.square();
    ChunkMap{sum_square} = s;
    ChunkMap(theta) -= eta * g / (s.sqrt() + epsilon);
  }
};

struct RmspropRule {
  Real alpha, epsilon, eta;
  RmspropRule(const OptimizerConfig& c, Real rate, double)
      : alpha(static_cast<Real>(c.decay)), epsilon(static_cast<Real>(c.epsilon)), eta(rate) {}

  void operator()(const Real* gradient, Real*, Real* mean_square, Real* theta) const {
    // s = alpha s + (1 - alpha) g^2,   theta -= eta g / (sqrt(s) + epsilon)
    // The recursion carries s, not the root with its epsilon: that would pile up.
    const Chunk g = ConstChunkMap(gradient);
    const Chunk s = alpha * ConstChunkMap(mean_square) + (1 - alpha) * g.square();
    ChunkMap{mean_square} = s;
    ChunkMap(theta) -= eta * g / (s.sqrt() + epsilon);
  }
};

struct AdamRule {
  Real beta1, beta2, epsilon, eta;
  Real correction1, correction2;  // 1 / (1 - beta^t): both means start at zero
  AdamRule(const OptimizerConfig& c, Real rate, double t)
      : beta1(static_cast<Real>(c.beta1)),
        beta2(static_cast<Real>(c.beta2)),
        epsilon(static_cast<Real>(c.epsilon)),
        eta(rate),
        correction1(static_cast<Real>(1 / (1 - std::pow(c.beta1, t)))),
        correction2(static_cast<Real>(1 / (1 - std::pow(c.beta2, t)))) {}

  void operator()(const Real* gradient, Real* mean, Real* mean_square, Real* theta) const {
    // m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
    const Chunk g = ConstChunkMap(gradient);
    const Chunk m = beta1 * ConstChunkMap(mean) + (1 - beta1) * g;
    const Chunk v = beta2 * ConstChunkMap(mean_square) + (1 - beta2) * g.square();
    ChunkMap{mean} = m;
    ChunkMap{mean_square} = v;
    // theta -= eta (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
    ChunkMap(theta) -= eta * (m * correction1) / ((v * correction2).sqrt() + epsilon);
  }
};

struct RadamRule {
  AdamRule adam;
  Real eta_below;  // of the step that is not rectified
  RadamRule(const OptimizerConfig& c, Real rate, double t) : adam(c, rate, t), eta_below(0) {
    if (RadamLength(c.beta2, t) > c.radam_threshold) {
      adam.eta = rate * static_cast<Real>(RadamRectification(c.beta2, t));
    } else {
      adam.eta = 0;
      if (c.radam_below == "momentum") eta_below = rate;
    }
  }

  void operator()(const Real* gradient, Real* mean, Real* mean_square, Real* theta) const {
    // rectified:  theta -= eta r_t (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
    adam(gradient, mean, mean_square, theta);
    // below:      theta -= eta (m / (1 - beta1^t))
    ChunkMap(theta) -= eta_below * (ConstChunkMap(mean) * adam.correction1);
  }
};

}  // namespace doggo::agent
