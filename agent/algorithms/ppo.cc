#include "agent/algorithms/ppo.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "agent/nn/gaussian.h"

namespace doggo::agent {
namespace {

// Examples evaluated together; their rows of numbers live on the stack.
constexpr int kBlock = 256;
using BlockRow = Eigen::Matrix<Real, 1, Eigen::Dynamic, Eigen::RowMajor, 1, kBlock>;

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

PpoLoss EvaluateBlock(const PpoConfig& config, const PpoBatch& batch, const PpoOutputs& outputs,
                      Real weight, Eigen::Index begin, Eigen::Index n, PpoGradient& gradient) {
  const auto mean = outputs.mean.middleCols(begin, n);
  const auto action = batch.action.middleCols(begin, n);
  const Real clip = static_cast<Real>(config.clip);
  const Real value_clip = static_cast<Real>(config.value_clip);
  const Real dvalue_weight = weight * static_cast<Real>(config.value_coefficient);
  const Real dentropy = weight * static_cast<Real>(n);

  // rho = exp(log p - log p_old)
  BlockRow ratio(n), dlog_prob(n), kl(n);
  GaussianLogProb(mean, outputs.log_std, action, ratio);
  ratio = (ratio - batch.old_log_prob.segment(begin, n)).array().exp();
  GaussianKl(batch.old_mean.middleCols(begin, n), batch.old_log_std, mean, outputs.log_std, kl);

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
  GaussianLogProbBackward(mean, outputs.log_std, action, dlog_prob,
                          gradient.mean.middleCols(begin, n), gradient.log_std);
  // the entropy's derivative by ln sigma is 1
  gradient.log_std.array() -= static_cast<Real>(config.entropy_coefficient) * dentropy;

  return {.policy = weight * static_cast<Real>(policy),
          .value = weight * static_cast<Real>(value),
          .entropy = dentropy * GaussianEntropy(outputs.log_std),
          .kl = weight * kl.sum(),
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
      {"clip", &config.clip, "",
       "how far the probability ratio of new and old policy may move from 1 before its gradient is "
       "cut off",
       1e-6, 10},
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

PpoLoss& PpoLoss::operator+=(const PpoLoss& other) {
  policy += other.policy;
  value += other.value;
  entropy += other.entropy;
  kl += other.kl;
  clip_fraction += other.clip_fraction;
  return *this;
}

PpoLoss EvaluatePpoLoss(const PpoConfig& config, const PpoBatch& batch, const PpoOutputs& outputs,
                        Real weight, PpoGradient gradient) {
  const Eigen::Index n = outputs.mean.cols();
  assert(batch.action.cols() == n && batch.old_mean.cols() == n && batch.old_log_prob.size() == n &&
         batch.advantage.size() == n && outputs.value.size() == n);
  PpoLoss total;
  for (Eigen::Index begin = 0; begin < n; begin += kBlock) {
    total += EvaluateBlock(config, batch, outputs, weight, begin,
                           std::min<Eigen::Index>(kBlock, n - begin), gradient);
  }
  return total;
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
