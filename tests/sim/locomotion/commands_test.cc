// The velocity commands: where they lie, how often they ask to stand, how long they hold.
#include "sim/locomotion/commands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/locomotion/one_robot.h"
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
                        {"hold", &config.hold}});
}

TEST(DrawCommand, FillsTheBoxEvenly) {
  const CommandConfig config = {
      .vx = {-0.5, 1.5}, .vy = {0.1, 0.2}, .yaw_rate = {-2, -1}, .standing_share = 0};
  Eigen::Vector3d least = Eigen::Vector3d::Constant(1e9), greatest = -least;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (int i = 0; i < kDraws; ++i) {
    const Command c = DrawCommand(config, Random(1, Stream::kTest, 0, i));
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
        DrawCommand({.standing_share = 0}, Random(2, Stream::kTest, 0, i)).velocity;
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
      const Command c = DrawCommand({.standing_share = share}, Random(3, Stream::kTest, 0, i));
      standing += c.velocity.isZero(0);
    }
    EXPECT_NEAR(standing, share * kDraws,
                kStandardErrors * std::sqrt(kDraws * share * (1 - share)));
  }
}

TEST(DrawCommand, HoldsForATimeInTheRange) {
  double least = 1e9, greatest = 0;
  for (int i = 0; i < 1000; ++i) {
    const double hold = DrawCommand({.hold = {1, 5}}, Random(4, Stream::kTest, 0, i)).hold;
    least = std::min(least, hold);
    greatest = std::max(greatest, hold);
  }
  EXPECT_GE(least, 1);
  EXPECT_LT(least, 1.1);
  EXPECT_LT(greatest, 5);
  EXPECT_GT(greatest, 4.9);
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
