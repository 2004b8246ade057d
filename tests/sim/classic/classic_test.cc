#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "sim/classic/worlds.h"
#include "sim/environment/parallel_env.h"

namespace doggo::sim {
namespace {

ParallelEnv Make(std::string_view name, int environments = 4, ClassicConfig config = {},
                 uint64_t seed = 1) {
  return {FindClassicWorld(name)->make(config), environments, environments, seed};
}

StepBatch Begin(ParallelEnv& env) {
  StepBatch out = MakeStepBatch(env.spec());
  env.Reset(0, out);
  return out;
}

// Swings of a physical pendulum about the lowest point: T = 2 pi sqrt(I / (m g l)), with
// I = 1/12 + 1/4 kg m^2, l = 0.5 m: 1.638 s.
TEST(Pendulum, SwingsWithThePeriodOfARod) {
  const auto task = FindClassicWorld("pendulum")->make({});
  const DataPtr data = MakeData(task->model());
  data->qpos[0] = M_PI - 0.05;
  double half_period = 0;
  while (data->qpos[0] < M_PI + 0.0499 && half_period < 2) {
    mj_step(&task->model(), data.get());
    half_period += task->model().opt.timestep;
    if (data->qvel[0] < 0) break;
  }
  EXPECT_NEAR(2 * half_period, 2 * M_PI * std::sqrt((1.0 / 12 + 0.25) / (9.81 * 0.5)), 0.04);
}

// From rest below, the constant torque does 2 phi J against a weight of 4.905 (1 - cos phi) J: it
// turns back at 0.85 rad, far from lying level.
TEST(Pendulum, ItsMotorCannotLiftIt) {
  const auto task = FindClassicWorld("pendulum")->make({});
  const DataPtr data = MakeData(task->model());
  data->qpos[0] = M_PI;
  data->ctrl[0] = 1;
  double furthest = 0;
  for (int t = 0; t < 500; ++t) {
    mj_step(&task->model(), data.get());
    furthest = std::max(furthest, std::abs(data->qpos[0] - M_PI));
  }
  EXPECT_NEAR(furthest, 0.85, 0.03);
}

TEST(Cartpole, AFallIsALossAndAClockIsNone) {
  auto env = Make("cartpole");
  StepBatch out = Begin(env);
  const Batch push = Batch::Ones(1, 4);
  bool lost = false;
  for (int t = 0; t < 100 && !lost; ++t) {
    env.Step(0, push, out);
    lost = out.terminated.any();
    EXPECT_FALSE((out.terminated && out.truncated).any());
  }
  EXPECT_TRUE(lost);
}

TEST(Cartpole, ItsEpisodesReturnIsTheSecondsItStood) {
  ClassicConfig config;
  config.episode_seconds = 0.1;
  auto env = Make("cartpole", 4, config);
  StepBatch out = Begin(env);
  const Batch nothing = Batch::Zero(1, 4);
  for (int t = 0; t < 10; ++t) env.Step(0, nothing, out);  // the first episodes are over
  for (int t = 0; t < 5; ++t) {
    env.Step(0, nothing, out);
    for (int e = 0; e < 4; ++e) {
      if (!out.truncated[e]) continue;
      EXPECT_NEAR(out.episode_metrics(kClassicReturn, e), 0.1, 1e-6);
      EXPECT_NEAR(out.episode_metrics(kClassicLength, e), 0.1, 1e-6);
    }
  }
}

TEST(Cartpole, AChoicePushesToItsSide) {
  ClassicConfig config;
  config.actions = "discrete";
  auto env = Make("cartpole", 2, config);
  EXPECT_EQ(env.spec().num_choices, 2);
  StepBatch out = Begin(env);
  Batch choice(1, 2);
  choice << 0, 1;
  env.Step(0, choice, out);
  EXPECT_LT(out.policy_obs(2, 0), -0.1);  // 10 N on 1.1 kg in 0.02 s: 0.18 m/s
  EXPECT_GT(out.policy_obs(2, 1), 0.1);
}

TEST(Hopper, StandsOnItsFootAtFirst) {
  auto env = Make("hopper");
  StepBatch out = Begin(env);
  const Batch nothing = Batch::Zero(3, 4);
  for (int t = 0; t < 5; ++t) env.Step(0, nothing, out);
  EXPECT_FALSE(out.terminated.any());
  for (int e = 0; e < 4; ++e) EXPECT_NEAR(out.policy_obs(0, e), 0, 0.05);  // height
}

TEST(ClassicWorlds, GoOnFromSavedBytesToTheBit) {
  for (const ClassicWorld& world : ClassicWorlds()) {
    auto env = Make(world.name), other = Make(world.name, 4, {}, /*seed=*/1);
    StepBatch out = Begin(env), other_out = Begin(other);
    const Batch action = Batch::Constant(env.spec().action_dim, 4, 0.3f);
    for (int t = 0; t < 7; ++t) env.Step(0, action, out);
    std::stringstream bytes;
    env.Save(0, bytes);
    other.Load(0, bytes);
    for (int t = 0; t < 50; ++t) {
      env.Step(0, action, out);
      other.Step(0, action, other_out);
    }
    EXPECT_EQ(out.policy_obs, other_out.policy_obs) << world.name;
  }
}

// Where a world names a symmetry, the mirrored state under the mirrored action goes where the
// mirror says.
TEST(ClassicWorlds, TheirMirrorsAreSymmetriesOfThePhysics) {
  for (const ClassicWorld& world : ClassicWorlds()) {
    const auto task = world.make({});
    if (task->spec().symmetries.empty()) continue;
    const Mirror& mirror = task->spec().symmetries[0].critic_obs;
    const DataPtr data = MakeData(task->model());
    const auto after = [&](double sign) {
      mj_resetData(&task->model(), data.get());
      for (int k = 0; k < task->model().nq; ++k) data->qpos[k] = sign * 0.1 * (k + 1);
      for (int k = 0; k < task->model().nv; ++k) data->qvel[k] = sign * 0.2 * (k + 1);
      data->ctrl[0] = sign * 0.5;
      for (int t = 0; t < 10; ++t) mj_step(&task->model(), data.get());
      Eigen::VectorXf obs(task->spec().critic_dim);
      task->Observe({.model = &task->model(), .data = data.get()}, nullptr, obs.data());
      return obs;
    };
    const Eigen::VectorXf plain = after(1), mirrored = after(-1);
    for (Eigen::Index k = 0; k < plain.size(); ++k)
      EXPECT_NEAR(mirrored[k], mirror.sign[k] * plain[mirror.from[k]], 1e-6) << world.name;
  }
}

TEST(ClassicWorlds, SpeedsMayBeTheCriticsAlone) {
  ClassicConfig config;
  config.policy_sees_speeds = false;
  auto env = Make("cartpole", 4, config);
  StepBatch out = Begin(env);
  EXPECT_EQ(env.spec().policy_dim, 2);
  EXPECT_EQ(env.spec().critic_dim, 4);
  EXPECT_FALSE(env.spec().critic_sees_the_same);
  EXPECT_EQ(out.policy_obs, out.critic_obs.topRows(2));
}

TEST(ClassicWorlds, DiscreteActionsWhereThereAreNoneAreRefused) {
  ClassicConfig config;
  config.actions = "discrete";
  try {
    FindClassicWorld("pendulum")->make(config);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("pendulum has no discrete actions"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace doggo::sim
