// What differs from episode to episode, and the pushes during one.
#include "sim/locomotion/randomization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kStandardErrors = 5;  // exceeded with a probability of 6e-7; the seeds are fixed

TEST(RandomizationConfig, FieldsCoverTheStructAndBearItsNames) {
  RandomizationConfig config;
  ExpectFields(config, {{"friction", &config.friction},
                        {"push_speed", &config.push_speed},
                        {"push_interval", &config.push_interval},
                        {"joint_position", &config.joint_position},
                        {"base_velocity", &config.base_velocity}});
}

TEST(RandomizationTerms, NameFieldsOfNumbersInTheModel) {
  const Robot robot = LoadAnymal();
  const BatchPtr batch = MakeBatch(*robot.model, 1);
  for (const RandomizationTerm& term : RandomizationTerms()) {
    int size = 0, element_size = 0;
    ASSERT_TRUE(mjb_expand(batch.get(), std::string(term.field).c_str(), &size, &element_size));
    EXPECT_EQ(element_size, static_cast<int>(sizeof(mjtNum)));
  }
}

// --- friction

TEST(GroundFriction, LiesInItsRangeAndIsDrawnAnewInEveryEpisode) {
  LocomotionConfig config = Calm();
  config.randomization.friction = {0.4, 1.25};
  OneRobot robot(config);
  std::set<double> seen;
  for (int episode = 0; episode < 200; ++episode) {
    robot.episode().total_steps = 10 * episode;  // so much lived in each
    robot.Reset();
    seen.insert(robot.friction());
  }
  EXPECT_EQ(seen.size(), 200u);
  EXPECT_GE(*seen.begin(), 0.4);
  EXPECT_LT(*seen.begin(), 0.45);
  EXPECT_GT(*seen.rbegin(), 1.2);
  EXPECT_LE(*seen.rbegin(), 1.25);
}

TEST(GroundFriction, IsEveryEnvironmentsOwn) {
  const auto task = MakeTask({});
  std::set<double> seen;
  for (int environment = 0; environment < 20; ++environment) {
    seen.insert(OneRobot(*task, /*seed=*/1, environment).friction());
  }
  EXPECT_EQ(seen.size(), 20u);
}

// The floor's priority makes it the friction of every contact.
TEST(GroundFriction, IsThatOfTheContacts) {
  LocomotionConfig config = Calm();
  config.gait.prior = false;  // which would lift two feet
  config.randomization.friction = {0.33, 0.33};
  OneRobot robot(config);
  for (int step = 0; step < 5; ++step) robot.Step();
  ASSERT_EQ(robot.data().ncon, 4);
  for (int k = 0; k < 4; ++k) EXPECT_EQ(robot.data().contact[k].friction[0], 0.33);
}

// --- the start

TEST(Start, IsSpreadAroundTheDefaultPoseAndTouchesTheGround) {
  LocomotionConfig config;
  config.randomization.joint_position = 0.1;
  config.randomization.base_velocity = 0.3;
  const auto task = MakeTask(config);
  double angle = 0, speed = 0, joint_speed = 0;
  for (int environment = 0; environment < 50; ++environment) {
    OneRobot robot(*task, 1, environment);
    const RobotState& s = robot.t().now;
    angle = std::max(angle, s.pose_error.cwiseAbs().maxCoeff());
    speed = std::max({speed, s.v_B.cwiseAbs().maxCoeff(), s.w_B.cwiseAbs().maxCoeff()});
    joint_speed = std::max(joint_speed, s.qd.cwiseAbs().maxCoeff());
    EXPECT_NEAR(s.foot_height.minCoeff(), 0, 1e-12);
    EXPECT_EQ(s.gravity_B, Vector3d(0, 0, -1));
  }
  EXPECT_LE(angle, 0.1);
  EXPECT_GT(angle, 0.09);
  EXPECT_LE(speed, 0.3);
  EXPECT_GT(speed, 0.27);
  EXPECT_EQ(joint_speed, 0);
}

TEST(Start, HasTheClockAnywhere) {
  const auto task = MakeTask({});
  std::array<int, 4> quarters = {};
  for (int environment = 0; environment < 80; ++environment) {
    OneRobot robot(*task, 1, environment);
    ++quarters.at(static_cast<size_t>(robot.t().phase / (2 * mjPI) * 4));
  }
  for (const int count : quarters) EXPECT_GT(count, 8);
}

// --- pushes

TEST(DrawPush, ComesAtTheMeanRate) {
  constexpr int kSteps = 200000;
  const RandomizationConfig config{.push_interval = 4};
  int pushes = 0;
  for (int step = 0; step < kSteps; ++step) {
    pushes += !DrawPush(config, 0.02, Random(1, Stream::kTest, 3, step)).isZero(0);
  }
  const double p = 0.02 / 4;
  EXPECT_NEAR(pushes, kSteps * p, kStandardErrors * std::sqrt(kSteps * p * (1 - p)));
}

TEST(DrawPush, FillsTheRangeOfSpeedsInBothDirections) {
  const RandomizationConfig config{.push_speed = {-1, 1}, .push_interval = 0.02};  // at every step
  constexpr int kPushes = 5000;
  Vector2d least(9, 9), greatest(-9, -9), mean(0, 0);
  double product = 0;
  for (int i = 0; i < kPushes; ++i) {
    const Vector2d push = DrawPush(config, 0.02, Random(2, Stream::kTest, 0, i));
    EXPECT_FALSE(push.isZero(0));
    least = least.cwiseMin(push);
    greatest = greatest.cwiseMax(push);
    mean += push / kPushes;
    product += push.x() * push.y() / kPushes;
  }
  EXPECT_GE(least.minCoeff(), -1);
  EXPECT_LT(least.maxCoeff(), -0.99);
  EXPECT_LE(greatest.maxCoeff(), 1);
  EXPECT_GT(greatest.minCoeff(), 0.99);
  // variance 1/3 each, 1/9 of the product
  EXPECT_LT(mean.cwiseAbs().maxCoeff(), kStandardErrors / std::sqrt(3.0 * kPushes));
  EXPECT_LT(std::abs(product), kStandardErrors / std::sqrt(9.0 * kPushes));
}

TEST(DrawPush, NeverComesWithoutAnInterval) {
  for (int step = 0; step < 1000; ++step) {
    EXPECT_TRUE(DrawPush({.push_interval = 0}, 0.02, Random(1, Stream::kTest, 0, step)).isZero(0));
  }
}

// The same robot with a push at every step and without: what differs after one step.
TEST(Pushes, ChangeTheVelocityOfTheBaseAfterTheReward) {
  LocomotionConfig pushed = Calm({0.5, 0, 0});
  pushed.randomization.push_interval = 0.02;
  pushed.randomization.push_speed = {0.4, 0.5};
  OneRobot a(Calm({0.5, 0, 0})), b(pushed);
  const Outcome x = a.Step(), y = b.Step();
  EXPECT_EQ(x.reward, y.reward);

  const Vector3d difference =
      Map<const Vector3d>(b.data().qvel) - Map<const Vector3d>(a.data().qvel);
  EXPECT_GE(difference.head<2>().minCoeff(), 0.4);
  EXPECT_LE(difference.head<2>().maxCoeff(), 0.5);
  EXPECT_EQ(difference.z(), 0);
  // the next observation sees it
  const RobotState &s = a.t().now, &t = b.t().now;
  EXPECT_LT((s.R_WB * (t.v_B - s.v_B) - difference).norm(), 1e-12);
  EXPECT_EQ(s.w_B, t.w_B);
  EXPECT_EQ(s.qd, t.qd);
  EXPECT_EQ(s.p_W, t.p_W);
}

TEST(Pushes, DifferFromStepToStepAndBetweenEnvironments) {
  LocomotionConfig config = Calm();
  config.randomization.push_interval = 0.02;
  config.randomization.push_speed = {-0.01, 0.01};
  const auto calm = MakeTask(Calm()), pushed = MakeTask(config);
  std::set<double> seen;
  for (int environment = 0; environment < 5; ++environment) {
    OneRobot a(*calm, 1, environment), b(*pushed, 1, environment);
    for (int step = 0; step < 5; ++step) {
      a.Step();
      b.Step();
      seen.insert(b.data().qvel[0] - a.data().qvel[0]);
      // both go on from the same state
      mju_copy(a.data().qpos, b.data().qpos, 19);
      mju_copy(a.data().qvel, b.data().qvel, 18);
      mju_copy(a.data().qacc_warmstart, b.data().qacc_warmstart, 18);
    }
  }
  EXPECT_EQ(seen.size(), 25u);
}

// --- nominal

TEST(Nominal, HasTheFrictionOfThePhysicsInEveryEpisodeAndNoPushes) {
  PhysicsConfig physics;
  physics.friction = 0.65;
  LocomotionConfig config;
  config.physics = physics;
  config.randomization = Nominal(physics);
  const auto task = MakeTask(config);
  for (int environment = 0; environment < 5; ++environment) {
    OneRobot robot(*task, 1, environment);
    EXPECT_EQ(robot.friction(), 0.65);
    robot.episode().total_steps = 500;
    robot.Reset();
    EXPECT_EQ(robot.friction(), 0.65);
  }
  for (int step = 0; step < 1000; ++step) {
    EXPECT_TRUE(DrawPush(config.randomization, 0.02, Random(1, Stream::kTest, 0, step)).isZero(0));
  }
}

}  // namespace
}  // namespace doggo::sim
