#include "agent/algorithms/policy_gradient.h"

#include <algorithm>

namespace doggo::agent {
namespace {

using Index = Eigen::Index;

PolicyLoss EvaluateBlock(Real value_coefficient, Real entropy_coefficient, const PolicyBatch& batch,
                         const PolicyOutputs& outputs, Real weight, Index begin, Index n,
                         PolicyGradient& gradient) {
  const auto mean = outputs.mean.middleCols(begin, n);
  const auto action = batch.action.middleCols(begin, n);
  auto dmean = gradient.mean.middleCols(begin, n);
  LossRow log_prob(n), dlog_prob(n), kl(n);
  LogProb(outputs.distribution, mean, outputs.log_std, action, log_prob);
  KlDivergence(outputs.distribution, batch.old_mean.middleCols(begin, n), batch.old_log_std, mean,
               outputs.log_std, kl);

  // summed in double, in index order
  double policy = 0, value = 0, divergence = 0;
  for (Index i = 0; i < n; ++i) {
    const Index k = begin + i;
    const Real error = outputs.value[k] - batch.value_target[k];
    dlog_prob[i] = -weight * batch.advantage[k];
    gradient.value[k] = weight * value_coefficient * error;
    policy -= log_prob[i] * batch.advantage[k];
    value += error * error / 2;
    divergence += kl[i];
  }
  LogProbBackward(outputs.distribution, mean, outputs.log_std, action, dlog_prob, dmean,
                  gradient.log_std);
  const Real entropy = EntropyBackward(outputs.distribution, mean, outputs.log_std, weight,
                                       entropy_coefficient, dmean, gradient.log_std);
  return {.policy = weight * static_cast<Real>(policy),
          .value = weight * static_cast<Real>(value),
          .entropy = entropy,
          .kl = weight * static_cast<Real>(divergence)};
}

}  // namespace

PolicyLoss EvaluatePolicyGradientLoss(double value_coefficient, double entropy_coefficient,
                                      const PolicyBatch& batch, const PolicyOutputs& outputs,
                                      Real weight, PolicyGradient gradient) {
  PolicyLoss total;
  for (Index begin = 0; begin < outputs.mean.cols(); begin += kLossBlock) {
    total += EvaluateBlock(static_cast<Real>(value_coefficient),
                           static_cast<Real>(entropy_coefficient), batch, outputs, weight, begin,
                           std::min<Index>(kLossBlock, outputs.mean.cols() - begin), gradient);
  }
  return total;
}

ConfigFields Fields(ReinforceConfig& c) {
  return {
      {"gamma", &c.gamma, "", "discount of the reward per control step, below 1", 0, 1},
      {"baseline", &c.baseline, "",
       "whether the value of the state is subtracted from the return: the same gradient in the "
       "mean, with less noise"},
      {"value_coefficient", &c.value_coefficient, "",
       "weight of the squared error of the value network in the loss", 0, 1e6},
      {"entropy_coefficient", &c.entropy_coefficient, "",
       "weight of the entropy of the policy, which rewards exploration", 0, 1e3},
      {"normalize_advantage", &c.normalize_advantage, "",
       "whether what is multiplied with the gradient is brought to mean 0 and standard deviation 1 "
       "over the whole batch"},
      {"max_gradient_norm", &c.max_gradient_norm, "",
       "longest gradient of a network; a longer one is shortened to it", 1e-9},
  };
}

ConfigFields Fields(A2cConfig& c) {
  return {
      {"gamma", &c.gamma, "", "discount of the reward per control step, below 1", 0, 1},
      {"lambda", &c.lambda, "",
       "how far advantage estimation trusts rewards over the value network: 0 one step, 1 the "
       "whole return",
       0, 1},
      {"value_coefficient", &c.value_coefficient, "",
       "weight of the squared error of the value network in the loss", 0, 1e6},
      {"entropy_coefficient", &c.entropy_coefficient, "",
       "weight of the entropy of the policy, which rewards exploration", 0, 1e3},
      {"normalize_advantage", &c.normalize_advantage, "",
       "whether advantages are brought to mean 0 and standard deviation 1 over the whole batch"},
      {"max_gradient_norm", &c.max_gradient_norm, "",
       "longest gradient of a network; a longer one is shortened to it", 1e-9},
      {"minibatches", &c.minibatches, "",
       "pieces that the batch is cut into, with one optimiser step for each", 1, 1e6},
  };
}

}  // namespace doggo::agent
