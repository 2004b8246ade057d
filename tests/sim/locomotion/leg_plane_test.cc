// The leg's inverse kinematics against its forward kinematics in closed form.
#include "sim/locomotion/leg_plane.h"

#include <gtest/gtest.h>

#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;

// Where a leg's foot is, B, `offsets` from the default pose.
Vector3d FootAt(const Robot& robot, int leg, const Vector3d& offsets) {
  return FootPosition(leg, robot.default_pose.segment<3>(3 * leg) + offsets);
}

TEST(LegOffsets, AreZeroInTheDefaultPose) {
  const Robot robot = LoadAnymal();
  for (int leg = 0; leg < kNumLegs; ++leg)
    EXPECT_LT(LegOffsets(robot, leg, Vector3d::Zero()).norm(), 1e-9);
}

TEST(LegOffsets, PutTheFootThereInTheLegsPlane) {
  const Robot robot = LoadAnymal();
  for (int leg = 0; leg < kNumLegs; ++leg) {
    for (const double x : {-0.15, 0.0, 0.1}) {
      for (const double z : {-0.02, 0.0, 0.1, 0.2}) {
        const Vector3d shift(x, 0, z);
        const Vector3d moved = FootAt(robot, leg, LegOffsets(robot, leg, shift)) -
                               FootAt(robot, leg, Vector3d::Zero());
        EXPECT_LT((moved - shift).norm(), 1e-4) << leg << ": " << shift.transpose();
      }
    }
  }
}

// A pendulum's sideways way to first order: right to the second.
TEST(LegOffsets, SwingTheLegSideways) {
  const Robot robot = LoadAnymal();
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Vector3d moved = FootAt(robot, leg, LegOffsets(robot, leg, {0, 0.02, 0})) -
                           FootAt(robot, leg, Vector3d::Zero());
    EXPECT_NEAR(moved.y(), 0.02, 0.002) << leg;
    EXPECT_NEAR(moved.x(), 0, 1e-9);
  }
}

// A foot asked for beyond the leg's reach, or inside the hip, is put as near as the knee allows.
TEST(LegOffsets, StayWithinWhatTheKneeCanDo) {
  const Robot robot = LoadAnymal();
  for (const double z : {-1.0, 0.5}) {
    const Vector3d offsets = LegOffsets(robot, 0, {0, 0, z});
    EXPECT_TRUE(offsets.allFinite());
    EXPECT_LT(offsets.tail<2>().cwiseAbs().maxCoeff(), 4);
  }
}

}  // namespace
}  // namespace doggo::sim
