// A recorded episode, run again.
#include "app/replayed_show.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/recorded_episode.h"
#include "tests/app/untrained_policy.h"

namespace doggo::app {
namespace {

Config World() {
  Config config;
  config.world.commands.script = {"1 0.8 0 0", "2 0.5 0 1"};
  config.world.episode_length = 1e6;
  return config;
}

sim::Replay Recorded(const Config& config) {
  return RecordEpisode(UntrainedPolicy(config.world), config, 7, 1.0, DOGGO_SOURCE_DIR);
}

const sim::Scene& NoScene() {
  static std::byte nothing[sizeof(sim::Scene)];
  return *reinterpret_cast<const sim::Scene*>(nothing);
}

struct Replayed {
  Replayed()
      : replay(Recorded(World())),
        config(ConfigOf(replay, "it.replay")),
        task(config.world, DOGGO_SOURCE_DIR, 1),
        show(task, replay, "it.replay") {}

  void Press(int key) {
    sim::Input input;
    input.pressed = {key};
    show.Heed(input, {}, NoScene(), 0, onlooker);
    show.Advance(0, onlooker);
  }
  Eigen::Vector3d position() const { return show.robot(0).episode.t.now.p_W; }

  sim::Replay replay;
  Config config;
  sim::LocomotionTask task;
  ReplayedShow show;
  Onlooker onlooker;
};

TEST(RecordedEpisode, CarriesTheWorldThatItHappenedIn) {
  const Config config = World();
  const sim::Replay replay = Recorded(config);
  EXPECT_EQ(replay.steps(), 50);
  EXPECT_EQ(ConfigOf(replay, "it").world.commands.script, config.world.commands.script);
  sim::Replay bare = replay;
  bare.configuration.clear();
  EXPECT_THROW(ConfigOf(bare, "it.replay"), std::runtime_error);
}

// Against the same robot, stepped by itself.
TEST(ReplayedShow, GoesThroughTheStatesThatWereRecorded) {
  Replayed replayed;
  sim::ParallelEnv env(
      std::make_unique<const sim::LocomotionTask>(World().world, DOGGO_SOURCE_DIR, 1), 1, 1, 7);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  for (int step = 0; step <= replayed.show.steps(); ++step) {
    replayed.show.Seek(step);
    const sim::RobotState& expected = sim::EpisodeOf(env, 0).t.now;
    ASSERT_EQ(replayed.position(), expected.p_W) << step;
    const auto observed = replayed.show.robot(0).observation;
    for (size_t k = 0; k < observed.size(); ++k)
      ASSERT_EQ(observed[k], batch.policy_obs(static_cast<int>(k), 0)) << step << " " << k;
    if (step == replayed.show.steps()) break;
    const Batch action = Eigen::Map<const Batch>(
        &replayed.replay.actions[static_cast<size_t>(step) * replayed.replay.action_dim],
        replayed.replay.action_dim, 1);
    env.Step(0, action, batch);
  }
}

TEST(ReplayedShow, BackwardsItShowsWhatItShowedForwards) {
  Replayed replayed;
  std::vector<Eigen::Vector3d> positions, velocities;
  for (int step = 0; step <= replayed.show.steps(); ++step) {
    replayed.show.Seek(step);
    positions.push_back(replayed.position());
    velocities.push_back(replayed.show.robot(0).trail.velocity);
  }
  for (int step = replayed.show.steps(); step >= 0; --step) {
    replayed.show.Seek(step);
    ASSERT_EQ(replayed.position(), positions[step]);
    ASSERT_EQ(replayed.show.robot(0).trail.velocity, velocities[step]);
  }
}

TEST(ReplayedShow, KeysStepAndJumpAndTheSliderIsItsTime) {
  Replayed replayed;
  replayed.Press(sim::kKeyRight);
  replayed.Press(sim::kKeyRight);
  EXPECT_EQ(replayed.show.step(), 2);
  EXPECT_TRUE(replayed.onlooker.paused);
  replayed.Press(sim::kKeyLeft);
  EXPECT_EQ(replayed.show.step(), 1);
  replayed.Press(sim::kKeyEnd);
  EXPECT_EQ(replayed.show.step(), replayed.show.steps());
  replayed.Press(sim::kKeyRight);
  EXPECT_EQ(replayed.show.step(), replayed.show.steps()) << "there is nothing beyond";
  replayed.Press(sim::kKeyHome);
  EXPECT_EQ(replayed.show.step(), 0);
  *replayed.show.Controls(replayed.onlooker)[1].value = 0.5;
  replayed.show.Advance(0, replayed.onlooker);
  EXPECT_EQ(replayed.show.step(), 25);
}

TEST(ReplayedShow, RunsAtTheClockAndBeginsAgain) {
  Replayed replayed;
  for (int k = 0; k < 25; ++k) replayed.show.Advance(0.02, replayed.onlooker);
  EXPECT_EQ(replayed.show.step(), 25);
  for (int k = 0; k < 55; ++k) replayed.show.Advance(0.02, replayed.onlooker);
  EXPECT_EQ(replayed.show.step(), 50) << "it rests at the end for a second";
  for (int k = 0; k < 30; ++k) replayed.show.Advance(0.02, replayed.onlooker);
  EXPECT_LT(replayed.show.step(), 20);
}

TEST(ReplayedShow, RefusesAReplayOfAnotherWorld) {
  sim::Replay replay = Recorded(World());
  replay.action_dim = 11;
  replay.actions.resize(11);
  const sim::LocomotionTask task(World().world, DOGGO_SOURCE_DIR, 1);
  EXPECT_THROW(ReplayedShow(task, replay, "it"), std::runtime_error);
}

}  // namespace
}  // namespace doggo::app
