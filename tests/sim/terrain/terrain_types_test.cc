// What each kind of ground is like: the numbers of its sources, measured at the tile's cells.
#include "sim/terrain/terrain_types.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

constexpr int kMiddle = kTileCells / 2;

Tile Built(std::string_view name, double difficulty, uint64_t seed = 1) {
  Tile tile;
  Random random(seed, Stream::kTest);
  FindTerrainType(name).build(difficulty, random, tile);
  return tile;
}

// Heights of the cells from the middle to the rim along x.
std::vector<double> Outwards(const Tile& tile) {
  std::vector<double> heights;
  for (int column = kMiddle; column < kTileCells; ++column)
    heights.push_back(tile.At(column, kMiddle).height);
  return heights;
}

// The steps on the way, m.
std::vector<double> Steps(const Tile& tile) {
  const std::vector<double> heights = Outwards(tile);
  std::vector<double> steps;
  for (size_t k = 1; k < heights.size(); ++k) {
    if (heights[k] != heights[k - 1]) steps.push_back(heights[k] - heights[k - 1]);
  }
  return steps;
}

std::set<float> Heights(const Tile& tile) {
  std::set<float> heights;
  for (const Patch& patch : tile.patches) heights.insert(patch.height);
  return heights;
}

// Of a patch, at the middle of its side towards +-x or +-y.
double EdgeHeight(const Patch& patch, double x, double y) {
  return patch.height + 0.5 * kCellSize * (patch.slope_x * x + patch.slope_y * y);
}

// The tallest wall between neighbours, m.
double TallestWall(const Tile& tile) {
  double tallest = 0;
  for (int row = 0; row < kTileCells; ++row) {
    for (int column = 1; column < kTileCells; ++column) {
      tallest = std::max(tallest, std::abs(EdgeHeight(tile.At(column, row), -1, 0) -
                                           EdgeHeight(tile.At(column - 1, row), 1, 0)));
      tallest = std::max(tallest, std::abs(EdgeHeight(tile.At(row, column), 0, -1) -
                                           EdgeHeight(tile.At(row, column - 1), 0, 1)));
    }
  }
  return tallest;
}

double SteepestSlope(const Tile& tile) {
  double steepest = 0;
  for (const Patch& patch : tile.patches)
    steepest = std::max<double>(steepest, std::hypot(patch.slope_x, patch.slope_y));
  return steepest;
}

// A robot walks from any tile to the next: no type may end in a wall of its own.
TEST(TerrainTypes, OfEveryDifficultyMeetTheirNeighboursAtHeightZero) {
  for (const TerrainType& type : TerrainTypes()) {
    for (double share : {0.0, 0.3, 0.64, 1.0}) {
      const Tile tile = Built(type.name, share * type.hardest);
      for (int k = 0; k < kTileCells; ++k) {
        // slopes end in the plane, up to the twist of a cell; stairs on their outermost tread
        const double allowed = 0.5 * kCellSize * SteepestSlope(tile);
        EXPECT_NEAR(EdgeHeight(tile.At(k, 0), 0, -1), 0, allowed) << type.name;
        EXPECT_NEAR(EdgeHeight(tile.At(k, kTileCells - 1), 0, 1), 0, allowed) << type.name;
        EXPECT_NEAR(EdgeHeight(tile.At(0, k), -1, 0), 0, allowed) << type.name;
        EXPECT_NEAR(EdgeHeight(tile.At(kTileCells - 1, k), 1, 0), 0, allowed) << type.name;
      }
    }
  }
}

TEST(TerrainTypes, AreFunctionsOfDifficultyAndSeed) {
  for (const TerrainType& type : TerrainTypes()) {
    const Tile a = Built(type.name, 0.5), b = Built(type.name, 0.5);
    for (size_t k = 0; k < a.patches.size(); ++k) {
      ASSERT_EQ(a.patches[k].height, b.patches[k].height) << type.name;
      ASSERT_TRUE(std::isfinite(a.patches[k].slope_x + a.patches[k].slope_y)) << type.name;
    }
  }
}

TEST(TerrainTypes, ThatAreRandomDifferFromSeedToSeed) {
  for (const char* name :
       {"rough_slope", "discrete", "stepping_stones", "random_rough", "lee_hills", "lee_steps"}) {
    const Tile a = Built(name, 0.5, 1), b = Built(name, 0.5, 2);
    int differ = 0;
    for (size_t k = 0; k < a.patches.size(); ++k)
      differ += a.patches[k].height != b.patches[k].height;
    EXPECT_GT(differ, kTileCells * kTileCells / 10) << name;
  }
}

TEST(TerrainTypes, HaveNamesAndMeaningsOfTheirOwn) {
  std::set<std::string_view> names, meanings;
  for (const TerrainType& type : TerrainTypes()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_TRUE(meanings.insert(type.meaning).second) << type.name;
    EXPECT_EQ(&FindTerrainType(type.name), &type);
  }
}

TEST(TerrainTypes, AreRefusedByName) {
  EXPECT_EQ(MessageOf<std::invalid_argument>([] { FindTerrainType("stair_up"); }),
            "unknown terrain 'stair_up'");
}

// legged_gym's numbers at d = 0.9: 0.05 + 0.18 * 0.9.
TEST(StairsUp, AreNineRisersOfTheRightHeightAndTreadsOfThirtyCentimetres) {
  const Tile tile = Built("stairs_up", 0.9);
  const std::vector<double> steps = Steps(tile);
  ASSERT_EQ(steps.size(), 9u);
  for (double step : steps) EXPECT_NEAR(step, 0.212, 1e-6);
  const std::vector<double> heights = Outwards(tile);
  EXPECT_EQ(heights[12], heights[0]) << "the platform is 2.6 m wide";
  EXPECT_GT(heights[13], heights[12]);
  EXPECT_EQ(heights[15], heights[13]) << "a tread is three cells wide";
  EXPECT_GT(heights[16], heights[15]);
}

TEST(StairsDown, AreStairsUpUpsideDown) {
  const Tile up = Built("stairs_up", 0.5), down = Built("stairs_down", 0.5);
  for (size_t k = 0; k < up.patches.size(); ++k)
    EXPECT_EQ(up.patches[k].height, -down.patches[k].height);
  EXPECT_GT(down.At(kMiddle, kMiddle).height, 0);
}

TEST(Stairs, ReachRisersOfThirtyCentimetres) {
  EXPECT_NEAR(Steps(Built("stairs_up", 0.25 / 0.18)).front(), 0.30, 1e-6);
}

// 0.4 d (4 - max(|x|, |y|)), flat within 1.5 m.
TEST(SlopeDown, IsAPyramidOfTheRightSlopeAndPlatform) {
  const Tile tile = Built("slope_down", 0.9);
  EXPECT_NEAR(tile.At(kMiddle, kMiddle).height, 0.36 * 2.5, 1e-6);
  EXPECT_EQ(tile.At(kMiddle + 14, kMiddle).slope_x, 0);
  for (int column = kMiddle + 15; column < kTileCells; ++column) {
    const Patch& patch = tile.At(column, kMiddle);
    EXPECT_NEAR(patch.slope_x, -0.36, 1e-5);
    EXPECT_NEAR(patch.slope_y, 0, 1e-6);
    const double x = (column + 0.5) * kCellSize - 4;
    EXPECT_NEAR(patch.height, 0.36 * (4 - x), 1e-6);
  }
}

TEST(SlopeUp, LeadsOutOfAFunnel) {
  const Tile up = Built("slope_up", 0.9), down = Built("slope_down", 0.9);
  for (size_t k = 0; k < up.patches.size(); ++k) {
    EXPECT_EQ(up.patches[k].height, -down.patches[k].height);
    EXPECT_EQ(up.patches[k].slope_x, -down.patches[k].slope_x);
  }
  EXPECT_LT(up.At(kMiddle, kMiddle).height, 0);
}

// On the diagonals two slopes share a cell: its plane errs by a quarter of the slope at its
// corners.
TEST(Slopes, HaveNoWallsButAlongTheirEdges) {
  EXPECT_LE(TallestWall(Built("slope_down", 0.9)), 0.36 * kCellSize / 4 + 1e-6);
}

TEST(RoughSlope, IsTheSlopeAndNoiseOfFiveCentimetresInStepsOfFiveMillimetres) {
  const Tile rough = Built("rough_slope", 0.9), smooth = Built("slope_down", 0.9);
  double largest = 0;
  for (size_t k = 0; k < rough.patches.size(); ++k)
    largest =
        std::max<double>(largest, std::abs(rough.patches[k].height - smooth.patches[k].height));
  EXPECT_LE(largest, 0.05);
  EXPECT_GT(largest, 0.03);
}

TEST(Discrete, HasBoxesOfFourHeightsAndAFreePlatform) {
  for (uint64_t seed : {1, 2, 3}) {
    const Tile tile = Built("discrete", 0.9, seed);
    EXPECT_EQ(Heights(tile), (std::set<float>{-0.23f, -0.115f, 0, 0.115f, 0.23f}));
    for (int row = 25; row < 55; ++row) {
      for (int column = 25; column < 55; ++column) EXPECT_EQ(tile.At(column, row).height, 0);
    }
  }
}

TEST(SteppingStones, AreSquaresOfTheRightSizeWithAHoleOfOneCellBetween) {
  const std::map<double, int> sizes = {{0.05, 15}, {0.5, 8}, {0.9, 2}, {1.0, 2}};  // cells
  for (const auto& [difficulty, size] : sizes) {
    const Tile tile = Built("stepping_stones", difficulty);
    // runs of stone and of hole along x outside the platform and the rim; the outermost runs are
    // cut
    std::vector<std::pair<bool, int>> runs;
    for (int row = 3; row < 18; ++row) {
      if (row % (size + 1) == size) continue;  // between two rows of stones
      runs.clear();
      for (int column = 2; column < kTileCells - 2; ++column) {
        const bool stone = tile.At(column, row).height == 0;
        if (runs.empty() || runs.back().first != stone) runs.push_back({stone, 0});
        ++runs.back().second;
      }
      ASSERT_GE(runs.size(), 3u);
      for (size_t k = 1; k + 1 < runs.size(); ++k)
        EXPECT_EQ(runs[k].second, runs[k].first ? size : 1) << difficulty << " row " << row;
    }
    EXPECT_EQ(tile.At(kMiddle, kMiddle).height, 0);
  }
}

TEST(Gap, IsAsWideAsTheDifficultyAroundAPlatformOfThreeMetres) {
  const std::vector<double> heights = Outwards(Built("gap", 0.6));
  for (int k = 0; k < 15; ++k) EXPECT_EQ(heights[k], 0);
  for (int k = 15; k < 21; ++k) EXPECT_EQ(heights[k], -1);
  for (int k = 21; k < 40; ++k) EXPECT_EQ(heights[k], 0);
}

TEST(Pit, IsAsDeepAsTheDifficultyAndFourMetresWide) {
  const std::vector<double> heights = Outwards(Built("pit", 0.3));
  for (int k = 0; k < 20; ++k) EXPECT_FLOAT_EQ(heights[k], -0.3f);
  for (int k = 20; k < 40; ++k) EXPECT_EQ(heights[k], 0);
}

TEST(Waves, AreOfTheirHeightAndSlopeAndWithoutWalls) {
  const Tile tile = Built("waves", 1);
  // crests are at corners: a cell there is half a crest along x and y
  const double half = 0.5 * (1 + std::cos(std::numbers::pi * kCellSize));
  EXPECT_NEAR(*Heights(tile).rbegin(), 0.2 * half * half, 1e-6);
  EXPECT_NEAR(*Heights(tile).begin(), -0.2 * half * half, 1e-6);
  EXPECT_NEAR(std::atan(SteepestSlope(tile)) * 180 / std::numbers::pi, 32, 1);
  // a smooth surface's cells miss each other by second order
  EXPECT_LT(TallestWall(tile), 0.2 * std::pow(std::numbers::pi * kCellSize, 2) / 2);
}

TEST(RandomRough, IsWithinTenCentimetresTimesDifficulty) {
  const std::set<float> heights = Heights(Built("random_rough", 0.5));
  EXPECT_LE(*heights.rbegin(), 0.05);
  EXPECT_GE(*heights.begin(), -0.05);
  EXPECT_GT(*heights.rbegin(), 0.03);
}

TEST(LeeHills, GrowHigherAndSteeper) {
  double before = 0;
  for (double difficulty : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    double steepness = 0;  // root mean square, over some tiles
    for (uint64_t seed = 0; seed < 10; ++seed) {
      for (const Patch& patch : Built("lee_hills", difficulty, seed).patches)
        steepness += patch.slope_x * patch.slope_x + patch.slope_y * patch.slope_y;
    }
    steepness = std::sqrt(steepness / (10 * kTileCells * kTileCells));
    EXPECT_GT(steepness, before);
    before = steepness;
  }
}

TEST(LeeSteps, AreColumnsOfTheirWidthAndUpToTheirHeight) {
  const Tile easy = Built("lee_steps", 0), hard = Built("lee_steps", 1);
  EXPECT_EQ(easy.At(10, 10).height, easy.At(14, 14).height) << "0.5 m wide";
  EXPECT_NE(easy.At(10, 10).height, easy.At(15, 10).height);
  EXPECT_NE(hard.At(10, 10).height, hard.At(11, 10).height) << "0.1 m wide";
  EXPECT_NEAR(*Heights(easy).rbegin(), 0.05, 0.005);
  EXPECT_NEAR(*Heights(hard).rbegin(), 0.3, 0.005);
}

TEST(LeeStairs, GoFromLowAndWideToHighAndNarrow) {
  for (double step : Steps(Built("lee_stairs", 0))) EXPECT_NEAR(step, 0.02, 1e-6);
  for (double step : Steps(Built("lee_stairs", 1))) EXPECT_NEAR(step, 0.2, 1e-6);
  EXPECT_EQ(Steps(Built("lee_stairs", 0)).size(), 5u) << "0.5 m each, from 4 m to the platform";
  EXPECT_EQ(Steps(Built("lee_stairs", 1)).size(), 25u) << "0.1 m each";
}

}  // namespace
}  // namespace doggo::sim
