#include "agent/algorithms/returns.h"

#include <gtest/gtest.h>

#include <functional>

#include "agent/tabular/episodes.h"
#include "agent/tabular/planning.h"
#include "agent/tabular/worlds.h"

namespace doggo::agent {
namespace {

constexpr Real kGamma = 0.9;

// One environment of three steps; the golden numbers of Gae's tests.
struct Experience {
  Matrix reward = (Matrix(1, 3) << 1, 0, 2).finished();
  Matrix value = (Matrix(1, 3) << 0.5, 0.4, 0.3).finished();
  Matrix next_value = (Matrix(1, 3) << 0.4, 0.3, 0.2).finished();
  Flags terminated = Flags::Constant(1, 3, false), truncated = terminated;

  GaeInput input() const { return {reward, value, next_value, terminated, truncated}; }
};

using Function = std::function<void(const GaeInput&, MatrixRef)>;
Matrix Of(const Function& function, const Experience& in) {
  Matrix returns = Matrix::Constant(1, in.reward.cols(), std::nan(""));
  function(in.input(), returns);
  return returns;
}
Matrix MonteCarlo(const Experience& in) {
  return Of([](const GaeInput& i, MatrixRef out) { MonteCarloReturns(i, kGamma, out); }, in);
}
Matrix OneStep(const Experience& in) {
  return Of([](const GaeInput& i, MatrixRef out) { OneStepReturns(i, kGamma, out); }, in);
}
Matrix NStep(int n, const Experience& in) {
  return Of([n](const GaeInput& i, MatrixRef out) { NStepReturns(i, kGamma, n, out); }, in);
}
Matrix Lambda(Real lambda, const Experience& in) {
  return Of([lambda](const GaeInput& i, MatrixRef out) { LambdaReturns(i, kGamma, lambda, out); },
            in);
}

void ExpectRow(const Matrix& row, std::initializer_list<double> expected) {
  int t = 0;
  for (const double e : expected) {
    EXPECT_NEAR(row(0, t), e, 1e-12) << "at step " << t;
    ++t;
  }
}

// The rollout ends in a state worth 0.2: 2 + 0.9 * 0.2 = 2.18, 0.9 * 2.18, 1 + 0.81 * 2.18.
TEST(Returns, AtTheEndOfTheRolloutTheValueStandsForTheRest) {
  const Experience in;
  ExpectRow(MonteCarlo(in), {2.7658, 1.962, 2.18});
  ExpectRow(OneStep(in), {1.36, 0.27, 2.18});
  ExpectRow(NStep(2, in), {1.243, 1.962, 2.18});  // 1 + 0.81 * 0.3
}

TEST(Returns, AfterATerminationNothingIsWorthAnything) {
  Experience in;
  in.terminated(0, 1) = true;
  in.next_value(0, 1) = 100;  // what the network says of it is not looked at
  ExpectRow(MonteCarlo(in), {1, 0, 2.18});
  ExpectRow(OneStep(in), {1.36, 0, 2.18});
  ExpectRow(NStep(3, in), {1, 0, 2.18});
}

// The episode is cut off in a state worth 10, not in the 0.3 that the next one begins with.
TEST(Returns, ATimeOutIsWorthItsTrueFinalState) {
  Experience in;
  in.truncated(0, 1) = true;
  in.next_value(0, 1) = 10;
  ExpectRow(MonteCarlo(in), {9.1, 9, 2.18});
  ExpectRow(OneStep(in), {1.36, 9, 2.18});
  ExpectRow(NStep(2, in), {9.1, 9, 2.18});
  ExpectRow(NStep(1, in), {1.36, 9, 2.18});
}

TEST(Returns, LambdaReturnIsAdvantagePlusValue) {
  for (const int end : {-1, 0, 1, 2}) {
    for (const bool terminates : {true, false}) {
      Experience in;
      if (end >= 0) (terminates ? in.terminated : in.truncated)(0, end) = true;
      for (const double lambda : {0.0, 0.3, 0.8, 1.0}) {
        Matrix advantage(1, 3);
        Gae(in.input(), kGamma, lambda, advantage);
        EXPECT_TRUE(Lambda(lambda, in).isApprox(advantage + in.value, 1e-12));
      }
    }
  }
}

// (1 - lambda) sum_n lambda^(n-1) G^(n), whose last weight is all that is left
TEST(Returns, LambdaReturnIsTheMeanOfAllNStepReturns) {
  const Experience in;
  const double lambda = 0.8;
  const double mean = (1 - lambda) * NStep(1, in)(0, 0) +
                      (1 - lambda) * lambda * NStep(2, in)(0, 0) +
                      lambda * lambda * NStep(3, in)(0, 0);
  EXPECT_NEAR(Lambda(lambda, in)(0, 0), mean, 1e-12);
}

TEST(Returns, WithoutDiscountASumAndWithFullDiscountTheRewardAlone) {
  Experience in;
  in.terminated(0, 2) = true;
  Matrix returns(1, 3);
  MonteCarloReturns(in.input(), 1, returns);
  ExpectRow(returns, {3, 2, 2});
  MonteCarloReturns(in.input(), 0, returns);
  ExpectRow(returns, {1, 0, 2});
}

// Drawn from a chain of which everything is known: each estimator means the value of the state,
// where its own values are right, within 4 standard errors. The two that bootstrap vary less.
TEST(Returns, MeanTheValueThatDynamicProgrammingFinds) {
  const Mdp mdp = Chain(5, 0.9, 0.3);
  const Eigen::MatrixXd policy = UniformPolicy(mdp);
  const Eigen::VectorXd V = EvaluatePolicy(mdp, policy);
  constexpr int kEpisodes = 3000, kEstimators = 4;
  Eigen::Matrix<double, kEstimators, 1> sum, sum_square;
  sum.setZero();
  sum_square.setZero();
  for (int k = 0; k < kEpisodes; ++k) {
    const auto steps = DrawEpisode(mdp, policy, 8, Random(2, Stream::kTest, k));
    const auto T = static_cast<Eigen::Index>(steps.size());
    Experience in{.reward = Matrix(1, T),
                  .value = Matrix(1, T),
                  .next_value = Matrix(1, T),
                  .terminated = Flags(1, T),
                  .truncated = Flags::Constant(1, T, false)};
    for (Eigen::Index t = 0; t < T; ++t) {
      in.reward(0, t) = steps[t].reward;
      in.value(0, t) = V[steps[t].state];
      in.next_value(0, t) = V[steps[t].next];
      in.terminated(0, t) = steps[t].terminated;
    }
    in.truncated(0, T - 1) = !in.terminated(0, T - 1);
    const double estimate[] = {MonteCarlo(in)(0, 0), OneStep(in)(0, 0), NStep(3, in)(0, 0),
                               Lambda(0.7, in)(0, 0)};
    for (int i = 0; i < kEstimators; ++i) {
      sum[i] += estimate[i];
      sum_square[i] += estimate[i] * estimate[i];
    }
  }
  const Eigen::VectorXd mean = sum / kEpisodes;
  const Eigen::VectorXd variance = sum_square / kEpisodes - mean.cwiseAbs2();
  for (int i = 0; i < kEstimators; ++i)
    EXPECT_NEAR(mean[i], V[0], 4 * std::sqrt(variance[i] / kEpisodes) + 1e-12) << i;
  EXPECT_LT(variance[1], variance[0]);
  EXPECT_LT(variance[3], variance[0]);
}

}  // namespace
}  // namespace doggo::agent
