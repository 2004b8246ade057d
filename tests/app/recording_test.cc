// Pictures of a policy at work, drawn without a display: an untrained one, whose legs follow the
// gait's clock alone.
#include "app/recording.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace doggo::app {
namespace {

constexpr int kWidth = 160, kHeight = 120;

agent::Policy Untrained(const sim::LocomotionConfig& world) {
  const sim::LocomotionTask task(world, DOGGO_SOURCE_DIR, 1);
  agent::Policy policy;
  policy.network = agent::Network({task.spec().policy_dim, task.spec().action_dim}, "tanh");
  policy.theta = agent::Vector::Zero(policy.network.num_parameters());
  policy.log_std = agent::Vector::Zero(task.spec().action_dim);
  return policy;
}

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
  agent::Policy policy_ = Untrained(world_);
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

}  // namespace
}  // namespace doggo::app
