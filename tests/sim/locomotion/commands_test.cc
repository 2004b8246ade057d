// The velocity commands: where they lie, how often they ask to stand, how long they hold.
#include "sim/locomotion/commands.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

constexpr int kDraws = 20000;
// A mean of n independent draws is further than this many standard errors from its expectation
// with a probability of 6e-7; the seeds are fixed.
constexpr double kStandardErrors = 5;

TEST(CommandConfig, FieldsCoverTheStructAndBearItsNames) {
  CommandConfig config;
  ExpectFields(config, {{"vx", &config.vx},
                        {"vy", &config.vy},
                        {"yaw_rate", &config.yaw_rate},
                        {"standing_share", &config.standing_share},
                        {"forward_share", &config.forward_share},
                        {"min_speed", &config.min_speed},
                        {"hold", &config.hold},
                        {"heading_share", &config.heading_share},
                        {"heading", &config.heading},
                        {"heading_gain", &config.heading_gain},
                        {"terrain_vx", &config.terrain_vx},
                        {"terrain_vy", &config.terrain_vy},
                        {"terrain_vy_share", &config.terrain_vy_share},
                        {"terrain_drift", &config.terrain_drift},
                        {"curriculum", &config.curriculum},
                        {"curriculum_start", &config.curriculum_start},
                        {"curriculum_step", &config.curriculum_step},
                        {"curriculum_error", &config.curriculum_error},
                        {"script", &config.script}});
}

// Of the commands on rough tiles 30 % lead sideways too: a binomial share, 5 standard errors.
TEST(DrawTerrainCommand, LeadsForwardsAlongAHeadingThatDrifts) {
  const CommandConfig config;
  constexpr double last = 3;  // rad, near the turn
  int sideways = 0;
  double left = 0, right = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawTerrainCommand(config, false, last, Random(1, Stream::kTest, 0, i));
    EXPECT_TRUE(c.follows_heading);
    EXPECT_GE(c.velocity.x(), 0.4);
    EXPECT_LE(c.velocity.x(), 1);
    EXPECT_LE(std::abs(c.velocity.y()), 0.25);
    EXPECT_LE(std::abs(c.heading), std::numbers::pi);
    sideways += c.velocity.y() != 0;
    const double drift = std::remainder(c.heading - last, 2 * std::numbers::pi);
    left = std::max(left, drift);
    right = std::min(right, drift);
  }
  EXPECT_NEAR(left, 0.5, 0.01);
  EXPECT_NEAR(right, -0.5, 0.01);
  const double share = 0.3;
  EXPECT_NEAR(1.0 * sideways / kDraws, share,
              kStandardErrors * std::sqrt(share * (1 - share) / kDraws));
  const Command first = DrawTerrainCommand(config, true, last, Random(1, Stream::kTest));
  EXPECT_EQ(first.heading, last);
}

TEST(DrawCommand, FillsTheBoxEvenly) {
  const CommandConfig config = {
      .vx = {-0.5, 1.5}, .vy = {0.1, 0.2}, .yaw_rate = {-2, -1}, .standing_share = 0};
  Eigen::Vector3d least = Eigen::Vector3d::Constant(1e9), greatest = -least;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawCommand(config, 1, Random(1, Stream::kTest, 0, i));
    least = least.cwiseMin(c.velocity);
    greatest = greatest.cwiseMax(c.velocity);
    mean += c.velocity / kDraws;
  }
  const Eigen::Vector3d low(-0.5, 0.1, -2), width(2, 0.1, 1);
  const Eigen::Vector3d above = least - low, below = low + width - greatest;
  EXPECT_GE(above.minCoeff(), 0);
  EXPECT_GE(below.minCoeff(), 0);
  EXPECT_LT((above.cwiseQuotient(width)).maxCoeff(), 0.01);
  EXPECT_LT((below.cwiseQuotient(width)).maxCoeff(), 0.01);
  // a uniform number of width w has the variance w^2 / 12
  const Eigen::Vector3d errors = (mean - low - width / 2).cwiseQuotient(width);
  EXPECT_LT(errors.cwiseAbs().maxCoeff(), kStandardErrors / std::sqrt(12.0 * kDraws));
}

TEST(DrawCommand, DrawsItsPartsIndependently) {
  double xy = 0, xz = 0, yz = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Eigen::Vector3d c =
        DrawCommand({.standing_share = 0}, 1, Random(2, Stream::kTest, 0, i)).velocity;
    xy += c.x() * c.y();
    xz += c.x() * c.z();
    yz += c.y() * c.z();
  }
  // variances 1/3, 1/12, 1/3
  EXPECT_LT(std::abs(xy), kStandardErrors * std::sqrt(kDraws / 36.0));
  EXPECT_LT(std::abs(xz), kStandardErrors * std::sqrt(kDraws / 9.0));
  EXPECT_LT(std::abs(yz), kStandardErrors * std::sqrt(kDraws / 36.0));
}

TEST(DrawCommand, AsksToStandInTheGivenShare) {
  for (const double share : {0.0, 0.1, 0.7, 1.0}) {
    int standing = 0;
    for (int i = 0; i < kDraws; ++i) {
      const Command c = DrawCommand({.standing_share = share}, 1, Random(3, Stream::kTest, 0, i));
      standing += c.velocity.isZero(0);
    }
    EXPECT_NEAR(standing, share * kDraws,
                kStandardErrors * std::sqrt(kDraws * share * (1 - share)));
  }
}

TEST(DrawCommand, HoldsForATimeInTheRange) {
  double least = 1e9, greatest = 0;
  for (int i = 0; i < 1000; ++i) {
    const double hold = DrawCommand({.hold = {1, 5}}, 1, Random(4, Stream::kTest, 0, i)).hold;
    least = std::min(least, hold);
    greatest = std::max(greatest, hold);
  }
  EXPECT_GE(least, 1);
  EXPECT_LT(least, 1.1);
  EXPECT_LT(greatest, 5);
  EXPECT_GT(greatest, 4.9);
}

TEST(DrawCommand, LeadsStraightAheadInTheGivenShare) {
  int ahead = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawCommand({.standing_share = 0.1, .forward_share = 0.3}, 1,
                                  Random(5, Stream::kTest, 0, i));
    ahead += c.velocity.x() > 0 && c.velocity.y() == 0 && c.velocity.z() == 0;
    EXPECT_FALSE(c.follows_heading);
  }
  EXPECT_NEAR(ahead, 0.3 * kDraws, kStandardErrors * std::sqrt(kDraws * 0.3 * 0.7));
}

// legged_gym: of a disc of 0.2 m/s in a box of 2 x 2, 3.1 % of the commands.
TEST(DrawCommand, SlowVelocitiesBecomeZeroAndKeepTheirTurning) {
  int slow = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawCommand({.vy = {-1, 1}, .standing_share = 0, .min_speed = 0.2}, 1,
                                  Random(6, Stream::kTest, 0, i));
    const double speed = c.velocity.head<2>().norm();
    EXPECT_TRUE(speed == 0 || speed > 0.2);
    EXPECT_NE(c.velocity.z(), 0);
    slow += speed == 0;
  }
  const double share = std::numbers::pi * 0.04 / 4;
  EXPECT_NEAR(slow, share * kDraws, kStandardErrors * std::sqrt(kDraws * share * (1 - share)));
}

TEST(DrawCommand, GivesHeadingsInTheGivenShare) {
  int headings = 0;
  double least = 9, greatest = -9;
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawCommand({.standing_share = 0, .heading_share = 0.25, .heading = {-2, 3}},
                                  1, Random(7, Stream::kTest, 0, i));
    headings += c.follows_heading;
    least = std::min(least, c.heading);
    greatest = std::max(greatest, c.heading);
  }
  EXPECT_NEAR(headings, 0.25 * kDraws, kStandardErrors * std::sqrt(kDraws * 0.25 * 0.75));
  EXPECT_NEAR(least, -2, 0.01);
  EXPECT_NEAR(greatest, 3, 0.01);
}

TEST(DrawCommand, TheLevelNarrowsTheRanges) {
  for (int i = 0; i < 100; ++i) {
    const Command whole = DrawCommand({}, 1, Random(8, Stream::kTest, 0, i)),
                  half = DrawCommand({}, 0.5, Random(8, Stream::kTest, 0, i));
    EXPECT_LT((half.velocity - 0.5 * whole.velocity).norm(), 1e-15);
    EXPECT_EQ(half.hold, whole.hold);
  }
}

TEST(YawRateTowards, GoesTheShorterWayRoundWithinTheRange) {
  const CommandConfig config{.yaw_rate = {-0.8, 1}, .heading_gain = 0.5};
  EXPECT_NEAR(YawRateTowards(config, 1, 0), 0.5, 1e-12);
  EXPECT_NEAR(YawRateTowards(config, 3, -3), 0.5 * (6 - 2 * std::numbers::pi), 1e-12);
  EXPECT_NEAR(YawRateTowards(config, -3, 0), -0.8, 1e-12);
  EXPECT_NEAR(YawRateTowards(config, 3, 0), 1, 1e-12);
}

TEST(ParseScript, ReadsLinesOfFourNumbers) {
  const std::vector<Command> script = ParseScript({"2 0.5 -0.1 0", " 1.5  0 0 1e-1 "});
  ASSERT_EQ(script.size(), 2u);
  EXPECT_EQ(script[0].hold, 2);
  EXPECT_EQ(script[0].velocity, Eigen::Vector3d(0.5, -0.1, 0));
  EXPECT_EQ(script[1].hold, 1.5);
  EXPECT_EQ(script[1].velocity, Eigen::Vector3d(0, 0, 0.1));
}

TEST(ParseScript, SaysWhatIsWrong) {
  for (const char* line : {"", "1 2 3", "1 2 3 4 5", "1 2 3 x"}) {
    EXPECT_EQ(MessageOf<std::invalid_argument>([&] { ParseScript({line}); }),
              fmt::format("'{}' is not 'seconds vx vy yaw_rate', four numbers", line));
  }
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { ParseScript({"0 1 0 0"}); }),
            "a command must be held longer than 0 s");
}

TEST(NextLevel, RisesBelowTheErrorAndFallsAboveTwiceIt) {
  const CommandConfig config{
      .curriculum_start = 0.2, .curriculum_step = 0.1, .curriculum_error = 0.25};
  EXPECT_NEAR(NextLevel(config, 0.5, 0.2, 0.1), 0.6, 1e-12);
  EXPECT_NEAR(NextLevel(config, 0.5, 0.2, 0.3), 0.5, 1e-12);  // the worse of the two counts
  EXPECT_NEAR(NextLevel(config, 0.5, 0.1, 0.6), 0.4, 1e-12);
  EXPECT_EQ(NextLevel(config, 1, 0, 0), 1);
  EXPECT_EQ(NextLevel(config, 0.2, 9, 9), 0.2);
}

// A robot that only stands, told something else every 0.1 to 0.3 s: 5 to 15 control steps.
TEST(Commands, ChangeAfterTheTimesThatTheyHold) {
  LocomotionConfig config = Calm();
  config.commands = {.vx = {0, 1e-6},
                     .vy = {0, 0},
                     .yaw_rate = {0, 0},
                     .standing_share = 0,
                     .hold = {0.1, 0.3}};  // never enough to move
  OneRobot robot(config);
  robot.episode().episode_steps = 0;
  int held = 0, changes = 0, shortest = 100, longest = 0;
  for (int step = 0; step < 990; ++step) {
    const Eigen::Vector3d before = robot.t().command;
    robot.Step();
    ++held;
    EXPECT_NEAR(robot.t().command_age, robot.t().command == before ? 0.02 * held : 0, 1e-9);
    if (robot.t().command == before) continue;
    if (++changes > 1) shortest = std::min(shortest, held), longest = std::max(longest, held);
    held = 0;
  }
  EXPECT_GE(shortest, 5);
  EXPECT_LE(shortest, 6);
  EXPECT_LE(longest, 15);
  EXPECT_GE(longest, 14);
}

}  // namespace
}  // namespace doggo::sim
