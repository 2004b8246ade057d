// Estimators of the policy gradient against the exact one, and the losses that follow them.
#include "agent/algorithms/policy_gradient.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "agent/algorithms/gae.h"
#include "agent/algorithms/ppo.h"
#include "agent/tabular/episodes.h"
#include "agent/tabular/planning.h"
#include "agent/tabular/softmax_policy.h"
#include "agent/tabular/worlds.h"
#include "tests/support/central_difference.h"
#include "tests/support/config_fields.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr int kActions = 2;

// Mean and standard error of a vector estimated again and again.
struct Estimate {
  Eigen::VectorXd sum, sum_square;
  int count = 0;
  void Add(const Eigen::VectorXd& x) {
    if (count++ == 0) sum = sum_square = Eigen::VectorXd::Zero(x.size());
    sum += x;
    sum_square += x.cwiseAbs2();
  }
  Eigen::VectorXd mean() const { return sum / count; }
  Eigen::VectorXd variance() const { return sum_square / count - mean().cwiseAbs2(); }
  Eigen::VectorXd error() const { return (variance() / count).cwiseSqrt(); }
};

// The gradient that EvaluatePolicyGradientLoss gives for one drawn episode: one step, one example.
// A: lambda of generalised advantage estimation, with the exact values; gamma^t weighs each step,
// as the exact gradient has it. baseline: as in ReinforceConfig.
Eigen::VectorXd GradientOfEpisode(const Mdp& mdp, const Eigen::MatrixXd& theta, double lambda,
                                  bool baseline, int k) {
  const Eigen::MatrixXd policy = SoftmaxPolicy(theta);
  const Eigen::VectorXd V = EvaluatePolicy(mdp, policy);
  const auto steps = DrawEpisode(mdp, policy, 300, Random(3, Stream::kTest, k));
  const auto T = static_cast<Eigen::Index>(steps.size());
  Matrix reward(1, T), value(1, T), next_value(1, T), advantage(1, T), logits(kActions, T),
      action(1, T), dlogits(kActions, T);
  Flags terminated(1, T), truncated = Flags::Constant(1, T, false);
  for (Eigen::Index t = 0; t < T; ++t) {
    reward(0, t) = steps[t].reward;
    value(0, t) = V[steps[t].state];
    next_value(0, t) = V[steps[t].next];
    terminated(0, t) = steps[t].terminated;
    action(0, t) = steps[t].action;
    logits.col(t) = theta.row(steps[t].state).transpose();
  }
  truncated(0, T - 1) = !terminated(0, T - 1);
  Gae({reward, value, next_value, terminated, truncated}, mdp.gamma, lambda, advantage);
  if (!baseline) advantage += value;
  for (Eigen::Index t = 0; t < T; ++t) advantage(0, t) *= std::pow(mdp.gamma, t);

  const RowVector zero = RowVector::Zero(T);
  RowVector dvalue(T);
  Vector none;
  EvaluatePolicyGradientLoss(0, 0, {action, logits, none, zero, advantage.row(0), zero, zero},
                             {logits, none, zero, {kActions}}, /*weight=*/1,
                             {dlogits, none, dvalue});
  Eigen::MatrixXd gradient = Eigen::MatrixXd::Zero(theta.rows(), theta.cols());
  for (Eigen::Index t = 0; t < T; ++t) gradient.row(steps[t].state) -= dlogits.col(t);
  return gradient.reshaped();
}

Eigen::MatrixXd SomeTheta(const Mdp& mdp) {
  Eigen::MatrixXd theta(mdp.states, mdp.actions);
  for (int s = 0; s < mdp.states; ++s) theta.row(s) << 0.3 * std::sin(s), -0.2;
  return theta;
}

struct Variances {
  double with_baseline, without;
};
Variances ExpectUnbiased(const Mdp& mdp) {
  const Eigen::MatrixXd theta = SomeTheta(mdp);
  const Eigen::VectorXd exact = ExactPolicyGradient(mdp, theta).reshaped();
  constexpr int kEpisodes = 2000;
  std::array<Estimate, 4> estimates;  // REINFORCE without, with baseline; GAE 0.7; actor-critic
  for (int k = 0; k < kEpisodes; ++k) {
    estimates[0].Add(GradientOfEpisode(mdp, theta, 1, false, k));
    estimates[1].Add(GradientOfEpisode(mdp, theta, 1, true, k));
    estimates[2].Add(GradientOfEpisode(mdp, theta, 0.7, true, k));
    estimates[3].Add(GradientOfEpisode(mdp, theta, 0, true, k));
  }
  for (const Estimate& estimate : estimates)
    for (Eigen::Index i = 0; i < exact.size(); ++i)
      EXPECT_NEAR(estimate.mean()[i], exact[i], 4 * estimate.error()[i] + 1e-9);
  return {estimates[1].variance().sum(), estimates[0].variance().sum()};
}

TEST(PolicyGradient, EveryEstimatorMeansTheExactGradient) {
  ExpectUnbiased(TwoStates(0.8));
  ExpectUnbiased(Chain(4, 0.9, 0.1));
}

TEST(PolicyGradient, ABaselineLowersTheVariance) {
  const Variances v = ExpectUnbiased(TwoStates(0.8));
  EXPECT_LT(v.with_baseline, 0.5 * v.without);
}

// Dividing the rewards by one positive number, as a running normaliser of returns does, divides the
// gradient by it: its direction stays.
TEST(PolicyGradient, ScaledRewardsLeaveItsDirection) {
  Mdp mdp = Chain(4, 0.9, 0.1);
  const Eigen::MatrixXd theta = SomeTheta(mdp);
  const Eigen::VectorXd plain = GradientOfEpisode(mdp, theta, 0.7, true, 1);
  mdp.R /= 8;
  EXPECT_TRUE((8 * GradientOfEpisode(mdp, theta, 0.7, true, 1)).isApprox(plain, 1e-12));
}

// ---- the loss

struct Data {
  Matrix mean = test::RandomMatrix(3, 300, 1), action = test::RandomMatrix(3, 300, 2);
  Vector log_std = 0.2 * test::RandomVector(3, 3);
  RowVector advantage = test::RandomRow(300, 4), target = test::RandomRow(300, 5),
            value = test::RandomRow(300, 6), log_prob = RowVector(300);
  Matrix dmean = Matrix::Zero(3, 300);
  Vector dlog_std = Vector::Zero(3);
  RowVector dvalue = RowVector(300);

  PolicyBatch batch() const { return {action, mean, log_std, log_prob, advantage, target, value}; }
  PolicyGradient gradient() { return {dmean, dlog_std, dvalue}; }
};

TEST(PolicyGradientLoss, GradientIsItsDerivative) {
  Data d;
  const Matrix old_mean = d.mean;
  const Vector old_log_std = d.log_std;
  const double c_v = 0.7, c_e = 0.1, weight = 1.0 / 300;
  const auto loss = [&] {
    Data scratch;
    const PolicyLoss l = EvaluatePolicyGradientLoss(
        c_v, c_e, {d.action, old_mean, old_log_std, d.log_prob, d.advantage, d.target, d.value},
        {d.mean, d.log_std, d.value}, weight, scratch.gradient());
    return l.policy + c_v * l.value - c_e * l.entropy;
  };
  EvaluatePolicyGradientLoss(c_v, c_e, d.batch(), {d.mean, d.log_std, d.value}, weight,
                             d.gradient());
  test::ExpectGradient(loss, d.mean.rightCols(3), d.dmean.rightCols(3), "mean");
  test::ExpectGradient(loss, d.log_std, d.dlog_std, "log std");
  test::ExpectGradient(loss, d.value.head(3), d.dvalue.head(3), "value");
}

// Where the policy has not moved yet, rho = 1, and PPO's gradient, clipped or with a penalty, is
// the plain one.
TEST(PolicyGradientLoss, IsPposAtRatioOne) {
  for (const char* form : {"clip", "penalty"}) {
    Data plain, ppo;
    LogProb({}, plain.mean, plain.log_std, plain.action, plain.log_prob);
    ppo.log_prob = plain.log_prob;
    PpoConfig config;
    config.form = form;
    config.entropy_coefficient = 0.1;
    EvaluatePolicyGradientLoss(2, 0.1, plain.batch(), {plain.mean, plain.log_std, plain.value},
                               1.0 / 300, plain.gradient());
    EvaluatePpoLoss(config, ppo.batch(), {ppo.mean, ppo.log_std, ppo.value}, 1.0 / 300,
                    ppo.gradient(), /*penalty=*/3);
    EXPECT_TRUE(ppo.dmean.isApprox(plain.dmean, 1e-12)) << form;
    EXPECT_TRUE(ppo.dlog_std.isApprox(plain.dlog_std, 1e-12)) << form;
    EXPECT_TRUE(ppo.dvalue.isApprox(plain.dvalue, 1e-12)) << form;
  }
}

// Moved away from where it was, the penalty form has its own derivative, and no clip.
TEST(PpoPenalty, GradientIsItsDerivative) {
  Data d;
  LogProb({}, d.mean, d.log_std, d.action, d.log_prob);
  const Matrix old_mean = d.mean;
  const Vector old_log_std = d.log_std;
  d.mean += 0.4 * test::RandomMatrix(3, 300, 8);
  d.log_std.array() += 0.1;
  PpoConfig config;
  config.form = "penalty";
  config.entropy_coefficient = 0;
  const double beta = 0.8, weight = 1.0 / 300;
  const auto evaluate = [&](Data& out) {
    return EvaluatePpoLoss(
        config, {d.action, old_mean, old_log_std, d.log_prob, d.advantage, d.target, d.value},
        {d.mean, d.log_std, d.value}, weight, out.gradient(), beta);
  };
  const PolicyLoss at = evaluate(d);
  EXPECT_EQ(at.clip_fraction, 0);
  EXPECT_GT(at.kl, 0.01);
  const auto loss = [&] {
    Data scratch;
    const PolicyLoss l = evaluate(scratch);
    return l.policy + beta * l.kl;
  };
  test::ExpectGradient(loss, d.mean.rightCols(3), d.dmean.rightCols(3), "mean");
  test::ExpectGradient(loss, d.log_std, d.dlog_std, "log std");
}

TEST(PpoPenalty, FollowsItsTarget) {
  PpoConfig config;
  config.penalty_target = 0.03;
  EXPECT_EQ(AdaptPenalty(config, 0.019, 4), 2);
  EXPECT_EQ(AdaptPenalty(config, 0.03, 4), 4);
  EXPECT_EQ(AdaptPenalty(config, 0.046, 4), 8);
}

TEST(PolicyGradientConfigs, FieldsAreWellFormed) {
  A2cConfig a2c;
  ReinforceConfig reinforce;
  test::ExpectWellFormed(Fields(a2c));
  test::ExpectWellFormed(Fields(reinforce));
}

// A discrete policy goes through the same losses.
TEST(PpoLoss, OfChoicesHasItsDerivative) {
  constexpr int kChoices = 3, kN = 40;
  Matrix old_logits = test::RandomMatrix(kChoices, kN, 1), action(1, kN);
  for (int i = 0; i < kN; ++i) action(0, i) = i % kChoices;
  RowVector log_prob(kN), dvalue(kN);
  const ActionDistribution distribution{kChoices};
  Vector none;
  LogProb(distribution, old_logits, none, action, log_prob);
  const RowVector advantage = test::RandomRow(kN, 2), zero = RowVector::Zero(kN);
  Matrix logits = old_logits + 0.3 * test::RandomMatrix(kChoices, kN, 3), dlogits(kChoices, kN),
         scratch(kChoices, kN);
  PpoConfig config;
  config.entropy_coefficient = 0.05;
  const auto evaluate = [&](Matrix& gradient) {
    return EvaluatePpoLoss(config, {action, old_logits, none, log_prob, advantage, zero, zero},
                           {logits, none, zero, distribution}, 1.0 / kN, {gradient, none, dvalue});
  };
  evaluate(dlogits);
  const auto loss = [&] {
    const PolicyLoss l = evaluate(scratch);
    return l.policy - config.entropy_coefficient * l.entropy;
  };
  test::ExpectGradient(loss, logits, dlogits, "logits");
}

}  // namespace
}  // namespace doggo::agent
