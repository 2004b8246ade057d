// Every reward term in a step made by hand, its formula worked out beside it. What a term is not
// told is not a number, so that it can depend on nothing else.
#include "sim/locomotion/rewards.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;
using std::numbers::pi;

// The numbers that the tests below work with, whatever the defaults are.
RewardConfig Given() {
  RewardConfig config;
  config.tracking_width_start = 0.5;
  config.tracking_width_end = std::sqrt(0.05);
  config.tracking_anneal_steps = 500e3;
  config.swing_target = 0.09;
  config.moving_leg_pose = 0.2;
  config.standing_pose = 3;
  return config;
}

double Value(std::string_view name, const Transition& t, const RewardConfig& config = Given()) {
  for (const RewardTerm& term : RewardTerms()) {
    if (term.name == name) return term.value(t, config);
  }
  ADD_FAILURE() << "no reward is called " << name;
  return 0;
}

TEST(RewardConfig, FieldsCoverTheStructAndBearItsNames) {
  RewardConfig config;
  ExpectFields(config, {{"track_linear_velocity", &config.track_linear_velocity},
                        {"fall", &config.fall},
                        {"tracking_width_start", &config.tracking_width_start},
                        {"tracking_width_end", &config.tracking_width_end},
                        {"tracking_anneal_steps", &config.tracking_anneal_steps},
                        {"swing_target", &config.swing_target},
                        {"moving_leg_pose", &config.moving_leg_pose},
                        {"standing_pose", &config.standing_pose}});
}

TEST(RewardConfig, HasAWeightUnderTheNameOfEveryTerm) {
  RewardConfig config;
  for (const RewardTerm& term : RewardTerms()) {
    ExpectFields(config, {{term.name, &(config.*term.weight)}});
  }
}

TEST(RewardTerms, FitIntoTheEpisodesSums) {
  EXPECT_LE(RewardTerms().size(), static_cast<size_t>(kMaxRewardTerms));
}

// --- following the command

TEST(TrackLinearVelocity, FallsWithTheSquaredErrorInTheHeadingFrame) {
  Transition t = Unknown();
  t.training_steps = 0;  // width 0.5 m/s
  t.command = {0.8, -0.2, kUnknown};
  t.now.v_H = {0.5, 0.2, kUnknown};
  // error (0.3, -0.4): exp(-0.25 / 0.25)
  EXPECT_NEAR(Value("track_linear_velocity", t), std::exp(-1), 1e-12);
  t.now.v_H = {0.8, -0.2, kUnknown};
  EXPECT_EQ(Value("track_linear_velocity", t), 1);
}

TEST(TrackYawRate, FallsWithTheSquaredErrorAboutTheVertical) {
  Transition t = Unknown();
  t.training_steps = 0;
  t.command.z() = 0.5;
  t.now.w_H.z() = -0.5;
  EXPECT_NEAR(Value("track_yaw_rate", t), std::exp(-4), 1e-12);  // exp(-1 / 0.25)
  t.now.w_H.z() = 0.5;
  EXPECT_EQ(Value("track_yaw_rate", t), 1);
}

// 0.25 to 0.05 (m/s)^2 over 500000 steps, geometrically: sqrt(0.25 * 0.05) half-way.
TEST(Tracking, WidthNarrowsGeometricallyAndThenStays) {
  const auto squared_width = [&](double steps) {
    Transition t = Unknown();
    t.training_steps = steps;
    t.command.z() = 0.3;
    t.now.w_H.z() = 0;
    return -0.3 * 0.3 / std::log(Value("track_yaw_rate", t));
  };
  EXPECT_NEAR(squared_width(0), 0.25, 1e-12);
  EXPECT_NEAR(squared_width(250e3), std::sqrt(0.25 * 0.05), 1e-12);
  EXPECT_NEAR(squared_width(500e3), 0.05, 1e-12);
  EXPECT_NEAR(squared_width(7e6), 0.05, 1e-12);
}

TEST(Tracking, BothKernelsHaveTheSameWidth) {
  Transition t = Unknown();
  t.training_steps = 123456;
  t.command = {0.3, 0, 0.3};
  t.now.v_H.setZero();
  t.now.w_H.setZero();
  EXPECT_EQ(Value("track_linear_velocity", t), Value("track_yaw_rate", t));
}

// --- a calm base

TEST(VerticalVelocity, IsSquared) {
  Transition t = Unknown();
  t.now.v_H.z() = -0.3;
  EXPECT_NEAR(Value("vertical_velocity", t), 0.09, 1e-15);
}

TEST(RollPitchRate, IsSquaredInTheBaseFrameWithoutTheYaw) {
  Transition t = Unknown();
  t.now.w_B = {0.3, -0.4, kUnknown};
  EXPECT_NEAR(Value("roll_pitch_rate", t), 0.25, 1e-15);
}

TEST(Tilt, IsTheSquaredSineOfTheAngle) {
  Transition t = Unknown();
  t.now.gravity_B = {std::sin(0.3) * 0.6, std::sin(0.3) * 0.8, kUnknown};
  EXPECT_NEAR(Value("tilt", t), std::sin(0.3) * std::sin(0.3), 1e-15);
}

// --- effort

TEST(Torque, SumsTheSquares) {
  Transition t = Unknown();
  t.now.torque.setZero();
  t.now.torque[0] = 10;
  t.now.torque[11] = -20;
  EXPECT_EQ(Value("torque", t), 500);
}

TEST(JointAcceleration, IsTheChangeOfSpeedPerTime) {
  Transition t = Unknown();
  t.step_dt = 0.01;
  t.before.qd.setConstant(1);
  t.now.qd.setConstant(1);
  t.now.qd[4] = 1.5;   // 50 rad/s^2
  t.now.qd[7] = 0.75;  // -25 rad/s^2
  EXPECT_NEAR(Value("joint_acceleration", t), 2500 + 625, 1e-9);
}

TEST(ActionRate, IsTheSquaredJumpOfTheAction) {
  Transition t = Unknown();
  t.previous_action.setConstant(0.5);
  t.action.setConstant(0.5);
  t.action[2] = 0.8;
  t.action[9] = 0.1;
  EXPECT_NEAR(Value("action_rate", t), 0.09 + 0.16, 1e-15);
}

// While moving w = 1 for HAA and 0.2 for HFE and KFE, while standing 3 for all.
TEST(Pose, LeavesTheLegsNearlyFreeWhileMoving) {
  Transition t = Unknown();
  t.now.pose_error.setZero();
  t.now.pose_error[3] = 0.1;   // RF HAA
  t.now.pose_error[4] = 0.2;   // RF HFE
  t.now.pose_error[8] = -0.3;  // LH KFE
  t.stepping = true;
  EXPECT_NEAR(Value("pose", t), 0.01 + 0.2 * (0.04 + 0.09), 1e-15);
  t.stepping = false;
  EXPECT_NEAR(Value("pose", t), 3 * (0.01 + 0.04 + 0.09), 1e-15);
}

// --- feet

LegFlags Flags(bool lf, bool rf, bool lh, bool rh) {
  LegFlags flags;
  flags << lf, rf, lh, rh;
  return flags;
}

TEST(ContactSchedule, CountsTheFeetThatDoAsTheClockSays) {
  Transition t = Unknown();
  t.swing = Flags(true, false, false, true);
  t.now.contact = Flags(false, true, true, false);
  EXPECT_EQ(Value("contact_schedule", t), 4);
  t.now.contact = Flags(true, true, true, false);  // LF touches while it should swing
  EXPECT_EQ(Value("contact_schedule", t), 3);
  t.now.contact = Flags(true, false, false, true);
  EXPECT_EQ(Value("contact_schedule", t), 0);
  t.swing.setConstant(false);  // standing: all feet are to touch
  t.now.contact = Flags(true, true, true, false);
  EXPECT_EQ(Value("contact_schedule", t), 3);
}

// An arc of 9 cm: its middle at theta = pi/2, half of its height at pi/6.
TEST(SwingHeight, IsTheDistanceFromTheArcOfSwingingFeetOnly) {
  Transition t = Unknown();
  t.swing = Flags(true, false, false, true);
  t.leg_phase << pi / 2, 1.5 * pi, 1.5 * pi, pi / 6;
  t.now.foot_height << 0.05, kUnknown, kUnknown, 0.065;
  EXPECT_NEAR(Value("swing_height", t), (0.09 - 0.05) + (0.065 - 0.045), 1e-15);
}

TEST(StanceHeight, IsTheHeightOfStandingFeetAboveTheGroundOnly) {
  Transition t = Unknown();
  t.swing = Flags(true, false, false, false);
  t.now.foot_height << kUnknown, 0.02, -0.004, 0.01;  // one is pressed into the ground
  EXPECT_NEAR(Value("stance_height", t), 0.03, 1e-15);
}

// On the ground now and a step ago; at most (2 m/s)^2 each; the vertical does not count.
TEST(FootSlip, IsTheSquaredSpeedOfFeetThatStayOnTheGround) {
  Transition t = Unknown();
  t.before.contact = Flags(true, true, false, true);
  t.now.contact = Flags(true, true, true, false);
  t.before.foot_W.col(0) = Vector3d(1, 2, kUnknown);
  t.now.foot_W.col(0) = Vector3d(1.006, 2.008, kUnknown);  // 1 cm in 20 ms: 0.5 m/s
  t.before.foot_W.col(1) = Vector3d(0, 0, kUnknown);
  t.now.foot_W.col(1) = Vector3d(-0.1, 0, kUnknown);  // 5 m/s
  EXPECT_NEAR(Value("foot_slip", t), 0.25 + 4, 1e-9);
}

TEST(Fall, IsOneWhereTheRobotFell) {
  Transition t = Unknown();
  EXPECT_EQ(Value("fall", t), 0);
  t.fell = true;
  EXPECT_EQ(Value("fall", t), 1);
}

// --- all of them

TEST(RewardTerms, HaveNamesUnlikeEachOther) {
  std::set<std::string_view> names;
  for (const RewardTerm& term : RewardTerms()) EXPECT_TRUE(names.insert(term.name).second);
}

// To the rounding of sums in another order.
TEST(RewardTerms, AreTheSameInEveryMirror) {
  const GaitConfig gait;
  const RewardConfig config = Given();
  Random random(1, Stream::kTest);
  for (int i = 0; i < 50; ++i) {
    const Transition t = RandomTransition(gait, random);
    for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
      const Transition image = MirrorTransition(reflection, t);
      for (const RewardTerm& term : RewardTerms()) {
        const double value = term.value(t, config);
        EXPECT_NEAR(term.value(image, config), value, 1e-12 * (1 + value)) << term.name;
      }
    }
  }
}

// A walking robot, disturbed by its actions; nothing changes between the reward and our look at it.
double WeightedSum(OneRobot& robot, const RewardConfig& config) {
  double sum = 0;
  for (const RewardTerm& term : RewardTerms()) {
    if (config.*term.weight != 0) sum += config.*term.weight * term.value(robot.t(), config);
  }
  return sum;
}

// Rewards are handed on as float: relative 6e-8, of sums of up to some ten.
TEST(Reward, IsTheWeightedSumTimesTheStep) {
  OneRobot robot(Calm({0.5, 0.1, -0.3}));
  Random random(1, Stream::kTest);
  std::array<double, 2> seen = {1, -1};  // least and greatest
  for (int i = 0; i < 20; ++i) {
    const Outcome outcome = robot.Step(RandomJoints(1, random));
    EXPECT_NEAR(outcome.reward, 0.02 * WeightedSum(robot, robot.task().config().rewards), 1e-6);
    seen = {std::min<double>(seen[0], outcome.reward), std::max<double>(seen[1], outcome.reward)};
  }
  EXPECT_GT(seen[1] - seen[0], 0.005);  // it was not always the same
}

TEST(Reward, EpisodeSumsOfTheTermsAddUpToTheReturn) {
  OneRobot robot(Calm({0.5, 0.1, -0.3}));
  Random random(1, Stream::kTest);
  double total = 0;
  for (int i = 0; i < 20; ++i) total += robot.Step(RandomJoints(1, random)).reward;
  double sum = 0;
  for (const RewardTerm& term : RewardTerms()) {
    sum += robot.Metric("reward/" + std::string(term.name));
  }
  EXPECT_NEAR(sum, total, 1e-5);
}

// A kernel of width zero is 0 / 0: were it worked out, the reward would not be a number.
TEST(Reward, OfATermOfWeightZeroIsNotWorkedOut) {
  LocomotionConfig config = Calm({0.5, 0.1, -0.3});
  config.rewards.tracking_width_start = config.rewards.tracking_width_end = 0;
  config.rewards.track_linear_velocity = config.rewards.track_yaw_rate = 0;
  config.rewards.pose = 0;
  OneRobot robot(config);
  Random random(1, Stream::kTest);
  for (int i = 0; i < 5; ++i) {
    const Outcome outcome = robot.Step(RandomJoints(1, random));
    EXPECT_TRUE(std::isnan(Value("track_yaw_rate", robot.t(), config.rewards)));
    EXPECT_GT(Value("pose", robot.t()), 0);
    EXPECT_NEAR(outcome.reward, 0.02 * WeightedSum(robot, config.rewards), 1e-6);
  }
  EXPECT_EQ(robot.Metric("reward/track_yaw_rate"), 0);
  EXPECT_EQ(robot.Metric("reward/pose"), 0);
  EXPECT_NE(robot.Metric("reward/torque"), 0);
}

}  // namespace
}  // namespace doggo::sim
