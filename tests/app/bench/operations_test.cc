// Against the numbers of a table that was worked out elsewhere: 48 observations, 12 actions, an
// actor and a critic of the same widths, 5 epochs.
#include "app/bench/operations.h"

#include <gtest/gtest.h>

namespace doggo::bench {
namespace {

agent::ActorCritic Nets(const std::vector<int>& hidden) {
  EnvSpec spec;
  spec.policy_dim = spec.critic_dim = 48;
  spec.action_dim = 12;
  agent::NetworkConfig config;
  config.policy_hidden = config.critic_hidden = hidden;
  return agent::ActorCritic(spec, config);
}

double AllProducts(const agent::ActorCritic& nets) {
  return ProductsOf(nets.actor).all + ProductsOf(nets.critic).all;
}

// 48*512 + 512*256 + 256*128 + 128*12 = 189,952 and, with one output, 188,544.
TEST(Operations, CountTheProductsOfTheDenseLayers) {
  const agent::ActorCritic nets = Nets({512, 256, 128});
  EXPECT_EQ(ProductsOf(nets.actor).all, 189952);
  EXPECT_EQ(ProductsOf(nets.actor).first, 24576);
  EXPECT_EQ(AllProducts(nets), 378496);
  EXPECT_EQ(AllProducts(Nets({256, 256, 256})), 290048);
  EXPECT_EQ(AllProducts(Nets({128, 128, 128})), 79488);
  EXPECT_EQ(AllProducts(Nets({128, 64, 32})), 33184);
}

TEST(Operations, OfLearningLeaveOutTheGradientAtTheInput) {
  const agent::ActorCritic nets = Nets({512, 256, 128});
  EXPECT_EQ(LearningOperations(nets.actor), 6 * 189952 - 2 * 24576);
  EXPECT_EQ(UpdateOperations(nets, agent::PpoConfig{.epochs = 5}, 1000),
            5000.0 * (6 * 378496 - 2 * 2 * 24576));
}

// Without the value at the end of a rollout, which is 1/T of a forward pass of the critic.
TEST(Operations, PerEnvironmentStepAreThoseOfTheTable) {
  const struct {
    std::vector<int> hidden;
    double million;
  } table[] = {{{512, 256, 128}, 11.6},
               {{256, 256, 256}, 9.04},
               {{128, 128, 128}, 2.42},
               {{128, 64, 32}, 0.94}};
  for (const auto& row : table) {
    agent::LearnerConfig config;
    config.steps_per_iteration = 1000000;
    config.ppo.epochs = 5;
    EXPECT_NEAR(1e-6 * OperationsPerStep(Nets(row.hidden), config), row.million, 0.05)
        << row.hidden.front();
  }
}

// 4 physics steps of 19 us and 11.6 million operations at 180 GFLOP/s, on 2 cores.
TEST(Operations, RooflineIsThatOfTheTable) {
  EXPECT_NEAR(Roofline(2, 4, 19e-6, 11.6e6, 180e9), 14.2e3, 50);
  EXPECT_NEAR(Roofline(2, 4, 19e-6, 2.42e6, 180e9), 22.4e3, 50);
}

}  // namespace
}  // namespace doggo::bench
