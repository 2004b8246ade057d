// The task on rough ground: where episodes begin, when they are cut off, what moves the level, and
// what is measured above the ground.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "sim/terrain/height_scan.h"
#include "tests/sim/environment/history.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

// Stairs and flat tiles, at three levels.
LocomotionConfig Rough() {
  LocomotionConfig config;
  config.randomization = Nominal(config.physics);
  config.randomization.heading = std::numbers::pi;
  config.physics.contacts = "legs";
  config.symmetry = "left_right";
  config.terrain.types = {"stairs_up share=0.5", "stairs_down share=0.3", "flat share=0.2"};
  config.terrain.levels = 3;
  config.terrain_curriculum.start_level = 2;
  config.terminations.base_height = config.terminations.knee_height = false;
  config.terminations.belly = true;
  return config;
}

Eigen::Vector2d Position(const OneRobot& robot, Episode& e) {
  return e.t.now.p_W.head<2>() -
         robot.task().ground().TileCenter(robot.task().TerrainType(0),
                                          static_cast<int>(e.terrain_level));
}

// Near the middle or anywhere on the robot's own tile, with a foot or a shank on the ground.
TEST(RoughGround, EpisodesBeginOnTheRobotsTile) {
  const auto task = MakeTask(Rough());
  std::set<int64_t> levels;
  int far = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    OneRobot robot(*task, seed);
    Episode& e = robot.episode();
    levels.insert(e.terrain_level);
    const Eigen::Vector2d position = Position(robot, e);
    EXPECT_LE(position.cwiseAbs().maxCoeff(), 0.5 * kTileSize);
    far += position.cwiseAbs().maxCoeff() > 0.5;
    EXPECT_GT(e.t.now.foot_height.minCoeff(), -0.03);
    EXPECT_LT(e.t.now.foot_height.minCoeff(), 0.25);
    EXPECT_GT(e.t.ground.belly_height, 0);
    const Outcome outcome = robot.Step();
    EXPECT_FALSE(outcome.terminated) << seed;
  }
  EXPECT_EQ(levels, (std::set<int64_t>{0, 1, 2}));
  EXPECT_GT(far, 60 * 0.3 * 0.5);  // 30 % of them, nearly all beyond half a metre
  EXPECT_LT(far, 60 * 0.3 * 1.8);
}

// Who is carried from the tile has passed; its next tile is one level harder.
TEST(RoughGround, WhoLeavesTheTileIsCutOffAndGoesUp) {
  LocomotionConfig config = Rough();
  config.terrain_curriculum.anywhere_share = 0;
  OneRobot robot(config);
  robot.episode().terrain_level = 1;
  robot.data().qpos[0] += 4.1;
  robot.data().qpos[2] += 2;
  const Outcome outcome = robot.Step();
  EXPECT_TRUE(outcome.truncated);
  EXPECT_FALSE(outcome.terminated);
  EXPECT_EQ(robot.Metric("terrain_level"), 1);
  robot.Reset();
  EXPECT_EQ(robot.episode().terrain_level, 2);
}

TEST(RoughGround, WhoFallsNearTheStartGoesDown) {
  OneRobot robot(Rough());
  robot.episode().terrain_level = 2;
  robot.episode().t.fell = true;
  robot.Reset();
  EXPECT_EQ(robot.episode().terrain_level, 1);
}

// --- the adaptive rule

LocomotionConfig Adaptive() {
  LocomotionConfig config = Rough();
  config.terrain_curriculum.rule = "adaptive";
  config.terrain_curriculum.adaptive.iterations = 2;
  config.terrain_curriculum.adaptive.fewest_steps = 4;
  config.commands.terrain_vx = {0.5, 0.5};
  return config;
}

// One shard of robots that stand still for so many steps, all of them on tiles of stairs.
ParallelEnv StandingStill(LocomotionConfig config, int steps) {
  config.terrain.types = {"stairs_up share=1"};
  config.gait.prior = false;
  ParallelEnv env(MakeTask(config, 4), 4, 4, /*seed=*/1);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  for (int step = 0; step < steps; ++step) env.Step(0, Batch::Zero(kNumJoints, 4), batch);
  return env;
}

TEST(AdaptiveLevels, CountStepsWhoseCommandIsFastEnough) {
  LocomotionConfig config = Adaptive();
  config.randomization.base_velocity = 0;
  for (const double speed : {0.19, 0.5}) {
    config.commands.terrain_vx = {speed, speed};
    config.commands.terrain_vy_share = 0;
    const ParallelEnv env = StandingStill(config, 6);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(ParticleOf(env, i).counted, speed < 0.2 ? 0 : 6);
      EXPECT_LE(ParticleOf(env, i).traversed, 1);  // who settles may sway
    }
  }
}

// Every second iteration; what it says is heeded when an episode begins, and then counted anew.
TEST(AdaptiveLevels, ChangeAtTheNextEpisodeAfterAnUpdate) {
  LocomotionConfig config = Adaptive();
  config.terrain_curriculum.lowest_start_level = config.terrain_curriculum.start_level = 2;
  config.terrain_curriculum.adaptive.transition_probability = 1;
  config.terrain_curriculum.adaptive.replay_probability = 0;
  ParallelEnv env = StandingStill(config, 6);
  env.EndIteration(1);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ParticleOf(env, i).next_level, 2);
  env.EndIteration(2);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ParticleOf(env, i).next_level, 1);  // who stands still is on too hard a level
    EXPECT_EQ(ParticleOf(env, i).counted, 0);
    EXPECT_EQ(EpisodeOf(env, i).terrain_level, 2);
  }
  StepBatch batch = MakeStepBatch(env.spec());
  env.Step(0, Batch::Zero(kNumJoints, 4), batch);
  std::vector<int64_t> episodes;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ParticleOf(env, i).counted, 1);
    episodes.push_back(EpisodeOf(env, i).episode);
    static_cast<Episode*>(env.record(i))->episode_steps = 1 << 20;  // time is up
  }
  env.Step(0, Batch::Zero(kNumJoints, 4), batch);
  const std::vector<std::string>& names = env.spec().metric_names;
  const auto row = std::find(names.begin(), names.end(), "terrain_level") - names.begin();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(batch.truncated[i]);
    EXPECT_EQ(batch.episode_metrics(row, i), 2);  // of the tile that it walked on
    EXPECT_EQ(EpisodeOf(env, i).episode, episodes[i] + 1);
    EXPECT_EQ(EpisodeOf(env, i).terrain_level, 1);
    EXPECT_EQ(ParticleOf(env, i).counted, 0);
  }
}

TEST(AdaptiveLevels, StayWithOtherRules) {
  for (const char* rule : {"none", "distance"}) {
    LocomotionConfig config = Adaptive();
    config.terrain_curriculum.rule = rule;
    ParallelEnv env = StandingStill(config, 6);
    const std::string before = Saved(env, 0);
    env.EndIteration(2);
    EXPECT_EQ(Saved(env, 0), before) << rule;
    EXPECT_EQ(ParticleOf(env, 0).counted, 0);
  }
}

// --- the same bits, whatever the threads and the shards, and across a stop

constexpr int kRobots = 8, kIterations = 8, kSteps = 12;

// Short episodes on all types, so that levels change.
LocomotionConfig Restless(const std::string& rule) {
  LocomotionConfig config = Adaptive();
  config.terrain_curriculum.rule = rule;
  config.terrain_curriculum.adaptive.replay_probability = 0.3;
  config.episode_length = 0.3;
  return config;
}

// Iterations first .. end - 1, in each so many steps of every shard, a thread for every num_threads
// shards.
void Iterate(ParallelEnv& env, int first, int end, int num_threads, std::vector<StepBatch>& batches,
             History& history) {
  const Acting act = RandomActing(kNumJoints, /*deviation=*/1);
  for (int iteration = first; iteration < end; ++iteration) {
    std::vector<std::jthread> threads;
    for (int k = 0; k < num_threads; ++k) {
      threads.emplace_back([&, k] {
        for (int shard = k; shard < env.spec().num_shards; shard += num_threads)
          StepShard(env, shard, iteration * kSteps, kSteps, act, batches[shard], history);
      });
    }
    threads.clear();  // joins them
    env.EndIteration(iteration + 1);
  }
}

History HistoryOf(const std::string& rule, int shard_size, int num_threads, bool stopped,
                  int& changed) {
  const auto make = [&](uint64_t seed) {
    return ParallelEnv(MakeTask(Restless(rule), kRobots), kRobots, shard_size, seed);
  };
  ParallelEnv env = make(1);
  const int shards = env.spec().num_shards;
  std::vector<StepBatch> batches(shards, MakeStepBatch(env.spec()));
  for (int shard = 0; shard < shards; ++shard) env.Reset(shard, batches[shard]);
  History history(kRobots);
  std::vector<int64_t> first;
  for (int i = 0; i < kRobots; ++i) first.push_back(EpisodeOf(env, i).terrain_level);
  Iterate(env, 0, kIterations / 2 - 1, num_threads, batches, history);  // between two updates
  ParallelEnv other = make(1);
  if (stopped) {
    for (int shard = 0; shard < shards; ++shard) Load(Saved(env, shard), shard, other);
  }
  ParallelEnv& rest = stopped ? other : env;
  Iterate(rest, kIterations / 2 - 1, kIterations, num_threads, batches, history);
  for (int i = 0; i < kRobots; ++i) changed += EpisodeOf(rest, i).terrain_level != first[i];
  return history;
}

TEST(RobotsOnRoughGround, BitsDependNeitherOnThreadsNorOnShardsNorOnAStop) {
  for (const char* rule : {"distance", "adaptive"}) {
    int changed = 0;
    const History expected = HistoryOf(rule, 4, 1, /*stopped=*/false, changed);
    EXPECT_EQ(HistoryOf(rule, 4, 2, false, changed), expected) << rule;
    EXPECT_EQ(HistoryOf(rule, 2, 2, false, changed), expected) << rule;
    EXPECT_EQ(HistoryOf(rule, 4, 1, /*stopped=*/true, changed), expected) << rule;
    EXPECT_GT(changed, 0) << rule;
  }
}

// The level counts for the robot's own type only, and flat tiles have none that tells anything.
TEST(RoughGround, LevelsAreMetricsOfEachType) {
  const auto task = MakeTask(Rough(), 16);
  bool flat = false;
  for (int environment = 0; environment < 16; ++environment) {
    OneRobot robot(*task, 1, environment);
    const std::string own = task->ground().types[task->TerrainType(environment)];
    for (const std::string& type : task->ground().types) {
      const double level = robot.Metric("terrain_level/" + type);
      EXPECT_EQ(std::isnan(level), type != own);
    }
    EXPECT_EQ(std::isnan(robot.Metric("terrain_level")), own == "flat");
    flat = flat || own == "flat";
  }
  EXPECT_TRUE(flat);
}

// In the middle of stairs that lead up, the ground ahead is higher all around.
TEST(RoughGround, TheScanSeesTheStairs) {
  LocomotionConfig config = Rough();
  config.observations.policy = {"height_scan scale=1"};
  config.observations.critic = config.observations.policy;
  config.symmetry = "none";
  config.terrain_curriculum.anywhere_share = 0;
  OneRobot robot(config);
  Episode& e = robot.episode();
  const Eigen::VectorXf scan = robot.Observation();
  const double below = robot.task().ground().Height(e.t.now.p_W.x(), e.t.now.p_W.y());
  EXPECT_NEAR(scan[kFineGrid.Index(8, 5)], e.t.now.p_W.z() - 0.53 - below, 1e-5);
}

TEST(RoughGround, WithoutForeAftImagesTheFullSymmetryIsRefused) {
  LocomotionConfig config = Rough();
  config.symmetry = "full";
  config.observations.policy.emplace_back("foot_scan");
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "symmetry: full needs fore-aft images, and the observation 'foot_scan' has none; take "
            "left_right");
}

}  // namespace
}  // namespace doggo::sim
