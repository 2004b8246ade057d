// The joint drives against their formulas, and against what MuJoCo makes of them.
#include "sim/robot/drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/robot/expect_fields.h"
#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

Joints All(double value) { return Joints::Constant(value); }

// Torque of a joint that is told to go so far (rad) that only a limit holds it.
double LargestTorque(const DriveConfig& drive, double speed) {
  return DriveTorque(drive, All(100), All(0), All(speed))[0];
}
double SmallestTorque(const DriveConfig& drive, double speed) {
  return DriveTorque(drive, All(-100), All(0), All(speed))[0];
}

TEST(DriveConfig, FieldsCoverTheStructAndBearItsNames) {
  DriveConfig config;
  ExpectFields(config, {{"kp", &config.kp},
                        {"kd", &config.kd},
                        {"torque_limit", &config.torque_limit},
                        {"dc_motor", &config.dc_motor},
                        {"stall_torque", &config.stall_torque},
                        {"no_load_speed", &config.no_load_speed},
                        {"armature", &config.armature}});
}

TEST(DriveTorque, IsASpringToTheTargetAndADamper) {
  const DriveConfig drive{.kp = 50, .kd = 2};
  Joints target = All(0), q = All(0), qd = All(0);
  target[0] = 0.3;
  q[1] = -0.1;
  qd[2] = 1.5;
  target[3] = 0.2, q[3] = 0.5, qd[3] = -4;
  const Joints torque = DriveTorque(drive, target, q, qd);
  EXPECT_DOUBLE_EQ(torque[0], 15);       // 50 * 0.3
  EXPECT_DOUBLE_EQ(torque[1], 5);        // 50 * 0.1
  EXPECT_DOUBLE_EQ(torque[2], -3);       // -2 * 1.5
  EXPECT_DOUBLE_EQ(torque[3], -15 + 8);  // 50 * (0.2 - 0.5) + 2 * 4
  EXPECT_EQ(torque.tail<8>(), (Eigen::Matrix<double, 8, 1>::Zero()));
}

TEST(DriveTorque, IsCutOffAtTheLimitAtAnySpeedWithoutTheMotorsCurve) {
  const DriveConfig drive;
  for (const double speed : {-20.0, -5.0, 0.0, 7.5, 20.0}) {
    EXPECT_EQ(LargestTorque(drive, speed), 80);
    EXPECT_EQ(SmallestTorque(drive, speed), -80);
  }
}

// 120 (1 - speed / 7.5) N m, at most 80: 80 up to 2.5 rad/s, 60 at 3.75, 40 at 5, 0 at 7.5; beyond,
// only braking.
TEST(DriveTorque, OfAMotorFallsWithItsSpeed) {
  const DriveConfig drive{.dc_motor = true};
  const struct {
    double speed, torque;
  } points[] = {{0, 80}, {2.5, 80}, {3.75, 60}, {5, 40}, {7.5, 0}, {10, -40}, {12.5, -80}};
  for (const auto& [speed, torque] : points) {
    EXPECT_NEAR(LargestTorque(drive, speed), torque, 1e-12) << speed;
    EXPECT_NEAR(SmallestTorque(drive, -speed), -torque, 1e-12) << speed;
  }
}

TEST(DriveTorque, OfAMotorBrakesWithAllItsLimit) {
  const DriveConfig drive{.dc_motor = true};
  for (const double speed : {0.0, 2.5, 5.0, 7.5, 12.5}) {
    EXPECT_NEAR(SmallestTorque(drive, speed), -80, 1e-12) << speed;
    EXPECT_NEAR(LargestTorque(drive, -speed), 80, 1e-12) << speed;
  }
}

// Driven from outside, however fast, and in both senses alike.
TEST(DriveTorque, OfAMotorNeverExceedsItsLimit) {
  const DriveConfig drive{.dc_motor = true};
  for (double speed = 0; speed < 60; speed += 0.5) {
    for (const double torque : {LargestTorque(drive, speed), SmallestTorque(drive, speed)}) {
      EXPECT_LE(std::abs(torque), 80 + 1e-12) << speed;
    }
    EXPECT_NEAR(LargestTorque(drive, speed), -SmallestTorque(drive, -speed), 1e-12) << speed;
  }
}

TEST(EquivalentTarget, MakesTheSpringAndDamperGiveTheTorque) {
  const DriveConfig drive{.kp = 85, .kd = 5};
  Random random(1, Stream::kTest);
  for (int i = 0; i < 20; ++i) {
    const Joints torque = RandomJoints(80, random), q = RandomJoints(1, random),
                 qd = RandomJoints(10, random);
    const Joints command = EquivalentTarget(drive, torque, q, qd);
    EXPECT_LT((85 * (command - q) - 5 * qd - torque).cwiseAbs().maxCoeff(), 1e-12);
  }
}

// q, qd, targets in the range of use, far enough to meet the limits too.
struct Motion {
  Joints q, qd, target;
};
Motion RandomMotion(Random& random) {
  return {RandomJoints(0.4, random), RandomJoints(12, random), RandomJoints(2, random)};
}

// What MuJoCo's actuators do in that state, in the order of the joints.
Joints MujocoTorque(const Robot& robot, const Motion& motion, const Joints& command) {
  const DataPtr data = MakeData(*robot.model);
  mj_resetData(robot.model.get(), data.get());
  data->qpos[2] = 2;
  for (int j = 0; j < kNumJoints; ++j) {
    data->qpos[robot.ids.qpos[j]] = motion.q[j];
    data->qvel[robot.ids.dof[j]] = motion.qd[j];
    data->ctrl[robot.ids.actuator[j]] = command[j];
  }
  mj_forward(robot.model.get(), data.get());
  Joints torque;
  for (int j = 0; j < kNumJoints; ++j) torque[j] = data->actuator_force[robot.ids.actuator[j]];
  return torque;
}

TEST(DriveTorque, IsWhatMuJoCosPositionActuatorsGive) {
  const Robot robot = LoadAnymal();
  Random random(2, Stream::kTest);
  for (int i = 0; i < 20; ++i) {
    const Motion m = RandomMotion(random);
    const Joints expected = DriveTorque(robot.drive, m.target, m.q, m.qd);
    EXPECT_LT((MujocoTorque(robot, m, m.target) - expected).cwiseAbs().maxCoeff(), 1e-11);
  }
}

// So that the motor's curve reaches the simulation through a position command.
TEST(EquivalentTarget, MakesMuJoCoApplyTheTorqueOfAMotor) {
  const Robot robot = LoadAnymal({}, {.dc_motor = true});
  Random random(3, Stream::kTest);
  int limited = 0;
  for (int i = 0; i < 20; ++i) {
    const Motion m = RandomMotion(random);
    const Joints torque = DriveTorque(robot.drive, m.target, m.q, m.qd);
    const Joints command = EquivalentTarget(robot.drive, torque, m.q, m.qd);
    EXPECT_LT((MujocoTorque(robot, m, command) - torque).cwiseAbs().maxCoeff(), 1e-11);
    limited += ((MujocoTorque(robot, m, m.target) - torque).array().abs() > 1).count();
  }
  EXPECT_GT(limited, 20);  // otherwise the curve was not tried
}

}  // namespace
}  // namespace doggo::sim
