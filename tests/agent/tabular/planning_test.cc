#include "agent/tabular/planning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "agent/tabular/episodes.h"
#include "agent/tabular/shaping.h"
#include "agent/tabular/softmax_policy.h"
#include "agent/tabular/worlds.h"

namespace doggo::agent {
namespace {

constexpr double kRounding = 1e-10;

std::string Refusal(const Mdp& mdp) {
  try {
    Check(mdp);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

Eigen::MatrixXd SomeTheta(const Mdp& mdp) {
  Eigen::MatrixXd theta(mdp.states, mdp.actions);
  for (int s = 0; s < mdp.states; ++s)
    for (int a = 0; a < mdp.actions; ++a) theta(s, a) = std::sin(1 + 3 * s + 7 * a);
  return theta;
}

TEST(Mdp, ARowThatDoesNotSumToOneIsRefusedNamingIt) {
  Mdp mdp = TwoStates();
  mdp.P[1](0, 1) = 0.9;
  EXPECT_NE(Refusal(mdp).find("row 0 of P of action 1 sums to 0.9"), std::string::npos)
      << Refusal(mdp);
  mdp.P[1].row(0) << -0.5, 1.5;
  EXPECT_NE(Refusal(mdp).find("no probability"), std::string::npos);
}

TEST(Mdp, ADiscountOutsideOfItsRangeIsRefused) {
  for (const double gamma : {-0.1, 1.0, 2.0, std::nan("")})
    EXPECT_THROW(TwoStates(gamma), std::invalid_argument) << gamma;
}

TEST(Mdp, ATerminalStateThatGoesOnIsRefused) {
  Mdp mdp = Chain(3);
  mdp.R(2, 0) = 1;
  EXPECT_NE(Refusal(mdp).find("state 2 is terminal"), std::string::npos);
}

TEST(Planning, TwoStatesAsByHand) {
  const Plan plan = ValueIteration(TwoStates(0.9));
  EXPECT_NEAR(plan.V[0], 9, kRounding);
  EXPECT_NEAR(plan.V[1], 10, kRounding);
  EXPECT_EQ(plan.policy, (Eigen::MatrixXd(2, 2) << 0, 1, 1, 0).finished());
  // uniform: V0 = 0.45 (V0 + V1), V1 = 0.5 + 0.45 (V0 + V1)  =>  V0 + V1 = 5
  const Eigen::VectorXd V = EvaluatePolicy(TwoStates(0.9), UniformPolicy(TwoStates(0.9)));
  EXPECT_NEAR(V[0], 2.25, kRounding);
  EXPECT_NEAR(V[1], 2.75, kRounding);
}

TEST(Planning, ChainIsWorthTheDiscountToItsEnd) {
  const Plan plan = PolicyIteration(Chain(6, 0.5));
  for (int s = 0; s < 5; ++s) EXPECT_NEAR(plan.V[s], std::pow(0.5, 4 - s), kRounding);
  EXPECT_EQ(plan.V[5], 0);
}

TEST(Planning, BothIterationsAgreeAndSolveBellmansEquation) {
  for (const Mdp& mdp : {TwoStates(), Chain(7, 0.9, 0.2), Gridworld(4, 5)}) {
    const Plan by_values = ValueIteration(mdp), by_policies = PolicyIteration(mdp);
    EXPECT_LT((by_values.V - by_policies.V).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_EQ(by_values.policy, by_policies.policy);
    const Eigen::VectorXd best = ActionValues(mdp, by_policies.V).rowwise().maxCoeff();
    EXPECT_LT((best - by_policies.V).cwiseAbs().maxCoeff(), kRounding);
  }
}

TEST(Planning, PolicyEvaluationIsTheLimitOfItsOwnSweeps) {
  const Mdp mdp = Gridworld(3, 3);
  const Eigen::MatrixXd policy = SoftmaxPolicy(SomeTheta(mdp));
  Eigen::VectorXd V = Eigen::VectorXd::Zero(mdp.states);
  for (int sweep = 0; sweep < 1000; ++sweep)
    V = RewardsUnder(mdp, policy) + mdp.gamma * TransitionsUnder(mdp, policy) * V;
  EXPECT_LT((V - EvaluatePolicy(mdp, policy)).cwiseAbs().maxCoeff(), kRounding);
}

// J = sum_s d(s) R_pi(s) / (1 - gamma), and d is a distribution
TEST(Planning, DiscountedStateDistributionPaysTheReturn) {
  const Mdp mdp = Gridworld(3, 4);
  const Eigen::MatrixXd policy = SoftmaxPolicy(SomeTheta(mdp));
  const Eigen::VectorXd d = DiscountedStateDistribution(mdp, policy);
  EXPECT_NEAR(d.sum(), 1, kRounding);
  EXPECT_GE(d.minCoeff(), 0);
  EXPECT_NEAR(d.dot(RewardsUnder(mdp, policy)) / (1 - mdp.gamma), ExpectedReturn(mdp, policy),
              kRounding);
}

TEST(Planning, ExactPolicyGradientIsTheDerivativeOfTheReturn) {
  for (const Mdp& mdp : {TwoStates(), Chain(5, 0.9, 0.1), Gridworld(3, 3)}) {
    Eigen::MatrixXd theta = SomeTheta(mdp);
    const Eigen::MatrixXd gradient = ExactPolicyGradient(mdp, theta);
    for (int s = 0; s < mdp.states; ++s) {
      for (int a = 0; a < mdp.actions; ++a) {
        constexpr double kStep = 1e-5;
        const double here = theta(s, a);
        theta(s, a) = here + kStep;
        const double above = ExpectedReturn(mdp, SoftmaxPolicy(theta));
        theta(s, a) = here - kStep;
        const double below = ExpectedReturn(mdp, SoftmaxPolicy(theta));
        theta(s, a) = here;
        EXPECT_NEAR(gradient(s, a), (above - below) / (2 * kStep), 1e-8);
      }
    }
  }
}

// The mean discounted return of many drawn episodes is J, within 4 standard errors.
TEST(Episodes, EarnWhatIsExpectedOfThem) {
  const Mdp mdp = Chain(4, 0.8, 0.2);
  const Eigen::MatrixXd policy = SoftmaxPolicy(SomeTheta(mdp));
  constexpr int kEpisodes = 4000;
  double sum = 0, sum_square = 0;
  for (int k = 0; k < kEpisodes; ++k) {
    double earned = 0, discount = 1;
    for (const TabularStep& step : DrawEpisode(mdp, policy, 200, Random(1, Stream::kTest, k))) {
      earned += discount * step.reward;
      discount *= mdp.gamma;
    }
    sum += earned;
    sum_square += earned * earned;
  }
  const double mean = sum / kEpisodes;
  const double error = std::sqrt((sum_square / kEpisodes - mean * mean) / kEpisodes);
  EXPECT_NEAR(mean, ExpectedReturn(mdp, policy), 4 * error);
}

// Ng, Harada, Russell 1999, theorem 1
TEST(Shaping, ByAPotentialKeepsTheBestPolicyAndShiftsEveryValueByIt) {
  const Mdp mdp = Gridworld(4, 4);
  Eigen::VectorXd potential(mdp.states);
  for (int s = 0; s < mdp.states; ++s) potential[s] = mdp.terminal[s] ? 0 : 3 * std::sin(s);
  const Mdp shaped = Shaped(mdp, potential);
  Check(shaped);

  const Plan plain = PolicyIteration(mdp), with_it = PolicyIteration(shaped);
  EXPECT_EQ(plain.policy, with_it.policy);
  EXPECT_LT((with_it.V - (plain.V - potential)).cwiseAbs().maxCoeff(), kRounding);
  const Eigen::MatrixXd Q = ActionValues(mdp, plain.V), shaped_Q = ActionValues(shaped, with_it.V);
  EXPECT_LT((shaped_Q - (Q.colwise() - potential)).cwiseAbs().maxCoeff(), kRounding);

  // and of any policy, so that the policy gradient stays as well
  const Eigen::MatrixXd theta = SomeTheta(mdp);
  EXPECT_LT(
      (ExactPolicyGradient(mdp, theta) - ExactPolicyGradient(shaped, theta)).cwiseAbs().maxCoeff(),
      kRounding);
}

// The same numbers added without "gamma Phi(s') -": another best policy.
TEST(Shaping, ByABonusThatIsNoPotentialMayMoveTheBestPolicy) {
  Mdp mdp = Chain(5, 0.9);
  mdp.R(0, 0) += 1;
  EXPECT_NE(PolicyIteration(mdp).policy, PolicyIteration(Chain(5, 0.9)).policy);
}

TEST(Shaping, ARewardForWhereAnEpisodeEndsIsRefused) {
  EXPECT_THROW(Shaped(Chain(3), Eigen::Vector3d(0, 0, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::agent
