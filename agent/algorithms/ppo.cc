#include "agent/algorithms/ppo.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace doggo::agent {
namespace {

//   L = -min(rho A, clip(rho, 1-eps, 1+eps) A)
//   dL/d(log p) = -rho A, or 0 where the clipped branch is the smaller      (d rho / d log p = rho)
struct PolicyTerm {
  Real loss, dlog_prob;
  bool cut;
};
PolicyTerm EvaluatePolicyTerm(Real ratio, Real advantage, Real clip) {
  if (advantage > 0 && ratio > 1 + clip) {
    return {.loss = -(1 + clip) * advantage, .dlog_prob = 0, .cut = true};
  }
  if (advantage < 0 && ratio < 1 - clip) {
    return {.loss = -(1 - clip) * advantage, .dlog_prob = 0, .cut = true};
  }
  return {.loss = -ratio * advantage, .dlog_prob = -ratio * advantage, .cut = false};
}

//   L = max((V - R)^2, (V_old + clip(V - V_old, -c, c) - R)^2)
//   dL/dV = 2 (V - R), or 0 where the clipped branch is the larger
struct ValueTerm {
  Real loss, dvalue;
};
ValueTerm EvaluateValueTerm(Real value, Real old_value, Real target, Real clip) {
  const Real error = value - target;
  const Real step = value - old_value;
  if (clip > 0 && std::abs(step) > clip) {
    const Real clipped_error = old_value + std::copysign(clip, step) - target;
    if (std::abs(clipped_error) > std::abs(error)) {
      return {.loss = clipped_error * clipped_error, .dvalue = 0};
    }
  }
  return {.loss = error * error, .dvalue = 2 * error};
}

PolicyLoss EvaluateBlock(const PpoConfig& config, const PolicyBatch& batch,
                         const PolicyOutputs& outputs, Real weight, Real penalty,
                         Eigen::Index begin, Eigen::Index n, PolicyGradient& gradient) {
  const ActionDistribution distribution = outputs.distribution;
  const auto mean = outputs.mean.middleCols(begin, n),
             old_mean = batch.old_mean.middleCols(begin, n);
  const auto action = batch.action.middleCols(begin, n);
  auto dmean = gradient.mean.middleCols(begin, n);
  const bool clips = config.form == "clip";
  const Real clip = clips ? static_cast<Real>(config.clip) : std::numeric_limits<Real>::infinity();
  const Real value_clip = static_cast<Real>(config.value_clip);
  const Real dvalue_weight = weight * static_cast<Real>(config.value_coefficient);

  // rho = exp(log p - log p_old)
  LossRow ratio(n), dlog_prob(n), kl(n);
  LogProb(distribution, mean, outputs.log_std, action, ratio);
  ratio = (ratio - batch.old_log_prob.segment(begin, n)).array().exp();
  KlDivergence(distribution, old_mean, batch.old_log_std, mean, outputs.log_std, kl);

  // summed in double, in index order
  double policy = 0, value = 0, cut = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Index k = begin + i;
    const PolicyTerm of_policy = EvaluatePolicyTerm(ratio[i], batch.advantage[k], clip);
    const ValueTerm of_value =
        EvaluateValueTerm(outputs.value[k], batch.old_value[k], batch.value_target[k], value_clip);
    dlog_prob[i] = weight * of_policy.dlog_prob;
    gradient.value[k] = dvalue_weight * of_value.dvalue;
    policy += of_policy.loss;
    value += of_value.loss;
    cut += of_policy.cut;
  }
  LogProbBackward(distribution, mean, outputs.log_std, action, dlog_prob, dmean, gradient.log_std);
  const Real entropy =
      EntropyBackward(distribution, mean, outputs.log_std, weight,
                      static_cast<Real>(config.entropy_coefficient), dmean, gradient.log_std);
  const Real divergence = weight * kl.sum();
  if (!clips) {
    kl.setConstant(weight * penalty);
    KlBackward(distribution, old_mean, batch.old_log_std, mean, outputs.log_std, kl, dmean,
               gradient.log_std);
  }
  return {.policy = weight * static_cast<Real>(policy),
          .value = weight * static_cast<Real>(value),
          .entropy = entropy,
          .kl = divergence,
          .clip_fraction = weight * static_cast<Real>(cut)};
}

}  // namespace

ConfigFields Fields(PpoConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"gamma", &config.gamma, "", "discount of the reward per control step", 0, 1},
      {"lambda", &config.lambda, "",
       "how far generalised advantage estimation trusts rewards over the value network: 0 one "
       "step, 1 the whole return",
       0, 1},
      {"form",
       &config.form,
       "",
       "what keeps the new policy near the old one: clip, or penalty on their divergence",
       0,
       0,
       {"clip", "penalty"}},
      {"clip", &config.clip, "",
       "how far the probability ratio of new and old policy may move from 1 before its gradient is "
       "cut off",
       1e-6, 10},
      {"penalty", &config.penalty, "",
       "of the form penalty: weight of KL(old || new) at first; it follows penalty_target", 1e-6,
       1e6},
      {"penalty_target", &config.penalty_target, "nats",
       "of the form penalty: the divergence of an iteration that the weight aims at", 1e-9, 10},
      {"value_coefficient", &config.value_coefficient, "",
       "weight of the squared error of the value network in the loss", 0, 1e6},
      {"value_clip", &config.value_clip, "value",
       "how far a value may move from the old one before its gradient is cut off; 0: no limit", 0},
      {"entropy_coefficient", &config.entropy_coefficient, "",
       "weight of the entropy of the policy, which rewards exploration", 0, 1e3},
      {"normalize_advantage", &config.normalize_advantage, "",
       "whether advantages are brought to mean 0 and standard deviation 1 over the whole batch"},
      {"max_gradient_norm", &config.max_gradient_norm, "",
       "longest gradient of a network; a longer one is shortened to it (actor and critic apart)",
       1e-9},
      {"epochs", &config.epochs, "", "how often an update goes through the collected batch", 1,
       1000},
      {"minibatches", &config.minibatches, "",
       "pieces that the batch is cut into in each epoch, with one optimiser step for each", 1, 1e6},
  };
}

PolicyLoss EvaluatePpoLoss(const PpoConfig& config, const PolicyBatch& batch,
                           const PolicyOutputs& outputs, Real weight, PolicyGradient gradient,
                           double penalty) {
  const Eigen::Index n = outputs.mean.cols();
  assert(batch.action.cols() == n && batch.old_mean.cols() == n && batch.old_log_prob.size() == n &&
         batch.advantage.size() == n && outputs.value.size() == n);
  PolicyLoss total;
  for (Eigen::Index begin = 0; begin < n; begin += kLossBlock) {
    total += EvaluateBlock(config, batch, outputs, weight, static_cast<Real>(penalty), begin,
                           std::min<Eigen::Index>(kLossBlock, n - begin), gradient);
  }
  return total;
}

double AdaptPenalty(const PpoConfig& config, double kl, double penalty) {
  constexpr double kLeast = 1e-6, kMost = 1e6;
  if (kl < config.penalty_target / 1.5) penalty /= 2;
  if (kl > config.penalty_target * 1.5) penalty *= 2;
  return std::clamp(penalty, kLeast, kMost);
}

void NormalizeAdvantage(RowVectorRef advantage) {
  if (advantage.size() == 0) return;
  const double count = static_cast<double>(advantage.size());
  double sum = 0, sum_square = 0;
  for (Real a : advantage) sum += a;
  const double mean = sum / count;
  for (Real a : advantage) sum_square += (a - mean) * (a - mean);
  const double scale = 1 / (std::sqrt(sum_square / count) + 1e-8);
  for (Real& a : advantage) a = static_cast<Real>((a - mean) * scale);
}

}  // namespace doggo::agent
