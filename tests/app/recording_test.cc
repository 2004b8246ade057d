// Pictures of a policy at work, drawn without a display: an untrained one, whose legs follow the
// gait's clock alone.
#include "app/recording.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "app/evaluation.h"
#include "app/loaded_run.h"
#include "app/shown_terrain.h"
#include "tests/app/untrained_policy.h"

namespace doggo::app {
namespace {

constexpr int kWidth = 160, kHeight = 120;

// Walks, and turns.
sim::LocomotionConfig World() {
  sim::LocomotionConfig world;
  world.commands.script = {"1 0.8 0 0", "2 0.5 0 1"};
  return world;
}

// The robot is darker than anything else: its shadow, ground and sky are greys and blues above 70.
bool IsRobot(const uint8_t* pixel) { return *std::max_element(pixel, pixel + 3) < 60; }

struct Seen {
  int pixels = 0;
  double x = 0, y = 0;  // the middle of them, shares of width and height
  bool at_edge = false;
};

Seen LookForRobot(const sim::Picture& picture) {
  Seen seen;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (!IsRobot(picture.pixel(x, y))) continue;
      ++seen.pixels;
      seen.x += x, seen.y += y;
      if (x == 0 || y == 0 || x == picture.width - 1 || y == picture.height - 1)
        seen.at_edge = true;
    }
  }
  seen.x /= std::max(1, seen.pixels) * picture.width;
  seen.y /= std::max(1, seen.pixels) * picture.height;
  return seen;
}

class RecordingTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      const sim::OffscreenContext context;
    } catch (const std::runtime_error& error) {
      GTEST_SKIP() << error.what();
    }
  }

  std::unique_ptr<Recording> Record(RecordingConfig config) {
    config.width = kWidth, config.height = kHeight;
    return std::make_unique<Recording>(policy_, world_, config, DOGGO_SOURCE_DIR);
  }

  sim::LocomotionConfig world_ = World();
  agent::Policy policy_ = UntrainedPolicy(world_);
};

TEST_F(RecordingTest, TheRobotIsInTheMiddleOfEveryPicture) {
  for (const Quality quality : {Quality::kDraft, Quality::kNormal}) {
    const auto recording = Record({.quality = quality});
    for (int k = 0; k < 60; ++k) {
      const Seen seen = LookForRobot(recording->PictureAt(0.05 * k));
      EXPECT_GT(seen.pixels, 0.01 * kWidth * kHeight) << k;
      EXPECT_FALSE(seen.at_edge) << k;
      EXPECT_NEAR(seen.x, 0.5, 0.15) << k;
      EXPECT_NEAR(seen.y, 0.5, 0.15) << k;
    }
  }
}

TEST_F(RecordingTest, EveryTileShowsARobotOfItsOwn) {
  const auto recording = Record({.columns = 2, .rows = 2});
  const sim::Picture picture = recording->PictureAt(0.5);
  std::vector<sim::Picture> tiles;
  for (int tile = 0; tile < 4; ++tile) {
    sim::Picture part = sim::BlackPicture(kWidth / 2, kHeight / 2);
    const int left = tile % 2 * part.width, top = tile / 2 * part.height;
    for (int y = 0; y < part.height; ++y)
      std::copy_n(picture.pixel(left, top + y), 3 * part.width, part.pixel(0, y));
    const Seen seen = LookForRobot(part);
    EXPECT_GT(seen.pixels, 0.01 * part.width * part.height) << tile;
    EXPECT_NEAR(seen.x, 0.5, 0.15) << tile;
    for (const sim::Picture& other : tiles) EXPECT_NE(part.rgb, other.rgb) << tile;
    tiles.push_back(part);
  }
}

TEST_F(RecordingTest, TheSameSeedGivesTheSamePictureAndAnotherAnother) {
  const auto picture = [&](uint64_t seed) { return Record({.seed = seed})->PictureAt(0.5).rgb; };
  const std::vector<uint8_t> first = picture(1);
  EXPECT_EQ(picture(1), first);
  EXPECT_NE(picture(2), first);
}

TEST_F(RecordingTest, BetweenTwoControlStepsThePosesAreBetweenTheirs) {
  const auto recording = Record({});
  const std::vector<uint8_t> before = recording->PictureAt(0.50).rgb;
  const std::vector<uint8_t> between = recording->PictureAt(0.51).rgb;
  EXPECT_NE(between, before);
  EXPECT_NE(recording->PictureAt(0.52).rgb, between);
}

TEST_F(RecordingTest, OnlyADraftHasNoShadow) {
  // grey below the robot that is neither robot nor ground
  const auto shadow = [&](Quality quality) {
    const sim::Picture picture = Record({.quality = quality})->PictureAt(0.5);
    int pixels = 0;
    for (int y = kHeight / 2; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const uint8_t* p = picture.pixel(x, y);
        pixels += !IsRobot(p) && p[0] < 110 && p[2] > p[0];
      }
    }
    return pixels;
  };
  const int draft = shadow(Quality::kDraft);
  EXPECT_GT(shadow(Quality::kNormal), draft + 200);
  EXPECT_GT(shadow(Quality::kFine), draft + 200);
}

// The shipped policy climbs stairs: they fill the picture with edges that a flat tile has not, and
// the camera goes up with it.
TEST_F(RecordingTest, OnStairsThereIsRoughGroundAndTheCameraRisesWithTheRobot) {
  const LoadedRun loaded =
      LoadRun(std::string(DOGGO_SOURCE_DIR) + "/models/policies/anymal_rough.safetensors", {});
  const sim::LocomotionConfig judged =
      JudgedWorld(loaded.config.world, {.vx = {0.7, 0.7}, .vy = {0, 0}, .yaw_rate = {0, 0}});
  const auto recording = [&](const ShownTile& tile, bool scan) {
    sim::LocomotionConfig world = OnTile(judged, loaded.config.world, tile, 1);
    world.commands.script = {"100 0.7 0 0"};
    return std::make_unique<Recording>(loaded.policy, world,
                                       RecordingConfig{.width = kWidth,
                                                       .height = kHeight,
                                                       .overlay = scan,
                                                       .scan = scan,
                                                       .quality = Quality::kDraft},
                                       DOGGO_SOURCE_DIR);
  };
  // changes of brightness from a pixel to the one below it, where there is no robot
  const auto edges = [](const sim::Picture& picture) {
    int count = 0;
    for (int y = picture.height / 3; y + 1 < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        const uint8_t *above = picture.pixel(x, y), *below = picture.pixel(x, y + 1);
        count += !IsRobot(above) && !IsRobot(below) && std::abs(above[1] - below[1]) > 12;
      }
    }
    return count;
  };
  const auto stairs = recording({"stairs_up", 4}, false), flat = recording({"flat", 4}, false);
  for (const double time : {0.5, 2.0, 4.0, 6.0}) {
    const sim::Picture picture = stairs->PictureAt(time);
    EXPECT_GT(edges(picture), 2 * edges(flat->PictureAt(time))) << time;
    const Seen seen = LookForRobot(picture);
    EXPECT_GT(seen.pixels, 0.01 * kWidth * kHeight) << time;
    EXPECT_NEAR(seen.x, 0.5, 0.15) << time;
    EXPECT_NEAR(seen.y, 0.5, 0.15) << time;
  }
  EXPECT_EQ(stairs->falls(), 0);

  // dots where the policy sees the ground: yellow as nothing else
  const auto yellow = [](const sim::Picture& picture) {
    int count = 0;
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        const uint8_t* p = picture.pixel(x, y);
        count += p[0] > 120 && p[1] > 100 && p[2] < 80;
      }
    }
    return count;
  };
  EXPECT_GT(yellow(recording({"stairs_up", 4}, true)->PictureAt(1)), 20);
  EXPECT_EQ(yellow(recording({"stairs_up", 4}, false)->PictureAt(1)), 0);
}

}  // namespace
}  // namespace doggo::app
