#include "agent/algorithms/trpo.h"

#include <cmath>

namespace doggo::agent {
namespace {

// In index order, in double: the same bits wherever the vectors lie.
double Dot(const Vector& a, const ConstVectorRef& b) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

void Multiply(TrustRegion& region, double damping, const Vector& v, Vector& product) {
  region.MultiplyByFisher(v, product);
  product += static_cast<Real>(damping) * v;
}

}  // namespace

TrpoWorkspace::TrpoWorkspace(Eigen::Index parameters)
    : x(Vector::Zero(parameters)), residual(x), direction(x), product(x), candidate(x) {}

void SolveByConjugateGradient(const ConstVectorRef& b, double damping, int most_steps,
                              TrustRegion& region, TrpoWorkspace& w) {
  constexpr double kSmallEnough = 1e-5;
  w.x.setZero();
  w.residual = b;
  w.direction = b;
  double square = Dot(w.residual, w.residual);
  const double enough = kSmallEnough * kSmallEnough * square;
  for (int step = 0; step < most_steps && square > enough; ++step) {
    Multiply(region, damping, w.direction, w.product);
    const double curvature = Dot(w.direction, w.product);
    if (!(curvature > 0)) return;
    const Real alpha = static_cast<Real>(square / curvature);
    w.x += alpha * w.direction;
    w.residual -= alpha * w.product;
    const double next = Dot(w.residual, w.residual);
    w.direction = w.residual + static_cast<Real>(next / square) * w.direction;
    square = next;
  }
}

TrpoStep TakeTrpoStep(const TrpoConfig& config, const ConstVectorRef& gradient, TrustRegion& region,
                      TrpoWorkspace& w, VectorRef theta) {
  SolveByConjugateGradient(gradient, config.damping, config.conjugate_gradient_steps, region, w);
  region.MultiplyByFisher(w.x, w.product);
  const double curvature = Dot(w.x, w.product);
  TrpoStep step;
  if (!(curvature > 0) || !std::isfinite(curvature)) return step;

  double length = std::sqrt(2 * config.max_kl / curvature);
  for (step.tries = 1; step.tries <= config.most_tries; ++step.tries) {
    w.candidate = theta + static_cast<Real>(length) * w.x;
    const TrustRegion::Try result = region.Evaluate(w.candidate);
    if (result.kl <= config.max_kl && result.gain > 0) {
      theta = w.candidate;
      step.result = result;
      step.taken = true;
      return step;
    }
    length *= config.backtrack;
  }
  return step;
}

ConfigFields Fields(TrpoConfig& c) {
  return {
      {"gamma", &c.gamma, "", "discount of the reward per control step, below 1", 0, 1},
      {"lambda", &c.lambda, "",
       "how far advantage estimation trusts rewards over the value network: 0 one step, 1 the "
       "whole return",
       0, 1},
      {"max_kl", &c.max_kl, "nats", "how far the policy may move in an update: never further", 1e-9,
       10},
      {"damping", &c.damping, "", "added to the diagonal of the Fisher matrix", 0, 1e3},
      {"conjugate_gradient_steps", &c.conjugate_gradient_steps, "",
       "products with the Fisher matrix to find the direction", 1, 1000},
      {"backtrack", &c.backtrack, "", "each try is this many times as long as the one before", 1e-3,
       0.99},
      {"most_tries", &c.most_tries, "", "lengths that are tried before there is no step", 1, 100},
      {"normalize_advantage", &c.normalize_advantage, "",
       "whether advantages are brought to mean 0 and standard deviation 1 over the whole batch"},
      {"value_epochs", &c.value_epochs, "",
       "how often the value network goes through the collected batch", 1, 1000},
      {"value_minibatches", &c.value_minibatches, "",
       "pieces that the batch is cut into for it, with one optimiser step for each", 1, 1e6},
      {"max_gradient_norm", &c.max_gradient_norm, "",
       "longest gradient of the value network; a longer one is shortened to it", 1e-9},
  };
}

}  // namespace doggo::agent
