// Trust region policy optimisation (Schulman, Levine, Abbeel, Jordan, Moritz 2015):
//   max E[rho A]   where   E[KL(old || new)] <= delta
// The objective is taken as linear, the divergence as quadratic with the Fisher matrix F, so that
// the step is along the natural gradient x = F^-1 g:
//   (F + c I) x = g by conjugate gradient,   step = sqrt(2 delta / x^T F x) x,
// shortened until the divergence itself is within its bound and the objective itself has grown.
// What the divergence and the products F v are made of is the business of a TrustRegion.
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct TrpoConfig {
  double gamma = 0.97, lambda = 0.9;
  double max_kl = 0.01;  // delta, nats
  double damping = 0.1;  // c
  int conjugate_gradient_steps = 10;
  double backtrack = 0.5;  // each try is so much shorter than the one before
  int most_tries = 10;
  bool normalize_advantage = true;
  int value_epochs = 5, value_minibatches = 4;
  double max_gradient_norm = 1.0;  // of the critic
};
ConfigFields Fields(TrpoConfig& config);

// A policy around where it is: everything as means over the batch.
class TrustRegion {
 public:
  struct Try {
    double gain = 0;  // of the objective E[rho A] against where the policy was
    double kl = 0;    // KL(old || new)
  };

  virtual ~TrustRegion() = default;
  // product = F v. Allocates nothing, if the step shall not.
  virtual void MultiplyByFisher(const ConstVectorRef& v, VectorRef product) = 0;
  virtual Try Evaluate(const ConstVectorRef& theta) = 0;
};

// Scratch, sized once.
struct TrpoWorkspace {
  Vector x, residual, direction, product, candidate;
  explicit TrpoWorkspace(Eigen::Index parameters = 0);
};

struct TrpoStep {
  TrustRegion::Try result;  // of the step that was taken; zeros where none was
  int tries = 0;
  bool taken = false;
};

// gradient: g, of the objective. Moves theta, or leaves it as it was where no try is good enough:
// so the bound holds always.
TrpoStep TakeTrpoStep(const TrpoConfig& config, const ConstVectorRef& gradient, TrustRegion& region,
                      TrpoWorkspace& workspace, VectorRef theta);

// Conjugate gradient (Hestenes, Stiefel 1952): workspace.x with A x = b, A symmetric and positive
// definite: A v = F v + damping v. Stops at so many steps, or where |b - A x| <= 1e-5 |b|.
void SolveByConjugateGradient(const ConstVectorRef& b, double damping, int most_steps,
                              TrustRegion& region, TrpoWorkspace& workspace);

}  // namespace doggo::agent
