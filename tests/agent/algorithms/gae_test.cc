#include "agent/algorithms/gae.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// What GaeInput refers to, kept. One environment per row.
struct Rollout {
  Matrix reward, value, next_value;
  Flags terminated, truncated;
};

Matrix Row(std::initializer_list<double> numbers) {
  return Eigen::Map<const RowVector>(numbers.begin(), static_cast<Eigen::Index>(numbers.size()));
}
Flags FlagRow(std::initializer_list<bool> flags) {
  return Eigen::Map<const Eigen::Array<bool, 1, Eigen::Dynamic>>(
      flags.begin(), static_cast<Eigen::Index>(flags.size()));
}

Matrix Advantage(const Rollout& r, double gamma, double lambda) {
  Matrix advantage = Matrix::Constant(r.reward.rows(), r.reward.cols(), kNan);
  Gae({.reward = r.reward,
       .value = r.value,
       .next_value = r.next_value,
       .terminated = r.terminated,
       .truncated = r.truncated},
      gamma, lambda, advantage);
  return advantage;
}

// N environments, T steps; about one step in six ends an episode, either way.
Rollout RandomRollout(int N, int T) {
  Rollout r = {.reward = test::RandomMatrix(N, T, 1),
               .value = test::RandomMatrix(N, T, 2),
               .next_value = test::RandomMatrix(N, T, 3),
               .terminated = Flags(N, T),
               .truncated = Flags(N, T)};
  Random random(4, Stream::kTest);
  for (int t = 0; t < T; ++t) {
    for (int i = 0; i < N; ++i) {
      const uint32_t fate = random.Below(12);
      r.terminated(i, t) = fate == 0;
      r.truncated(i, t) = fate == 1;
      // an episode that goes on steps into the state that the next value is of
      if (fate > 1 && t + 1 < T) r.next_value(i, t) = r.value(i, t + 1);
    }
  }
  return r;
}

// The same as a sum: A_t = sum over k of (gamma lambda)^k delta_{t+k}, to the end of the episode.
double AdvantageBySum(const Rollout& r, double gamma, double lambda, Eigen::Index i,
                      Eigen::Index t) {
  double sum = 0, weight = 1;
  for (; t < r.reward.cols(); ++t, weight *= gamma * lambda) {
    const double next = r.terminated(i, t) ? 0 : r.next_value(i, t);
    sum += weight * (r.reward(i, t) + gamma * next - r.value(i, t));
    if (r.terminated(i, t) || r.truncated(i, t)) break;
  }
  return sum;
}

// r = (1, 0, 2), V = (.5, .4, .3), then V = .2; gamma = .9, lambda = .8:
//   delta = (.86, -.13, 1.88), A = (.86 + .72 * 1.2236, -.13 + .72 * 1.88, 1.88)
TEST(Gae, GivesTheWorkedExample) {
  const Rollout r = {.reward = Row({1, 0, 2}),
                     .value = Row({0.5, 0.4, 0.3}),
                     .next_value = Row({0.4, 0.3, 0.2}),
                     .terminated = FlagRow({false, false, false}),
                     .truncated = FlagRow({false, false, false})};
  EXPECT_TRUE(Advantage(r, 0.9, 0.8).isApprox(Row({1.740992, 1.2236, 1.88}), 1e-14));
}

// The same with the episode over after the second step: delta = (.86, 0 + 0 - .4, 1.88).
TEST(Gae, GivesTheWorkedExampleWithATermination) {
  const Rollout r = {.reward = Row({1, 0, 2}),
                     .value = Row({0.5, 0.4, 0.3}),
                     .next_value = Row({0.4, 0.3, 0.2}),
                     .terminated = FlagRow({false, true, false}),
                     .truncated = FlagRow({false, false, false})};
  EXPECT_TRUE(Advantage(r, 0.9, 0.8).isApprox(Row({0.572, -0.4, 1.88}), 1e-14));
}

// One environment, three steps, the last cut off by the clock: the value of the state it stopped
// in must be used. lambda = 1: advantage = discounted rewards + gamma^3 V(final).
TEST(Gae, TimeoutBootstrapsFromTheFinalStateNotTheFirstOfTheNextEpisode) {
  const Rollout r = {.reward = Row({1, 1, 1}),
                     .value = Row({0, 0, 0}),
                     .next_value = Row({0, 0, 10}),
                     .terminated = FlagRow({false, false, false}),
                     .truncated = FlagRow({false, false, true})};
  // 1 + 0.5 (1 + 0.5 (1 + 0.5 * 10))
  EXPECT_DOUBLE_EQ(Advantage(r, /*gamma=*/0.5, /*lambda=*/1)(0, 0), 3);
}

// In the middle of a rollout the column after a time-out belongs to another episode.
TEST(Gae, NothingCrossesTheEndOfAnEpisode) {
  Rollout r = {.reward = Row({1, 2, 3}),
               .value = Row({0.5, 0.25, 7}),
               .next_value = Row({4, 8, 9}),
               .terminated = FlagRow({false, true, false}),
               .truncated = FlagRow({true, false, false})};
  const Matrix advantage = Advantage(r, 0.5, 1);
  EXPECT_DOUBLE_EQ(advantage(0, 0), 1 + 0.5 * 4 - 0.5);
  EXPECT_DOUBLE_EQ(advantage(0, 1), 2 - 0.25);
  EXPECT_DOUBLE_EQ(advantage(0, 2), 3 + 0.5 * 9 - 7);
}

TEST(Gae, EqualsTheSumOfDiscountedTemporalDifferences) {
  const Rollout r = RandomRollout(13, 40);
  ASSERT_TRUE(r.terminated.any() && r.truncated.any());
  for (auto [gamma, lambda] : {std::pair{0.97, 0.9}, {1.0, 0.5}, {0.5, 1.0}}) {
    const Matrix advantage = Advantage(r, gamma, lambda);
    for (Eigen::Index t = 0; t < 40; ++t) {
      for (Eigen::Index i = 0; i < 13; ++i) {
        EXPECT_NEAR(advantage(i, t), AdvantageBySum(r, gamma, lambda, i, t), 1e-12);
      }
    }
  }
}

TEST(Gae, LambdaZeroIsTheOneStepTemporalDifference) {
  const Rollout r = RandomRollout(5, 20);
  const Matrix next = r.terminated.select(0, r.next_value);
  EXPECT_TRUE(Advantage(r, 0.9, 0).isApprox(r.reward + 0.9 * next - r.value, 1e-14));
}

TEST(Gae, LambdaOneIsReturnMinusValue) {
  const Rollout r = RandomRollout(5, 20);
  const double gamma = 0.9;
  const Matrix advantage = Advantage(r, gamma, 1);
  for (Eigen::Index i = 0; i < 5; ++i) {
    double discounted_return = r.next_value(i, 19);
    for (Eigen::Index t = 19; t >= 0; --t) {
      if (r.truncated(i, t)) discounted_return = r.next_value(i, t);
      if (r.terminated(i, t)) discounted_return = 0;
      discounted_return = r.reward(i, t) + gamma * discounted_return;
      EXPECT_NEAR(advantage(i, t), discounted_return - r.value(i, t), 1e-12);
    }
  }
}

// Nobody needs to evaluate the network in a state after which there is nothing.
TEST(Gae, NextValueOfATerminationIsNotLookedAt) {
  Rollout r = RandomRollout(5, 20);
  const Matrix before = Advantage(r, 0.9, 0.8);
  r.next_value = r.terminated.select(kNan, r.next_value);
  EXPECT_EQ(Advantage(r, 0.9, 0.8), before);
}

TEST(Gae, GammaZeroIsRewardMinusValue) {
  const Rollout r = RandomRollout(5, 20);
  EXPECT_TRUE(Advantage(r, 0, 0.9).isApprox(r.reward - r.value, 1e-14));
}

}  // namespace
}  // namespace doggo::agent
