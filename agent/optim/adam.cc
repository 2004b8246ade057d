#include "agent/optim/adam.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace doggo::agent {
namespace {

// Parameters are updated this many at a time. A size known to the compiler: every element goes
// through the same vector instructions, wherever it lies (Eigen's root is not std::sqrt to the
// bit).
constexpr Eigen::Index kChunk = 16;
using Chunk = Eigen::Array<Real, kChunk, 1>;
using ChunkMap = Eigen::Map<Chunk>;
using ConstChunkMap = Eigen::Map<const Chunk>;

struct StepFactors {
  Real beta1, beta2, epsilon, rate;
  Real correction1, correction2;  // 1 / (1 - beta^t)
};

void UpdateChunk(const StepFactors& f, const Real* gradient, Real* m_data, Real* v_data,
                 Real* theta) {
  const Chunk g = ConstChunkMap(gradient);
  const Chunk m = f.beta1 * ConstChunkMap(m_data) + (1 - f.beta1) * g;
  const Chunk v = f.beta2 * ConstChunkMap(v_data) + (1 - f.beta2) * g.square();
  ChunkMap{m_data} = m;
  ChunkMap{v_data} = v;
  ChunkMap(theta) -= f.rate * (m * f.correction1) / ((v * f.correction2).sqrt() + f.epsilon);
}

}  // namespace

ConfigFields Fields(AdamConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"beta1", &config.beta1, "", "decay per step of the mean gradient (first moment)", 0,
       0.999999},
      {"beta2", &config.beta2, "", "decay per step of the mean squared gradient (second moment)", 0,
       0.9999999},
      {"epsilon", &config.epsilon, "",
       "added to the root of the second moment, so that nothing is divided by zero", 1e-20, 1},
  };
}

void Step(const AdamConfig& config, Real rate, const ConstVectorRef& gradient, AdamState& state,
          VectorRef theta) {
  const Eigen::Index n = theta.size();
  assert(gradient.size() == n && state.m.size() == n && state.v.size() == n);
  ++state.t;
  const double t = static_cast<double>(state.t);
  const StepFactors factors = {
      .beta1 = static_cast<Real>(config.beta1),
      .beta2 = static_cast<Real>(config.beta2),
      .epsilon = static_cast<Real>(config.epsilon),
      .rate = rate,
      .correction1 = static_cast<Real>(1 / (1 - std::pow(config.beta1, t))),
      .correction2 = static_cast<Real>(1 / (1 - std::pow(config.beta2, t))),
  };

  Eigen::Index i = 0;
  for (; i + kChunk <= n; i += kChunk) {
    UpdateChunk(factors, gradient.data() + i, state.m.data() + i, state.v.data() + i,
                theta.data() + i);
  }
  // the rest, filled up with zeros
  Chunk g = Chunk::Zero(), m = g, v = g, rest = g;
  g.head(n - i) = gradient.tail(n - i).array();
  m.head(n - i) = state.m.tail(n - i).array();
  v.head(n - i) = state.v.tail(n - i).array();
  rest.head(n - i) = theta.tail(n - i).array();
  UpdateChunk(factors, g.data(), m.data(), v.data(), rest.data());
  state.m.tail(n - i) = m.head(n - i).matrix();
  state.v.tail(n - i) = v.head(n - i).matrix();
  theta.tail(n - i) = rest.head(n - i).matrix();
}

}  // namespace doggo::agent
