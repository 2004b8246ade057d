// Every reward term in a step made by hand, its formula worked out beside it. What a term is not
// told is not a number, so that it can depend on nothing else.
#include "sim/locomotion/rewards.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>
#include <vector>

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
  config.foot_height_target = 0.1;
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
                        {"tracking_frame", &config.tracking_frame},
                        {"tracking_width_start", &config.tracking_width_start},
                        {"tracking_width_end", &config.tracking_width_end},
                        {"tracking_anneal_steps", &config.tracking_anneal_steps},
                        {"linear_width_3d", &config.linear_width_3d},
                        {"angular_width_3d", &config.angular_width_3d},
                        {"linear_logistic_scale", &config.linear_logistic_scale},
                        {"angular_logistic_scale", &config.angular_logistic_scale},
                        {"upright_width", &config.upright_width},
                        {"base_height_target", &config.base_height_target},
                        {"joint_limit_margin", &config.joint_limit_margin},
                        {"joint_speed_limit", &config.joint_speed_limit},
                        {"torque_limit", &config.torque_limit},
                        {"moving_leg_pose", &config.moving_leg_pose},
                        {"standing_pose", &config.standing_pose},
                        {"pose_kernel_haa", &config.pose_kernel_haa},
                        {"pose_kernel_hfe", &config.pose_kernel_hfe},
                        {"pose_kernel_kfe", &config.pose_kernel_kfe},
                        {"posture_standing_hip", &config.posture_standing_hip},
                        {"posture_standing_knee", &config.posture_standing_knee},
                        {"posture_moving_hip", &config.posture_moving_hip},
                        {"posture_moving_knee", &config.posture_moving_knee},
                        {"swing_target", &config.swing_target},
                        {"air_time_target", &config.air_time_target},
                        {"flight_min", &config.flight_min},
                        {"flight_max", &config.flight_max},
                        {"foot_height_target", &config.foot_height_target},
                        {"contact_force_limit", &config.contact_force_limit},
                        {"only_positive", &config.only_positive},
                        {"lowest", &config.lowest},
                        {"curriculum_start", &config.curriculum_start},
                        {"curriculum_rate", &config.curriculum_rate},
                        {"curriculum_interval", &config.curriculum_interval}});
}

TEST(RewardConfig, HasAWeightUnderTheNameOfEveryTerm) {
  RewardConfig config;
  for (const RewardTerm& term : RewardTerms()) {
    ExpectFields(config, {{term.name, &(config.*term.weight)}});
  }
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

// A robot that leans forward and rises as it walks: in its own frame it is slower.
TEST(Tracking, IsInTheFrameThatTheCommandIsMeantIn) {
  Transition t = Unknown();
  t.training_steps = 0;  // width 0.5
  t.command = {0.8, 0, 0.5};
  t.now.v_H = {0.8, 0, 0.1};
  t.now.v_B = {0.5, 0, 0.2};
  t.now.w_H = {0, 0, 0.5};
  t.now.w_B = {0, 0, 0.4};
  EXPECT_EQ(Value("track_linear_velocity", t), 1);
  EXPECT_EQ(Value("track_yaw_rate", t), 1);
  RewardConfig config = Given();
  config.tracking_frame = "base";
  EXPECT_NEAR(Value("track_linear_velocity", t, config), std::exp(-0.09 / 0.25), 1e-12);
  EXPECT_NEAR(Value("track_yaw_rate", t, config), std::exp(-0.01 / 0.25), 1e-12);
}

// exp(-(|(0.3, -0.4)|^2 + 0.5^2) / s^2), s = 0.5: the way up counts like the others.
TEST(TrackLinearVelocity3d, CountsTheVertical) {
  Transition t = Unknown();
  t.command = {0.8, -0.2, kUnknown};
  t.now.v_H = {0.5, 0.2, 0.5};
  EXPECT_NEAR(Value("track_linear_velocity_3d", t), std::exp(-2), 1e-12);
  t.now.v_H = {0.8, -0.2, 0};
  EXPECT_EQ(Value("track_linear_velocity_3d", t), 1);
  RewardConfig base = Given();
  base.tracking_frame = "base";
  t.now.v_B = {0.8, -0.2, -0.5};
  EXPECT_NEAR(Value("track_linear_velocity_3d", t, base), std::exp(-1), 1e-12);
}

// exp(-(0.5^2 + |(0.3, -0.4)|^2) / 0.5)
TEST(TrackAngularVelocity3d, CountsRollAndPitch) {
  Transition t = Unknown();
  t.command.z() = 1;
  t.now.w_H = {0.3, -0.4, 0.5};
  EXPECT_NEAR(Value("track_angular_velocity_3d", t), std::exp(-1), 1e-4);  // s = 0.7071
  t.now.w_H = {0, 0, 1};
  EXPECT_EQ(Value("track_angular_velocity_3d", t), 1);
}

// Hwangbo et al. 2019: K(0) = -1 / (1 + 2 + 1) = -0.25 is the least cost, so 0.25 the largest
// reward; K(1) = -1 / (2.71828 + 2 + 0.36788) = -0.19661.
TEST(TrackLogistic, IsAQuarterWithoutErrorAndFallsWithIt) {
  Transition t = Unknown();
  t.command = {0.8, -0.2, 0.4};
  t.now.v_H = {0.8, -0.2, 0};
  t.now.w_H = {0, 0, 0.4};
  EXPECT_EQ(Value("track_linear_velocity_logistic", t), 0.25);
  EXPECT_EQ(Value("track_angular_velocity_logistic", t), 0.25);
  t.now.v_H = {0.8, -0.2, 0.25};  // x = 4 s/m * 0.25 m/s
  t.now.w_H = {0.6, 0, -0.4};     // x = 1 s/rad * |(0.6, 0, -0.8)| rad/s
  EXPECT_NEAR(Value("track_linear_velocity_logistic", t), 0.19661193, 1e-8);
  EXPECT_NEAR(Value("track_angular_velocity_logistic", t), 0.19661193, 1e-8);
  t.now.v_H = {1e4, 0, 0};  // e^x is infinite
  EXPECT_EQ(Value("track_linear_velocity_logistic", t), 0);
}

// --- a calm base

TEST(VerticalVelocity, IsSquared) {
  Transition t = Unknown();
  t.now.v_H.z() = -0.3;
  EXPECT_NEAR(Value("vertical_velocity", t), 0.09, 1e-15);
}

TEST(Heave, IsAlongTheBasesOwnAxis) {
  Transition t = Unknown();
  t.now.v_B.z() = -0.3;
  EXPECT_NEAR(Value("heave", t), 0.09, 1e-15);
}

TEST(RollPitchRate, IsSquaredInTheBaseFrameWithoutTheYaw) {
  Transition t = Unknown();
  t.now.w_B = {0.3, -0.4, kUnknown};
  EXPECT_NEAR(Value("roll_pitch_rate", t), 0.25, 1e-15);
}

TEST(TiltRate, IsAboutHorizontalAxes) {
  Transition t = Unknown();
  t.now.w_H = {0.3, -0.4, kUnknown};
  EXPECT_NEAR(Value("tilt_rate", t), 0.25, 1e-15);
}

// On its side it is sqrt(2) away, upside down 2.
TEST(TiltDistance, IsTheChordOfTheAngle) {
  Transition t = Unknown();
  t.now.gravity_B = {0, 0, -1};
  EXPECT_EQ(Value("tilt_distance", t), 0);
  t.now.gravity_B = {0, 1, 0};
  EXPECT_NEAR(Value("tilt_distance", t), std::sqrt(2), 1e-15);
  t.now.gravity_B = {0, 0, 1};
  EXPECT_EQ(Value("tilt_distance", t), 2);
  t.now.gravity_B = {std::sin(0.3), 0, -std::cos(0.3)};
  EXPECT_NEAR(Value("tilt_distance", t), 2 * std::sin(0.15), 1e-15);
}

// exp(-sin^2 / 0.2); sin^2 = 0.2 at 26.6 degrees
TEST(Upright, IsOneWhereTheBaseIsLevel) {
  Transition t = Unknown();
  t.now.gravity_B = {0, 0, kUnknown};
  EXPECT_EQ(Value("upright", t), 1);
  t.now.gravity_B = {-std::sqrt(0.1), std::sqrt(0.1), kUnknown};
  EXPECT_NEAR(Value("upright", t), std::exp(-1), 1e-4);  // width 0.4472
}

TEST(BaseHeight, IsTheSquaredDistanceFromTheTarget) {
  Transition t = Unknown();
  t.now.base_height = 0.4;
  EXPECT_NEAR(Value("base_height", t), 0.01, 1e-15);  // target 0.5 m
  t.now.base_height = 0.5;
  EXPECT_EQ(Value("base_height", t), 0);
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

// |(3, 4)| + 3 + 4
TEST(TorqueNorms, AddTheTwoNorms) {
  Transition t = Unknown();
  t.now.torque.setZero();
  t.now.torque[1] = -3;
  t.now.torque[8] = 4;
  EXPECT_NEAR(Value("torque_norm", t), 5, 1e-12);
  EXPECT_NEAR(Value("torque_norms", t), 5 + 7, 1e-12);
}

TEST(TorqueRate, IsTheSquaredJumpOfTheTorque) {
  Transition t = Unknown();
  t.before.torque.setConstant(20);
  t.now.torque.setConstant(20);
  EXPECT_EQ(Value("torque_rate", t), 0);
  t.now.torque[0] = 23;
  t.now.torque[11] = 16;
  EXPECT_EQ(Value("torque_rate", t), 9 + 16);
}

TEST(Energy, IsTheMeanPowerOfTheStep) {
  Transition t = Unknown();
  t.step_dt = 0.02;
  t.work = 3;
  EXPECT_NEAR(Value("energy", t), 150, 1e-12);
}

// 10 N m * 2 rad/s drives, 10 N m * -3 rad/s brakes, -5 N m * -4 rad/s drives.
TEST(PositivePower, LeavesBrakingOut) {
  Transition t = Unknown();
  t.now.torque.setZero();
  t.now.qd.setOnes();
  t.now.torque.head<3>() = Vector3d(10, 10, -5);
  t.now.qd.head<3>() = Vector3d(2, -3, -4);
  EXPECT_EQ(Value("positive_power", t), 20 + 20);
}

TEST(JointSpeed, SumsTheSquares) {
  Transition t = Unknown();
  t.now.qd.setZero();
  t.now.qd[3] = -2;
  t.now.qd[7] = 3;
  EXPECT_EQ(Value("joint_speed", t), 13);
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

// The action of a straight line is smooth; one that turns round by 0.3 and 0.1 is not.
TEST(ActionSmoothness, IsTheSquaredSecondDifference) {
  Transition t = Unknown();
  t.older_action.setConstant(0.1);
  t.previous_action.setConstant(0.3);
  t.action.setConstant(0.5);
  EXPECT_NEAR(Value("action_smoothness", t), 0, 1e-15);
  t.action[2] = 0.2;
  t.action[9] = 0.6;
  EXPECT_NEAR(Value("action_smoothness", t), 0.09 + 0.01, 1e-15);
}

// --- limits

// A margin of 0.1 rad: one joint is 0.04 within it, one 0.02 beyond its range.
TEST(JointLimits, SumWhatIsWithinTheMargin) {
  RewardConfig config = Given();
  config.joint_limit_margin = 0.1;
  Transition t = Unknown();
  t.now.limit_distance.setConstant(0.1);
  EXPECT_EQ(Value("joint_limits", t, config), 0);
  t.now.limit_distance[5] = 0.06;
  t.now.limit_distance[9] = -0.02;
  EXPECT_NEAR(Value("joint_limits", t, config), 0.04 + 0.12, 1e-15);
  EXPECT_NEAR(Value("joint_limits", t), 0.02, 1e-15);  // without margin
}

// Beyond 7.5 rad/s; a joint counts for at most 1 rad/s.
TEST(JointSpeedLimits, SumWhatIsTooFast) {
  Transition t = Unknown();
  t.now.qd.setConstant(-7.5);
  EXPECT_EQ(Value("joint_speed_limits", t), 0);
  t.now.qd[0] = -7.75;
  t.now.qd[6] = 12;
  EXPECT_NEAR(Value("joint_speed_limits", t), 0.25 + 1, 1e-12);
}

TEST(TorqueLimits, SumWhatIsBeyond80NewtonMetres) {
  Transition t = Unknown();
  t.now.torque.setConstant(80);
  EXPECT_EQ(Value("torque_limits", t), 0);
  t.now.torque[0] = 82;
  t.now.torque[6] = -85;
  EXPECT_EQ(Value("torque_limits", t), 2 + 5);
}

// --- pose

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

// Errors of RF HAA, RF HFE and LH KFE.
Transition Posed(double haa, double hfe, double kfe, const Vector3d& command) {
  Transition t = Unknown();
  t.command = command;
  t.now.pose_error.setZero();
  t.now.pose_error[3] = haa;
  t.now.pose_error[4] = hfe;
  t.now.pose_error[8] = kfe;
  return t;
}

const Vector3d kForwards(0.5, 0, 0), kTurning(0, 0, 0.3), kStanding(0, 0, 0);

// exp(-(1 * 0.01 + 1 * 0.04 + 0.1 * 0.5))
TEST(PoseKernel, WeighsTheKneesLess) {
  EXPECT_NEAR(Value("pose_kernel", Posed(0.1, 0.2, -std::sqrt(0.5), {kUnknown, kUnknown, 0})),
              std::exp(-0.1), 1e-12);
  EXPECT_EQ(Value("pose_kernel", Posed(0, 0, 0, kStanding)), 1);
}

// Standing: ((0.05 / 0.05)^2 + (0.1 / 0.05)^2 + (0.1 / 0.1)^2) / 12 = 6 / 12.
// Moving, also on the spot: (0.3 / 0.3)^2 + (0.6 / 0.3)^2 + (0.6 / 0.6)^2 = 6.
TEST(Posture, IsStricterWhileStanding) {
  EXPECT_NEAR(Value("posture", Posed(0.05, -0.1, 0.1, kStanding)), std::exp(-0.5), 1e-12);
  EXPECT_NEAR(Value("posture", Posed(0.3, -0.6, 0.6, kForwards)), std::exp(-0.5), 1e-12);
  EXPECT_NEAR(Value("posture", Posed(0.3, -0.6, 0.6, kTurning)), std::exp(-0.5), 1e-12);
  EXPECT_EQ(Value("posture", Posed(0, 0, 0, kStanding)), 1);
}

TEST(StandStill, CountsOnlyWhereTheCommandIsToStand) {
  EXPECT_NEAR(Value("stand_still", Posed(0.1, -0.2, 0.3, kStanding)), 0.6, 1e-15);
  EXPECT_EQ(Value("stand_still", Posed(0.1, -0.2, 0.3, kForwards)), 0);
  EXPECT_EQ(Value("stand_still", Posed(0.1, -0.2, 0.3, kTurning)), 0);
}

TEST(StandingDrift, IsTheDistanceFromWhereTheClockStoppedWhileItRests) {
  Transition t = Unknown();
  t.now.p_W.head<2>() = Eigen::Vector2d(1.3, -0.6);
  t.stop_W = {1, -1};
  EXPECT_NEAR(Value("standing_drift", t), 0.5, 1e-15);  // of 0.3 and 0.4
  t.stepping = true;
  EXPECT_EQ(Value("standing_drift", t), 0);
}

// --- the gait clock

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

// --- steps

LegScalars Legs(double lf, double rf, double lh, double rh) { return {lf, rf, lh, rh}; }

// Flights of 0.7 s and 0.4 s end: (0.7 - 0.5) + (0.4 - 0.5).
TEST(FeetAirTime, CountsFlightsAtTheirEndIfTheRobotWalks) {
  Transition t = Unknown();
  t.command = {0.3, 0, kUnknown};
  t.touchdown = Flags(true, false, true, false);
  t.air_time = Legs(0.7, kUnknown, 0.4, kUnknown);
  EXPECT_NEAR(Value("feet_air_time", t), 0.1, 1e-15);
  t.command = {0, -0.1, kUnknown};  // not faster than 0.1 m/s
  EXPECT_EQ(Value("feet_air_time", t), 0);
  t.command = kForwards;
  t.touchdown.setConstant(false);
  EXPECT_EQ(Value("feet_air_time", t), 0);
}

// 0.02 s is too short, 0.6 s too long; a foot that has just come down is not in the air.
TEST(FeetInFlight, CountsFlightsThatAreNeitherShortNorLong) {
  Transition t = Unknown();
  t.command = kTurning;
  t.now.contact = Flags(false, false, false, false);
  t.air_time = Legs(0.02, 0.06, 0.49, 0.6);
  EXPECT_EQ(Value("feet_in_flight", t), 2);
  t.now.contact = Flags(false, false, true, false);
  EXPECT_EQ(Value("feet_in_flight", t), 1);
  t.command = kStanding;
  EXPECT_EQ(Value("feet_in_flight", t), 0);
}

// In the air (0, 0.2, 0, 0.2): mean 0.1, variance 4 * 0.01 / 3.  On the ground (0.5, 0, 0.1, 0),
// the 3 s being cut: mean 0.15, variance (0.35^2 + 0.15^2 + 0.05^2 + 0.15^2) / 3 = 0.17 / 3.
TEST(AirTimeVariance, IsZeroWhereAllLegsDoTheSame) {
  Transition t = Unknown();
  t.air_time = Legs(0, 0.2, 0, 0.2);
  t.ground_time = Legs(3, 0, 0.1, 0);
  EXPECT_NEAR(Value("air_time_variance", t), 0.04 / 3 + 0.17 / 3, 1e-15);
  t.air_time.setZero();
  t.ground_time = Legs(1, 2, 3, 4);  // standing
  EXPECT_EQ(Value("air_time_variance", t), 0);
}

// LF moves by (0.6, 0.8) cm in 20 ms, 0.5 m/s, 4 cm above the ground; RF by 2 cm, 1 m/s, at 13 cm;
// LH moves straight up, RH rests. All are 10 cm high if they move.
Transition Swinging(const Vector3d& command) {
  Transition t = Unknown();
  t.command = command;
  t.before.foot_W.setZero();
  t.now.foot_W.setZero();
  t.now.foot_W.col(0) = Vector3d(0.006, 0.008, 0.3);
  t.now.foot_W.col(1) = Vector3d(-0.02, 0, 0);
  t.now.foot_W.col(2) = Vector3d(0, 0, 0.01);
  t.now.foot_height = Legs(0.04, 0.13, 0.05, 0);
  t.now.contact = Flags(false, false, false, true);
  return t;
}

// 0.06 * 0.5 + 0.03 * 1
TEST(FootClearance, IsTheDistanceFromTheTargetTimesTheSpeed) {
  EXPECT_NEAR(Value("foot_clearance", Swinging(kTurning)), 0.06, 1e-12);
  EXPECT_EQ(Value("foot_clearance", Swinging(kStanding)), 0);
}

// 0.06 * sqrt(0.5) + 0.03 * 1, whatever the command
TEST(FootClearanceRoot, TakesTheRootOfTheSpeed) {
  const double value = 0.06 * std::sqrt(0.5) + 0.03;
  EXPECT_NEAR(Value("foot_clearance_root", Swinging(kForwards)), value, 1e-12);
  EXPECT_NEAR(Value("foot_clearance_root", Swinging(kStanding)), value, 1e-12);
}

// 0.06^2 * 0.5 + 0.03^2 * 1; without RF where that is on the ground
TEST(FootClearanceSquared, IsOfFeetInTheAir) {
  Transition t = Swinging(kStanding);
  EXPECT_NEAR(Value("foot_clearance_squared", t), 0.0018 + 0.0009, 1e-12);
  t.now.contact[1] = true;
  EXPECT_NEAR(Value("foot_clearance_squared", t), 0.0018, 1e-12);
}

// (0.08 / 0.1 - 1)^2 + (0.15 / 0.1 - 1)^2
TEST(FootSwingPeak, IsWorkedOutAtTouchdown) {
  Transition t = Unknown();
  t.command = kForwards;
  t.touchdown = Flags(true, false, false, true);
  t.peak_height = Legs(0.08, kUnknown, kUnknown, 0.15);
  EXPECT_NEAR(Value("foot_swing_peak", t), 0.04 + 0.25, 1e-12);
  t.command = kStanding;
  EXPECT_EQ(Value("foot_swing_peak", t), 0);
}

// --- contacts

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

// LF at 0.5 m/s and RF at 1 m/s touch: 0.25 + 1.
TEST(FootSlipMoving, IsTheSquaredSpeedOfFeetOnTheGround) {
  Transition t = Swinging(kForwards);
  EXPECT_EQ(Value("foot_slip_moving", t), 0);  // only RH touches, which rests
  t.now.contact = Flags(true, true, false, true);
  EXPECT_NEAR(Value("foot_slip_moving", t), 1.25, 1e-12);
  t.command = kStanding;
  EXPECT_EQ(Value("foot_slip_moving", t), 0);
}

TEST(FootSlipSpeed, IsTheSpeedOfFeetOnTheGround) {
  Transition t = Swinging(kStanding);
  EXPECT_EQ(Value("foot_slip_speed", t), 0);
  t.now.contact = Flags(true, true, false, true);
  EXPECT_NEAR(Value("foot_slip_speed", t), 1.5, 1e-12);
}

TEST(SoftLanding, IsTheForceOfFeetThatTouchDown) {
  Transition t = Unknown();
  t.command = kForwards;
  t.now.contact.setConstant(true);
  t.now.foot_peak_force = Legs(300, kUnknown, 120, kUnknown);
  EXPECT_EQ(Value("soft_landing", t), 0);
  t.touchdown = Flags(true, false, true, false);
  EXPECT_EQ(Value("soft_landing", t), 420);
  t.command = kStanding;
  EXPECT_EQ(Value("soft_landing", t), 0);
}

TEST(ContactForce, SumsWhatIsBeyond350Newton) {
  Transition t = Unknown();
  t.now.foot_peak_force = Legs(0, 350, 360, 500);
  EXPECT_EQ(Value("contact_force", t), 10 + 150);
}

// 5 N down allow 25 N sideways; a foot in the air has no force at all.
TEST(Stumble, IsWhereAnyFootIsPushedSideways) {
  Transition t = Unknown();
  t.now.foot_force_W.setZero();
  EXPECT_EQ(Value("stumble", t), 0);
  t.now.foot_force_W.col(2) = Vector3d(15, -20, 5);
  EXPECT_EQ(Value("stumble", t), 0);
  t.now.foot_force_W.col(2) = Vector3d(15, -20.1, 5);
  EXPECT_EQ(Value("stumble", t), 1);
  t.now.foot_force_W.col(0) = Vector3d(1, 0, 0);
  EXPECT_EQ(Value("stumble", t), 1);
}

TEST(WallContact, CountsFeet) {
  Transition t = Unknown();
  EXPECT_EQ(Value("wall_contact", t), 0);
  t.now.wall_contact = Flags(true, false, true, false);
  EXPECT_EQ(Value("wall_contact", t), 2);
}

// --- on rough ground

// A robot whose nose points up by atan 0.3 on ground that rises by 0.3 is not tilted; and likewise
// sideways, by the roll.
TEST(TiltToGround, IsFromThePlaneUnderTheRobot) {
  const auto value = [](double up, double left_up, double slope_x, double slope_y) {
    Transition t = Unknown();
    const Eigen::Matrix3d R_HB =
        (Eigen::AngleAxisd(-up, Vector3d::UnitY()) * Eigen::AngleAxisd(left_up, Vector3d::UnitX()))
            .toRotationMatrix();
    t.now.gravity_B = R_HB.transpose() * Vector3d(0, 0, -1);
    t.ground.slope = {slope_x, slope_y};
    return Value("tilt_to_ground", t);
  };
  EXPECT_NEAR(value(std::atan(0.3), 0, 0.3, 0), 0, 1e-12);
  EXPECT_NEAR(value(0, std::atan(-0.2), 0, -0.2), 0, 1e-12);
  EXPECT_NEAR(value(0.1, 0.2, 0, 0), 0.01 + 0.04, 1e-12);
  EXPECT_NEAR(value(-0.1, 0, std::tan(0.3), 0), 0.16, 1e-12);
}

TEST(BaseClearance, IsAboveTheMeanGroundAndBounded) {
  RewardConfig config = Given();
  config.base_height_target = 0.53;
  Transition t = Unknown();
  t.now.p_W = {kUnknown, kUnknown, 1.73};
  t.ground.mean_height = 1;
  EXPECT_NEAR(Value("base_clearance", t, config), 0.04, 1e-12);
  t.ground.mean_height = 0;
  EXPECT_EQ(Value("base_clearance", t, config), 0.1);
}

// LF swings at its highest (target 0.09 m), before a step of 0.2 m that is 0.2 m away.
TEST(SwingClearance, IsHowFarTheFootIsFromItsArcOverTheHighestGroundAhead) {
  Transition t = Unknown();
  t.swing = Flags(true, false, false, false);
  t.leg_phase = Legs(pi / 2, kUnknown, kUnknown, kUnknown);
  t.ground.near_rise = Legs(-0.1, kUnknown, kUnknown, kUnknown);
  t.ground.far_rise = Legs(0.2, kUnknown, kUnknown, kUnknown);
  const auto at = [&](double height) {
    t.now.foot_height = Legs(height, kUnknown, kUnknown, kUnknown);
    return Value("swing_clearance", t);
  };
  EXPECT_NEAR(at(0.29), 0, 1e-12);
  EXPECT_NEAR(at(0.09), 0.2, 1e-12);
  EXPECT_NEAR(at(0.39), 0.4 * 0.1, 1e-12);
  EXPECT_EQ(at(-0.2), 0.3);
  // near the end of the swing it comes down before what is far: cos 3 = -0.99
  t.leg_phase[0] = 3;
  EXPECT_NEAR(at(0.09 * std::sin(3)), 0, 1e-12);
  t.ground.near_rise[0] = 0.05;
  EXPECT_NEAR(at(0.09 * std::sin(3)), 0.05, 1e-12);
}

TEST(Collision, CountsThighsAndShanks) {
  Transition t = Unknown();
  t.now.hip_contact.setConstant(true);
  t.now.base_contact = true;
  EXPECT_EQ(Value("collision", t), 0);
  t.now.thigh_contact = Flags(true, false, false, false);
  t.now.shank_contact = Flags(true, false, true, false);
  EXPECT_EQ(Value("collision", t), 3);
}

TEST(HardContact, CountsOverThePhysicsSteps) {
  Transition t = Unknown();
  EXPECT_EQ(Value("hard_contact", t), 0);
  t.now.body_contacts = 5;
  EXPECT_EQ(Value("hard_contact", t), 5);
}

TEST(Fall, IsOneWhereTheRobotFell) {
  Transition t = Unknown();
  EXPECT_EQ(Value("fall", t), 0);
  t.fell = true;
  EXPECT_EQ(Value("fall", t), 1);
}

// --- the table

TEST(RewardTerms, HaveNamesUnlikeEachOtherUnitAndMeaning) {
  std::set<std::string_view> names;
  for (const RewardTerm& term : RewardTerms()) {
    EXPECT_TRUE(names.insert(term.name).second) << term.name;
    EXPECT_FALSE(term.unit.empty()) << term.name;
    EXPECT_FALSE(term.meaning.empty()) << term.name;
  }
}

TEST(RewardTerms, ObjectivesAreFollowingTheCommandAndNotFalling) {
  for (const RewardTerm& term : RewardTerms()) {
    EXPECT_EQ(term.objective, term.name.starts_with("track_") || term.name == "fall") << term.name;
  }
}

// To the rounding of sums in another order.
TEST(RewardTerms, AreFiniteAndTheSameInEveryMirror) {
  const GaitConfig gait;
  Random random(1, Stream::kTest);
  for (const char* frame : {"heading", "base"}) {
    RewardConfig config = Given();
    config.tracking_frame = frame;
    for (int i = 0; i < 50; ++i) {
      const Transition t = RandomTransition(gait, random);
      for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
        const Transition image = MirrorTransition(reflection, t);
        for (const RewardTerm& term : RewardTerms()) {
          const double value = term.value(t, config);
          EXPECT_TRUE(std::isfinite(value)) << term.name;
          EXPECT_NEAR(term.value(image, config), value, 1e-12 * (1 + std::abs(value))) << term.name;
        }
      }
    }
  }
}

// --- the sum

RewardConfig Only(std::initializer_list<std::pair<double RewardConfig::*, double>> weights) {
  RewardConfig config = Given();
  for (const RewardTerm& term : RewardTerms()) config.*term.weight = 0;
  for (const auto& [weight, value] : weights) config.*weight = value;
  return config;
}

struct Sum {
  double reward;
  std::vector<double> per_term;
};
Sum SumOf(const Transition& t, const RewardConfig& config) {
  const std::vector<ActiveReward> rows = ActiveRewards(config);
  Sum sum = {0, std::vector<double>(rows.size(), kUnknown)};
  sum.reward = SumRewards(rows, t, config, sum.per_term);
  return sum;
}

// The rows that training has by default, and the order in which they are added up.
TEST(ActiveRewards, AreTheRowsWhoseWeightIsNotZero) {
  std::vector<std::string_view> names;
  for (const ActiveReward& row : ActiveRewards({})) names.push_back(row.term->name);
  EXPECT_EQ(names,
            (std::vector<std::string_view>{
                "track_linear_velocity", "track_yaw_rate", "vertical_velocity", "roll_pitch_rate",
                "tilt", "torque", "joint_acceleration", "action_rate", "pose", "contact_schedule",
                "swing_height", "stance_height", "foot_slip", "fall"}));
  const RewardConfig config = Only({{&RewardConfig::torque, -0.5}});
  ASSERT_EQ(ActiveRewards(config).size(), 1);
  EXPECT_EQ(ActiveRewards(config)[0].term->name, "torque");
  EXPECT_EQ(ActiveRewards(config)[0].weight, -0.5);
}

// What belongs to a row of weight zero is not even known here.
TEST(SumRewards, WorksOutActiveRowsOnly) {
  Transition t = Unknown();
  t.training_steps = 0;
  t.now.torque.setOnes();
  t.now.v_H.z() = 2;
  // 20 ms * (-0.5 * 12 + -1 * 4)
  const Sum sum =
      SumOf(t, Only({{&RewardConfig::torque, -0.5}, {&RewardConfig::vertical_velocity, -1}}));
  EXPECT_NEAR(sum.reward, -0.2, 1e-15);
  ASSERT_EQ(sum.per_term.size(), 2);
  EXPECT_NEAR(sum.per_term[0], -0.08, 1e-15);  // vertical velocity stands first in the table
  EXPECT_NEAR(sum.per_term[1], -0.12, 1e-15);
}

// To the bit, row by row in the order of the table.
TEST(SumRewards, IsTheWeightedSumTimesTheStep) {
  const RewardConfig config;
  Random random(1, Stream::kTest);
  for (int i = 0; i < 50; ++i) {
    const Transition t = RandomTransition({}, random);
    double expected = 0;
    for (const RewardTerm& term : RewardTerms()) {
      if (config.*term.weight != 0)
        expected += config.*term.weight * term.value(t, config) * t.step_dt;
    }
    EXPECT_EQ(SumOf(t, config).reward, expected);
  }
}

// 20 ms * (1 * 1 - 2 * 0.25) = 0.01;  20 ms * (1 * 1 - 2 * 1) = -0.02, cut to 0; a fall costs 1 in
// either case.
// 3 (N m)^2 of effort at -1 each; -2 per second at least, of which a step is 20 ms.
TEST(SumRewards, CutsWhatIsBelowTheLowestButNotTheFall) {
  Transition t = Unknown();
  t.now.torque.setZero();
  t.now.torque[0] = std::sqrt(3.0);
  t.fell = true;
  RewardConfig config = Only({{&RewardConfig::torque, -1}, {&RewardConfig::fall, -50}});
  EXPECT_NEAR(SumOf(t, config).reward, -0.06 - 1, 1e-12);
  config.lowest = -2;
  EXPECT_NEAR(SumOf(t, config).reward, -0.04 - 1, 1e-12);
}

TEST(SumRewards, CutsWhatIsBelowZeroButNotTheFall) {
  RewardConfig config = Only({{&RewardConfig::upright, 1},
                              {&RewardConfig::vertical_velocity, -2},
                              {&RewardConfig::fall, -50}});
  config.only_positive = true;
  Transition t = Unknown();
  t.training_steps = 0;
  t.now.gravity_B = {0, 0, -1};
  t.now.v_H.z() = 0.5;
  EXPECT_NEAR(SumOf(t, config).reward, 0.01, 1e-15);
  t.fell = true;
  EXPECT_NEAR(SumOf(t, config).reward, 0.01 - 1, 1e-15);
  t.now.v_H.z() = 1;
  EXPECT_NEAR(SumOf(t, config).reward, -1, 1e-15);
  t.fell = false;
  EXPECT_EQ(SumOf(t, config).reward, 0);
  EXPECT_NEAR(SumOf(t, config).per_term[0], -0.04, 1e-15);  // told as it is
  config.only_positive = false;
  EXPECT_NEAR(SumOf(t, config).reward, -0.02, 1e-15);
}

// Hwangbo et al. 2019: k_0 = 0.3, rate 0.997, after 100, 300, 500, 1000, 2000 iterations.
TEST(CurriculumFactor, GrowsToOne) {
  RewardConfig config;
  config.curriculum_start = 0.3;
  config.curriculum_rate = 0.997;
  config.curriculum_interval = 4000;
  const auto factor = [&](double iterations) {
    Transition t = Unknown();
    t.training_steps = iterations * 4000;
    return CurriculumFactor(t, config);
  };
  EXPECT_EQ(factor(0), 0.3);
  EXPECT_NEAR(factor(1), std::pow(0.3, 0.997), 1e-15);
  EXPECT_NEAR(factor(100), 0.410, 5e-4);
  EXPECT_NEAR(factor(300), 0.613, 5e-4);
  EXPECT_NEAR(factor(500), 0.765, 5e-4);
  EXPECT_NEAR(factor(1000), 0.942, 5e-4);
  EXPECT_NEAR(factor(2000), 0.997, 5e-4);
  EXPECT_EQ(factor(1e9), 1);
}

TEST(CurriculumFactor, IsOneByDefault) {
  Transition t = Unknown();
  for (const double steps : {0.0, 1.0, 123456.0, 1e12}) {
    t.training_steps = steps;
    EXPECT_EQ(CurriculumFactor(t, {}), 1);
  }
}

// At k = 0.25: 20 ms * (6 * 0.25 [angular velocity, no error] - k * 2 * 3 [joints] - 50 [fall]).
TEST(CurriculumFactor, ScalesAllButObjectives) {
  RewardConfig config = Only({{&RewardConfig::track_angular_velocity_logistic, 6},
                              {&RewardConfig::joint_speed, -2},
                              {&RewardConfig::fall, -50}});
  config.curriculum_start = 0.25;
  Transition t = Unknown();
  t.training_steps = 0;
  t.command.z() = 0.5;
  t.now.w_H = {0, 0, 0.5};
  t.now.qd.setConstant(0.5);
  t.fell = true;
  const Sum sum = SumOf(t, config);
  EXPECT_NEAR(sum.per_term[0], 0.03, 1e-15);
  EXPECT_NEAR(sum.per_term[1], -0.03, 1e-15);
  EXPECT_NEAR(sum.per_term[2], -1, 1e-15);
  EXPECT_NEAR(sum.reward, -1, 1e-15);
}

// --- the task

// A walking robot, disturbed by its actions; nothing changes between the reward and our look at it.
// Rewards are handed on as float: relative 6e-8, of sums of up to some ten.
TEST(Reward, OfTheTaskIsTheSumOfItsRows) {
  OneRobot robot(Calm({0.5, 0.1, -0.3}));
  Random random(1, Stream::kTest);
  std::array<double, 2> seen = {1, -1};  // least and greatest
  for (int i = 0; i < 20; ++i) {
    const Outcome outcome = robot.Step(RandomJoints(1, random));
    EXPECT_NEAR(outcome.reward, SumOf(robot.t(), robot.task().config().rewards).reward, 1e-6);
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
  for (const ActiveReward& row : ActiveRewards(robot.task().config().rewards)) {
    sum += robot.Metric("reward/" + std::string(row.term->name));
  }
  EXPECT_NEAR(sum, total, 1e-5);
}

}  // namespace
}  // namespace doggo::sim
