// The arena that a configuration asks for, and the sentences on what cannot be.
#include "sim/terrain/terrain.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "sim/terrain/terrain_types.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

TerrainConfig Mixed() {
  TerrainConfig config;
  config.types = {"stairs_up share=0.25", "slope_down share=0.75"};
  config.levels = 5;
  return config;
}

TEST(ParseTerrainShare, ReadsTypeAndShare) {
  const TerrainShare share = ParseTerrainShare("stairs_up share=0.25");
  EXPECT_EQ(share.type, "stairs_up");
  EXPECT_EQ(share.share, 0.25);
}

TEST(ParseTerrainShare, SaysWhatIsWrong) {
  const auto message = [](const char* text) {
    return MessageOf<std::invalid_argument>([&] { ParseTerrainShare(text); });
  };
  EXPECT_EQ(message(""), "a terrain without a name");
  EXPECT_EQ(message("stair share=1"), "unknown terrain 'stair'");
  EXPECT_EQ(message("flat"), "write 'flat share=S', S from 0 to 1");
  EXPECT_EQ(message("flat 0.5"), "write 'flat share=S', S from 0 to 1");
  EXPECT_EQ(message("flat share=0.5 more"), "write 'flat share=S', S from 0 to 1");
  EXPECT_EQ(message("flat share=half"), "share=half: not a number");
  EXPECT_EQ(message("flat share=nan"), "share=nan: not a number");
  EXPECT_EQ(message("flat share=1.5"), "share=1.5: 0 to 1 is allowed");
}

TEST(ParseTerrainShares, WantsEachTypeOnceAndAllOfIt) {
  TerrainConfig config;
  config.types = {"flat share=0.5", "flat share=0.5"};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { ParseTerrainShares(config); }),
            "terrain.types: 'flat' is there twice");
  config.types = {"flat share=0.5", "pit share=0.4"};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { ParseTerrainShares(config); }),
            "terrain.types: the shares add up to 0.9, not to 1");
  config.types = {"flat share=0.7", "pit share=0.2", "gap share=0.1"};
  EXPECT_EQ(ParseTerrainShares(config).size(), 3u);
}

TEST(TerrainConfig, KnowsItsTypesAndWhatTheyMean) {
  TerrainConfig config;
  const ConfigField types = Fields(config).front();
  EXPECT_EQ(types.key, "types");
  EXPECT_EQ(types.choices.size(), TerrainTypes().size());
  EXPECT_EQ(types.check("stairs share=1"), "unknown terrain 'stairs'");
  EXPECT_EQ(types.check("flat share=1"), "");
  EXPECT_EQ(types.notes({"flat share=1"}).at(0), "flat ground, whatever the difficulty");
}

TEST(MakeGround, WithoutTypesIsThePlane) {
  const Ground ground = MakeGround({});
  EXPECT_TRUE(ground.is_plane());
  EXPECT_EQ(ground.Height(1e3, -7), 0);
  EXPECT_TRUE(ground.Contains(1e6, 1e6, 10));
}

TEST(MakeGround, LaysTypesAlongYAndLevelsAlongX) {
  const Ground ground = MakeGround(Mixed());
  EXPECT_EQ(ground.types, (std::vector<std::string>{"stairs_up", "slope_down"}));
  for (int level = 0; level < 5; ++level) {
    const double difficulty = 0.9 * level / 4;
    const Eigen::Vector2d stairs = ground.TileCenter(0, level), slope = ground.TileCenter(1, level);
    EXPECT_NEAR(ground.Height(stairs.x(), stairs.y()), -9 * (0.05 + 0.18 * difficulty), 1e-6);
    EXPECT_NEAR(ground.Height(slope.x(), slope.y()), 0.4 * difficulty * 2.5, 1e-6);
    EXPECT_NEAR(slope.y() - stairs.y(), 8, 1e-12);
    EXPECT_NEAR(stairs.x() - ground.TileCenter(0, 0).x(), 8.0 * level, 1e-12);
  }
}

// The height is the tile's own, at any point of any cell.
TEST(Ground, HeightIsThePlaneOfTheCellUnderThePoint) {
  const Ground ground = MakeGround(Mixed());
  const Eigen::Vector2d middle = ground.TileCenter(1, 4);
  Random random(3, Stream::kTest);
  for (int k = 0; k < 1000; ++k) {
    const double x = random.Uniform(1.51, 3.9), y = random.Uniform(-1.4, 1.4);
    EXPECT_NEAR(ground.Height(middle.x() + x, middle.y() + y), 0.36 * (4 - x), 1e-5);
  }
}

TEST(Ground, IsSurroundedByAFlatBorder) {
  const Ground ground = MakeGround(Mixed());
  EXPECT_EQ(ground.half_width_x(), 0.5 * (5 * 8 + 2 * 10));
  EXPECT_EQ(ground.half_width_y(), 0.5 * (2 * 8 + 2 * 10));
  EXPECT_EQ(ground.Height(-29.9, 0), 0);
  EXPECT_EQ(ground.Height(100, 0), 0) << "outside too";
  EXPECT_TRUE(ground.Contains(28.9, 16.9, 1));
  EXPECT_FALSE(ground.Contains(29.1, 0, 1));
  EXPECT_FALSE(ground.Contains(0, 17.1, 1));
}

// A robot that diverges may be anywhere.
TEST(Ground, AnswersForPointsThatAreNone) {
  const Ground ground = MakeGround(Mixed());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ground.Row(1e300), ground.rows() - 1);
  EXPECT_EQ(ground.Column(-1e300), 0);
  EXPECT_GE(ground.Column(nan), 0);
  EXPECT_LT(ground.Column(nan), ground.columns());
}

// What a tile is like does not depend on which others there are.
TEST(MakeGround, OfOneSeedIsAlwaysTheSame) {
  TerrainConfig config = Mixed();
  config.types = {"discrete share=1"};
  const Ground alone = MakeGround(config);
  config.types = {"flat share=0.5", "discrete share=0.5"};
  const Ground second = MakeGround(config);
  config.seed = 2;
  const Ground other = MakeGround(config);
  int differ = 0;
  for (int level = 0; level < 5; ++level) {
    const Eigen::Vector2d a = alone.TileCenter(0, level), b = second.TileCenter(1, level);
    for (double x = -3.95; x < 4; x += 0.1) {
      for (double y = -3.95; y < 4; y += 0.1) {
        const double height = alone.Height(a.x() + x, a.y() + y);
        EXPECT_EQ(height, second.Height(b.x() + x, b.y() + y));
        differ += height != other.Height(b.x() + x, b.y() + y);
      }
    }
  }
  EXPECT_GT(differ, 5 * kTileCells * kTileCells / 10);
}

TEST(Difficulty, GrowsFromNothingToTheHardest) {
  TerrainConfig config;
  EXPECT_EQ(Difficulty(config, 0), 0);
  EXPECT_NEAR(Difficulty(config, 9), 0.9, 1e-12);
  EXPECT_NEAR(Difficulty(config, 5), 0.5, 1e-12) << "ten levels are legged_gym's";
  config.levels = 1;
  EXPECT_EQ(Difficulty(config, 0), 0.9);
}

TEST(MakeGround, SaysWhyItCannotBe) {
  TerrainConfig config = Mixed();
  config.types = {"lee_stairs share=1"};
  config.hardest = 1.2;
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeGround(config); }),
            "terrain.hardest: 1.2, but 'lee_stairs' of terrain.types goes up to difficulty 1");
  config = Mixed();
  config.levels = 5000;
  config.border = 100;
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeGround(config); }),
            "terrain: 2 types of 5000 levels with a border of 100 m need 10.4 GB; 1 GB is allowed; "
            "take fewer terrain.levels or a smaller terrain.border");
}

}  // namespace
}  // namespace doggo::sim
