// That what runs in every tile of every update takes no memory from the heap.
#include <gtest/gtest.h>

#include "agent/algorithms/gae.h"
#include "agent/algorithms/ppo.h"
#include "agent/nn/network.h"
#include "agent/optim/gradient_clipping.h"
#include "agent/optim/optimizer.h"
#include "tests/support/allocations.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(Allocation, NoneInAnUpdateOfActorAndCritic) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  constexpr int kObservations = 10, kActions = 3, kCapacity = 256;
  const Network actor({kObservations, 32, kActions}, "elu"), critic({kObservations, 32, 1}, "elu");
  Vector actor_theta = test::RandomVector(actor.num_parameters(), 1);
  Vector critic_theta = test::RandomVector(critic.num_parameters(), 2);
  Vector dactor = Vector::Zero(actor_theta.size()), dcritic = Vector::Zero(critic_theta.size());
  Tape actor_tape = actor.MakeTape(kCapacity), critic_tape = critic.MakeTape(kCapacity);
  OptimizerState adam = MakeOptimizerState({}, actor.num_parameters());

  const Matrix x = test::RandomMatrix(kObservations, kCapacity, 3);
  const Matrix action = test::RandomMatrix(kActions, kCapacity, 4);
  const Vector log_std = Vector::Zero(kActions);
  const RowVector row = test::RandomRow(kCapacity, 5);
  Matrix dmean(kActions, kCapacity);
  Vector dlog_std = Vector::Zero(kActions);
  RowVector dvalue(kCapacity);
  PolicyLoss sum;

  for (Eigen::Index n : {256, 100}) {
    const auto row_n = row.leftCols(n);
    EXPECT_EQ(test::CountAllocations([&] {
                const PolicyLoss loss = EvaluatePpoLoss(
                    {},
                    {.action = action.leftCols(n),
                     .old_mean = action.leftCols(n),
                     .old_log_std = log_std,
                     .old_log_prob = row_n,
                     .advantage = row_n,
                     .value_target = row_n,
                     .old_value = row_n},
                    {.mean = actor.Forward(actor_theta, x.leftCols(n), actor_tape),
                     .log_std = log_std,
                     .value = critic.Forward(critic_theta, x.leftCols(n), critic_tape)},
                    1.0, {.mean = dmean.leftCols(n), .log_std = dlog_std, .value = dvalue.head(n)});
                sum += loss;
                actor.Backward(actor_theta, x.leftCols(n), dmean.leftCols(n), actor_tape, dactor);
                critic.Backward(critic_theta, x.leftCols(n), dvalue.head(n), critic_tape, dcritic);
                ClipGradientNorm(1, dactor);
                Step({}, 1e-3, dactor, {}, adam, actor_theta);
              }),
              0)
        << n << " examples";
  }
}

TEST(Allocation, NoneInGae) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  const Matrix reward = test::RandomMatrix(64, 24, 1), value = test::RandomMatrix(64, 24, 2);
  const Flags flags = Flags::Constant(64, 24, false);
  Matrix advantage(64, 24);
  EXPECT_EQ(test::CountAllocations([&] {
              Gae({.reward = reward,
                   .value = value,
                   .next_value = value,
                   .terminated = flags,
                   .truncated = flags},
                  0.9, 0.9, advantage);
            }),
            0);
}

}  // namespace
}  // namespace doggo::agent
