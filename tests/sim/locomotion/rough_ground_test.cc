// The task on rough ground: where episodes begin, when they are cut off, what moves the level, and
// what is measured above the ground.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>

#include "sim/terrain/height_scan.h"
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
