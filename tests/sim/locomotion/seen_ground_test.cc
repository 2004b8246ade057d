// The shown points of the ground against the numbers that the policy sees.
#include "sim/locomotion/seen_ground.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "sim/terrain/height_scan.h"
#include "tests/sim/locomotion/one_robot.h"

namespace doggo::sim {
namespace {

constexpr double kOwnScale[] = {3.0, 4.0};  // of a grid, of the feet

LocomotionConfig OnStairs(const std::vector<std::string>& rows) {
  LocomotionConfig config;
  config.randomization = Nominal(config.physics);
  config.randomization.heading = 3;
  config.symmetry = "none";
  config.terrain.types = {"stairs_up share=1"};
  config.terrain.levels = 2;
  config.terrain_curriculum.anywhere_share = 1;
  config.terrain_curriculum.start_level = 1;
  config.terminations.base_height = config.terminations.knee_height = false;
  config.observations.policy = config.observations.critic = rows;
  config.observations.noise_level = 0;
  return config;
}

TEST(SeenGround, LiesOnTheGround) {
  OneRobot robot(OnStairs({"height_scan", "height_scan_coarse", "foot_scan"}));
  const Ground& ground = robot.task().ground();
  const auto points = SeenGround(robot.task().policy_layout(), robot.t(), ground);
  ASSERT_EQ(points.size(), 187u + 77u + 16u);
  for (const Eigen::Vector3d& point : points)
    EXPECT_EQ(point.z(), ground.Height(point.x(), point.y()));
}

// Of a grid: the base's height over the point; of the feet: the sole's.
TEST(SeenGround, IsWhatTheObservationIsMadeOf) {
  for (const uint64_t seed : {1, 2, 3}) {
    OneRobot robot(OnStairs({"height_scan_coarse", "foot_scan"}), seed);
    const auto points = SeenGround(robot.task().policy_layout(), robot.t(), robot.task().ground());
    const Eigen::VectorXf seen = robot.Observation();
    ASSERT_EQ(static_cast<size_t>(seen.size()), points.size());
    const RobotState& now = robot.t().now;
    for (int k = 0; k < kCoarseGrid.size(); ++k)
      EXPECT_NEAR(seen[k], kOwnScale[0] * (now.p_W.z() - kScanOffset - points[k].z()), 1e-5) << k;
    for (int k = 0; k < 16; ++k) {
      const double sole = now.foot_W(2, k / 4) - robot.robot().foot_radius;
      EXPECT_NEAR(seen[kCoarseGrid.size() + k],
                  kOwnScale[1] * (sole - points[kCoarseGrid.size() + k].z()), 1e-5)
          << k;
    }
  }
}

TEST(SeenGround, IsEmptyWhereThePolicyIsBlind) {
  OneRobot robot(OnStairs({"joint_position"}));
  EXPECT_TRUE(SeenGround(robot.task().policy_layout(), robot.t(), robot.task().ground()).empty());
}

}  // namespace
}  // namespace doggo::sim
