// What is measured of the ground around the robot, over grounds whose answers are known.
#include "sim/locomotion/surroundings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/sim/locomotion/grounds.h"
#include "tests/sim/locomotion/transitions.h"

namespace doggo::sim {
namespace {

// Standing level at (x, y) with this heading, the base 0.53 m above z, feet around it at z.
RobotState Standing(double x, double y, double heading, double z) {
  RobotState s = UnknownState();
  s.heading = heading;
  s.R_WB = Eigen::AngleAxisd(heading, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  s.p_W = {x, y, z + 0.53};
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Eigen::Vector3d foot(0.36 * kForward[leg], 0.3 * kLeftward[leg], -0.53 + 0.03);
    s.foot_W.col(leg) = s.p_W + s.R_WB * foot;
    s.knee_W.col(leg) = s.p_W + s.R_WB * Eigen::Vector3d(foot.x(), foot.y(), -0.25);
  }
  return s;
}

const LegDirections kAhead = (LegDirections() << 1, 1, 1, 1, 0, 0, 0, 0).finished();

// Cells of an inclined plane, each with its slope: there the fit is exact.
Ground Slope(double slope_x, double slope_y) {
  Ground ground = GroundByHand([&](double x, double y) { return slope_x * x + slope_y * y; });
  for (Patch& patch : ground.patches) {
    patch.slope_x = static_cast<float>(slope_x);
    patch.slope_y = static_cast<float>(slope_y);
  }
  return ground;
}

// In H the slope is turned back by the heading.
TEST(LookAround, FindsThePlaneOfASlope) {
  const Ground ground = Slope(0.3, -0.1);
  for (const double heading : {0.0, 0.7, -2.5, std::numbers::pi}) {
    const RobotState s = Standing(0.35, -0.85, heading, 0);
    const Surroundings around = LookAround(ground, s, kAhead);
    const Eigen::Vector2d expected = Eigen::Rotation2Dd(-heading) * Eigen::Vector2d(0.3, -0.1);
    EXPECT_LT((around.slope - expected).norm(), 1e-6);
    EXPECT_NEAR(around.mean_height, 0.3 * 0.35 + 0.1 * 0.85, 1e-6);
  }
}

// One step up, 0.2 m high, in front of the fore feet: 0.15 m ahead of them.
TEST(LookAround, SeesAStepOnTheFeetsWay) {
  const Ground ground = GroundByHand([](double x, double) { return x > 1 ? 0.2 : 0.0; });
  const RobotState s = Standing(1 - 0.15 - 0.36, 0, 0, 0);
  const Surroundings around = LookAround(ground, s, kAhead);
  EXPECT_TRUE(around.near_rise.isZero(1e-9));  // 0.1 m ahead is still before it
  EXPECT_NEAR(around.far_rise[0], 0.2, 1e-6);
  EXPECT_NEAR(around.far_rise[1], 0.2, 1e-6);
  EXPECT_NEAR(around.far_rise[2], 0, 1e-6);
  // on the way back there is nothing
  EXPECT_TRUE(LookAround(ground, s, -kAhead).far_rise.isZero(1e-9));
}

TEST(MeasureAboveGround, TakesHeightsFromTheGroundBelowEachPart) {
  const Robot robot = LoadAnymal();
  const Ground ground = GroundByHand([](double x, double) { return x > 1 ? 0.2 : 0.0; });
  RobotState s = Standing(1 - 0.1, 0, 0, 0.2);  // fore feet on the step, hind feet 0.2 m above
  MeasureAboveGround(robot, ground, /*no_force_known=*/true, s);
  EXPECT_NEAR(s.base_height, 0.73, 1e-6);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const bool fore = leg < 2;
    EXPECT_NEAR(s.foot_height[leg], fore ? 0 : 0.2, 1e-6);
    EXPECT_NEAR(s.knee_height[leg], fore ? 0.28 : 0.48, 1e-6);
    EXPECT_EQ(s.contact[leg], fore);
  }
}

// A ridge of 0.4 m under the trunk, and a trunk that dips its nose.
TEST(BellyHeight, IsOfTheLowestPointOfTheTrunk) {
  const Ground ridge = GroundByHand([](double x, double) { return std::abs(x) < 0.1 ? 0.4 : 0.0; });
  const RobotState level = Standing(0, 0, 0, 0);
  EXPECT_NEAR(BellyHeight(kPlane, level), 0.53 - 0.09, 1e-9);
  EXPECT_NEAR(BellyHeight(ridge, level), 0.53 - 0.09 - 0.4, 1e-6);
  RobotState dips = level;
  dips.R_WB = Eigen::AngleAxisd(0.5, Eigen::Vector3d::UnitY()).toRotationMatrix();
  EXPECT_NEAR(BellyHeight(kPlane, dips), 0.53 - 0.52 * std::sin(0.5) - 0.09 * std::cos(0.5), 1e-9);
}

}  // namespace
}  // namespace doggo::sim
