#include "agent/training/algorithm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "agent/training/learner.h"

namespace doggo::agent {
namespace {

UpdatePlan PlanOfPpo(const LearnerConfig& c) {
  return {.gamma = c.ppo.gamma,
          .lambda = c.ppo.lambda,
          .normalize_advantage = c.ppo.normalize_advantage,
          .epochs = c.ppo.epochs,
          .minibatches = c.ppo.minibatches,
          .max_gradient_norm = c.ppo.max_gradient_norm,
          .adapts_rate = true};
}
PolicyLoss LossOfPpo(const LearnerConfig& c, double penalty, const PolicyBatch& batch,
                     const PolicyOutputs& outputs, Real weight, PolicyGradient gradient) {
  return EvaluatePpoLoss(c.ppo, batch, outputs, weight, gradient, penalty);
}

UpdatePlan PlanOfTrpo(const LearnerConfig& c) {
  return {.gamma = c.trpo.gamma,
          .lambda = c.trpo.lambda,
          .normalize_advantage = c.trpo.normalize_advantage,
          .epochs = c.trpo.value_epochs,
          .minibatches = c.trpo.value_minibatches,
          .max_gradient_norm = c.trpo.max_gradient_norm};
}

UpdatePlan PlanOfA2c(const LearnerConfig& c) {
  return {.gamma = c.a2c.gamma,
          .lambda = c.a2c.lambda,
          .normalize_advantage = c.a2c.normalize_advantage,
          .minibatches = c.a2c.minibatches,
          .max_gradient_norm = c.a2c.max_gradient_norm,
          .adapts_rate = c.a2c.minibatches > 1};  // of the first alone the divergence is 0
}
PolicyLoss LossOfA2c(const LearnerConfig& c, double, const PolicyBatch& batch,
                     const PolicyOutputs& outputs, Real weight, PolicyGradient gradient) {
  return EvaluatePolicyGradientLoss(c.a2c.value_coefficient, c.a2c.entropy_coefficient, batch,
                                    outputs, weight, gradient);
}

// lambda = 1: the whole return, to the end of the episode or of the rollout
UpdatePlan PlanOfReinforce(const LearnerConfig& c) {
  return {.gamma = c.reinforce.gamma,
          .lambda = 1,
          .baseline = c.reinforce.baseline,
          .normalize_advantage = c.reinforce.normalize_advantage,
          .max_gradient_norm = c.reinforce.max_gradient_norm};
}
PolicyLoss LossOfReinforce(const LearnerConfig& c, double, const PolicyBatch& batch,
                           const PolicyOutputs& outputs, Real weight, PolicyGradient gradient) {
  return EvaluatePolicyGradientLoss(c.reinforce.value_coefficient, c.reinforce.entropy_coefficient,
                                    batch, outputs, weight, gradient);
}

constexpr Algorithm kAlgorithms[] = {
    {"ppo", PlanOfPpo, LossOfPpo, true, "ppo.minibatches", "proximal policy optimisation"},
    {"trpo", PlanOfTrpo, nullptr, true, "trpo.value_minibatches",
     "trust region policy optimisation"},
    {"a2c", PlanOfA2c, LossOfA2c, false, "a2c.minibatches", "advantage actor-critic"},
    {"reinforce", PlanOfReinforce, LossOfReinforce, false, "reinforce.minibatches",
     "the plain policy gradient"},
};

}  // namespace

std::span<const Algorithm> Algorithms() { return kAlgorithms; }

std::vector<std::string> AlgorithmNames() {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : kAlgorithms) names.emplace_back(algorithm.name);
  return names;
}

const Algorithm& FindAlgorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms)
    if (algorithm.name == name) return algorithm;
  throw std::invalid_argument(fmt::format("algorithm: there is no '{}' (there are: {})", name,
                                          fmt::join(AlgorithmNames(), ", ")));
}

}  // namespace doggo::agent
