#include "app/evaluation/drill.h"

#include <gtest/gtest.h>

#include "sim/environment/replayer.h"
#include "sim/locomotion/steering.h"
#include "tests/app/untrained_policy.h"

namespace doggo::evaluation {
namespace {

// A push is in no action: the replay must begin with it, or nothing throws the robot over.
TEST(Drill, AFallByAPushHappensAgainInItsReplay) {
  const agent::Policy policy = app::UntrainedPolicy({});
  const sim::LocomotionConfig world;
  agent::WorkerPool pool(1);
  Context context{
      .policy = policy, .trained = world, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  int falls = 0;
  evaluation::Run(context,
                  {.name = "pushed",
                   .world = JudgedWorld(world, Constant({0, 0, 0})),
                   .robots = 2,
                   .seconds = 2,
                   .hand =
                       [](sim::ParallelEnv& env, int robot, int step) {
                         if (robot != 1 || step != 40) return false;
                         sim::SetPush(env, robot, {0, 4000, 0}, 0.1);
                         return true;
                       }},
                  [&](int robot, const Trajectory& t) {
                    falls += t.fell;
                    EXPECT_EQ(t.fell, robot == 1);
                  });
  ASSERT_EQ(falls, 1);
  ASSERT_EQ(context.failures.size(), 1u);
  const Failure& failure = context.failures[0];
  EXPECT_EQ(failure.id, "pushed_0001");
  const sim::LocomotionTask task(*failure.world, DOGGO_SOURCE_DIR, 1);
  sim::Replayer replayer(task, failure.replay);
  sim::Outcome outcome;
  while (!replayer.at_end()) outcome = replayer.Step();
  EXPECT_TRUE(outcome.terminated);
}

// A command set by hand is what the samples say was asked, and counts its age from there.
TEST(Drill, SamplesTellTheCommandThatTheActionWasChosenUnder) {
  const agent::Policy policy = app::UntrainedPolicy({});
  const sim::LocomotionConfig world;
  agent::WorkerPool pool(1);
  Context context{
      .policy = policy, .trained = world, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  evaluation::Run(context,
                  {.name = "asked",
                   .world = JudgedWorld(world, Constant({0, 0, 0})),
                   .robots = 1,
                   .seconds = 0.4,
                   .hand = CommandAt(10, {{0.5, 0, 0}})},
                  [&](int, const Trajectory& t) {
                    ASSERT_EQ(t.samples.size(), 20u);
                    EXPECT_EQ(t.samples[9].command.x(), 0);
                    EXPECT_EQ(t.samples[10].command.x(), 0.5);
                    EXPECT_NEAR(t.samples[10].command_age, 0.02, 1e-12);
                    EXPECT_NEAR(t.samples[19].command_age, 0.2, 1e-12);
                  });
}

}  // namespace
}  // namespace doggo::evaluation
