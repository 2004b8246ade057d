// On which ground robots are shown, and where.
#include "app/shown_terrain.h"

#include <gtest/gtest.h>

#include "app/evaluation.h"
#include "sim/locomotion/locomotion_task.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::app {
namespace {

sim::TerrainConfig Arena(std::vector<std::string> types) {
  sim::TerrainConfig terrain;
  terrain.types = std::move(types);
  return terrain;
}

TEST(ChooseTile, WithoutAWishIsTheMiddleOfTheStairsOrThePlane) {
  const ShownTile stairs =
      ChooseTile(Arena({"flat share=0.5", "slope_up share=0.2", "stairs_up share=0.3"}), {});
  EXPECT_EQ(stairs.type, "stairs_up");
  EXPECT_EQ(stairs.level, 4);
  EXPECT_EQ(ChooseTile(Arena({"flat share=0.5", "waves share=0.5"}), {}).type, "waves");
  EXPECT_TRUE(ChooseTile({}, {}).is_plane());
}

TEST(ChooseTile, TakesWhatIsAskedForAlsoOfAPolicyOfThePlane) {
  const ShownTile tile = ChooseTile(Arena({"stairs_up share=1"}), {"gap", 7});
  EXPECT_EQ(tile.type, "gap");
  EXPECT_EQ(tile.level, 7);
  EXPECT_EQ(ChooseTile({}, {"discrete", {}}).type, "discrete");
  EXPECT_TRUE(ChooseTile({}, {"flat", {}}).is_plane());
}

TEST(ChooseTile, RefusesWhatThereIsNotInOneSentence) {
  const sim::TerrainConfig arena = Arena({"stairs_up share=1"});
  const auto message = [](const sim::TerrainConfig& terrain, const TerrainAsked& asked) {
    return sim::MessageOf<std::invalid_argument>([&] { ChooseTile(terrain, asked); });
  };
  EXPECT_EQ(message(arena, {"stars", {}}).substr(0, 75),
            "--terrain stars: there is no such ground; there are flat, slope_up, slope_d");
  EXPECT_EQ(message(arena, {"", 10}), "--level 10: levels are from 0 to 9");
  EXPECT_EQ(message(arena, {"", -1}), "--level -1: levels are from 0 to 9");
  EXPECT_EQ(message({}, {"", 3}),
            "--level 3: this policy walks on flat ground; name another one too, as --terrain "
            "stairs_up");
}

// Also on a type that the arena did not have.
TEST(OnTile, EveryRobotBeginsOnItAndBeginsAnewThere) {
  sim::LocomotionConfig trained;
  trained.terrain = Arena({"stairs_up share=0.7", "flat share=0.3"});
  for (const ShownTile& tile : {ShownTile{"flat", 9}, {"stairs_up", 2}, {"discrete", 0}}) {
    const sim::LocomotionConfig world = OnTile(JudgedWorld(trained, {}), trained, tile, 8);
    sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(world, DOGGO_SOURCE_DIR, 8), 8,
                         8, 3);
    const auto& ground = static_cast<const sim::LocomotionTask&>(env.task()).ground();
    StepBatch batch = MakeStepBatch(env.spec());
    for (int time = 0; time < 2; ++time) {
      env.Reset(0, batch);
      for (int robot = 0; robot < 8; ++robot) {
        const sim::Episode& e = sim::EpisodeOf(env, robot);
        EXPECT_EQ(GroundText(ground, e.t.now.p_W), TileText(tile, 10)) << robot;
        EXPECT_GT(e.t.ground.belly_height, 0.1) << robot;
      }
    }
  }
}

TEST(OnTile, OnThePlaneTheWorldIsTheJudgedOne) {
  const sim::LocomotionConfig trained, judged = JudgedWorld(trained, {});
  const sim::LocomotionConfig world = OnTile(judged, trained, {}, 1);
  EXPECT_TRUE(world.terrain.types.empty());
  EXPECT_EQ(world.terminations.base_height, judged.terminations.base_height);
}

TEST(GroundText, NamesTheTileUnderAPointByItsMiddle) {
  const sim::Ground ground = sim::MakeGround(Arena({"stairs_up share=0.5", "discrete share=0.5"}));
  for (int type = 0; type < 2; ++type) {
    for (const int level : {0, 5, 9}) {
      const Eigen::Vector2d middle = ground.TileCenter(type, level);
      for (const double side : {-3.9, 0.0, 3.9}) {
        EXPECT_EQ(GroundText(ground, {middle.x() + side, middle.y() - side, 1}),
                  TileText({type ? "discrete" : "stairs_up", level}, 10));
      }
    }
  }
  EXPECT_EQ(GroundText(ground, {ground.half_width_x() - 1, 0, 0}), "flat border");
  EXPECT_EQ(GroundText({}, {0, 0, 0}), "");
}

}  // namespace
}  // namespace doggo::app
