// An arena from above.
#include "app/terrain_picture.h"

#include <gtest/gtest.h>

#include "sim/terrain/terrain.h"

namespace doggo::app {
namespace {

sim::Ground PitAndFlat() {
  sim::TerrainConfig config;
  config.types = {"pit share=0.5", "flat share=0.5"};
  config.levels = 2;
  config.border = 2;
  return sim::MakeGround(config);
}

// Tiles of 80 pixels behind a border of 20: the first type is the lower row, the hard tile right.
TEST(TerrainPicture, ShowsHeightsWhereTheyAre) {
  const sim::Ground ground = PitAndFlat();
  const sim::Picture picture = TerrainPicture(ground, 1);
  ASSERT_EQ(picture.width, 200);
  ASSERT_EQ(picture.height, 200);
  const auto blueness = [&](int x, int y) {
    return picture.pixel(x, y)[2] - picture.pixel(x, y)[0];
  };
  EXPECT_GT(blueness(140, 140), blueness(60, 140)) << "the deep pit, at the lower right";
  EXPECT_EQ(blueness(60, 60), blueness(140, 60)) << "flat ground";
  EXPECT_GT(blueness(140, 140), blueness(140, 60));
}

TEST(TerrainLegend, NamesTypesFromTheTop) {
  EXPECT_EQ(TerrainLegend(PitAndFlat()),
            "20 x 20 m; levels 0 to 1 from left to right; from top to bottom:\n  flat\n  pit\n");
}

}  // namespace
}  // namespace doggo::app
