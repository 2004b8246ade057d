// The bare loop does the same physics as the task, and can tell when it does not.
#include "app/bench/bare_loop.h"

#include <gtest/gtest.h>

#include "app/bench/model_variants.h"

namespace doggo::bench {
namespace {

constexpr int kRobots = 4, kSteps = 150;
constexpr uint64_t kSeed = 3;

// Falls, pushes and new commands within kSteps.
sim::LocomotionConfig Eventful() {
  sim::LocomotionConfig config;
  config.episode_length = 2;
  config.randomization.push_interval = 0.5;
  config.randomization.push_force = {-50, 50};
  config.randomization.push_duration = {0, 0.2};
  config.randomization.base_mass = {-2, 2};  // constants follow
  return config;
}

struct World {
  explicit World(const sim::LocomotionConfig& config)
      : env(std::make_unique<const sim::LocomotionTask>(config, DOGGO_SOURCE_DIR, 2 * kRobots),
            2 * kRobots, kRobots, kSeed),
        task(static_cast<const sim::LocomotionTask&>(env.task())) {}
  sim::ParallelEnv env;
  const sim::LocomotionTask& task;
};

void Step(sim::ParallelEnv& env, int shard, int steps) {
  StepBatch batch = MakeStepBatch(env.spec());
  Batch action(env.spec().action_dim, env.spec().shard_size);
  env.Reset(shard, batch);
  for (int step = 0; step < steps; ++step) {
    DrawActions(shard, step, action);
    env.Step(shard, action, batch);
  }
}

TEST(BareLoop, EndsEveryStretchInTheStateOfTheTaskBitForBit) {
  World world(Eventful());
  const int shard = 1;
  const Recording recording = Record(world.task, kSeed, shard, kRobots, kSteps);
  EXPECT_GT(recording.num_stretches(), 3 * kRobots) << "nothing happened";

  BareLoop bare(world.task, kSeed, recording);
  for (int repeat = 0; repeat < 2; ++repeat) {
    bare.Run();
    EXPECT_EQ(bare.EqualEnds(), recording.num_stretches());
  }
}

TEST(BareLoop, SeesADifferenceOfOneBitInAControl) {
  World world(Eventful());
  Recording recording = Record(world.task, kSeed, 0, kRobots, kSteps);
  double& control = recording.robots[2].control(5, 0);
  control = std::nextafter(control, 10);
  BareLoop bare(world.task, kSeed, recording);
  bare.Run();
  EXPECT_EQ(bare.EqualEnds(), recording.num_stretches() - 1);
}

TEST(Record, DoesWhatTheEnvironmentsDo) {
  World world(Eventful());
  const Recording recording = Record(world.task, kSeed, 1, kRobots, kSteps);
  Step(world.env, 1, kSteps);
  EXPECT_EQ(EqualRecords(world.env, recording), kRobots);
  Step(world.env, 1, kSteps - 1);
  EXPECT_EQ(EqualRecords(world.env, recording), 0);
}

TEST(Record, RefusesDrivesThatChangeTheirControlsWithinAStep) {
  sim::LocomotionConfig config;
  config.drive.lag = 0.01;
  World world(config);
  EXPECT_THROW(Record(world.task, kSeed, 0, kRobots, 1), std::invalid_argument);
}

// With MuJoCo's options and the task's drives, and more to look at and to collide.
TEST(DefaultModel, IsTheSameRobotUnderMuJoCosDefaults) {
  World world({});
  const mjModel& tuned = world.task.model();
  const sim::ModelPtr plain = DefaultModel(world.task, DOGGO_SOURCE_DIR);
  mjOption defaults;
  mj_defaultOption(&defaults);
  EXPECT_EQ(plain->opt.iterations, defaults.iterations);
  EXPECT_EQ(plain->opt.ls_iterations, defaults.ls_iterations);
  EXPECT_EQ(plain->opt.impratio, defaults.impratio);
  EXPECT_EQ(plain->opt.timestep, tuned.opt.timestep);
  EXPECT_EQ(plain->nq, tuned.nq);
  EXPECT_DOUBLE_EQ(mj_getTotalmass(plain.get()), mj_getTotalmass(&tuned));
  EXPECT_GT(plain->ngeom, tuned.ngeom);
  for (int k = 0; k < tuned.nu; ++k) {
    EXPECT_EQ(plain->actuator_gainprm[k * mjNGAIN], tuned.actuator_gainprm[k * mjNGAIN]);
    EXPECT_EQ(plain->actuator_trnid[2 * k], tuned.actuator_trnid[2 * k]);
  }
}

}  // namespace
}  // namespace doggo::bench
