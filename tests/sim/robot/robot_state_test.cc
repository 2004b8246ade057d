// What is measured in states made by hand: frames, gravity, joints, feet, contacts.
#include "sim/robot/robot_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

using Eigen::AngleAxisd;
using Eigen::Map;
using Eigen::Quaterniond;
using Eigen::Vector3d;
using std::numbers::pi;

constexpr double kRounding = 1e-12;

// One robot in its default pose, in the air unless put down.
class Measured {
 public:
  Robot robot = LoadAnymal();
  DataPtr data = MakeData(*robot.model);
  RobotState state;

  Measured() {
    mj_resetData(robot.model.get(), data.get());
    data->qpos[2] = 1;
    for (int j = 0; j < kNumJoints; ++j) data->qpos[robot.ids.qpos[j]] = robot.default_pose[j];
  }
  void Turn(const Quaterniond& q) {
    data->qpos[3] = q.w();
    data->qpos[4] = q.x();
    data->qpos[5] = q.y();
    data->qpos[6] = q.z();
  }
  Map<Vector3d> position() { return Map<Vector3d>(data->qpos); }
  Map<Vector3d> v_W() { return Map<Vector3d>(data->qvel); }
  Map<Vector3d> w_B() { return Map<Vector3d>(data->qvel + 3); }
  double& angle(int joint) { return data->qpos[robot.ids.qpos[joint]]; }

  // Measured as after a physics step: contacts and torques belong to this state.
  const RobotState& Measure() {
    mj_forward(robot.model.get(), data.get());
    sim::Measure(robot, *robot.model, *data, state);
    return state;
  }
};

Quaterniond Yaw(double angle) { return Quaterniond(AngleAxisd(angle, Vector3d::UnitZ())); }
Quaterniond Pitch(double angle) { return Quaterniond(AngleAxisd(angle, Vector3d::UnitY())); }
Quaterniond Roll(double angle) { return Quaterniond(AngleAxisd(angle, Vector3d::UnitX())); }

void ExpectNear(const Vector3d& seen, const Vector3d& expected) {
  EXPECT_LT((seen - expected).norm(), kRounding)
      << seen.transpose() << " is not " << expected.transpose();
}

// Looking to the left (+y of the world) and moving there: ahead, as the robot sees it.
TEST(RobotState, VelocityOfATurnedRobotIsAheadWhereItLooks) {
  Measured m;
  m.Turn(Yaw(pi / 2));
  m.v_W() = Vector3d(0, 0.7, 0.1);
  const RobotState& s = m.Measure();
  EXPECT_NEAR(s.heading, pi / 2, kRounding);
  ExpectNear(s.v_H, {0.7, 0, 0.1});
  ExpectNear(s.v_B, {0.7, 0, 0.1});
}

// Nose down by 30 degrees and moving level and ahead: in H ahead, in B ahead and up.
TEST(RobotState, VelocityOfAPitchedRobotIsLevelInTheHeadingFrameOnly) {
  Measured m;
  m.Turn(Pitch(pi / 6));
  m.v_W() = Vector3d(1, 0, 0);
  const RobotState& s = m.Measure();
  EXPECT_NEAR(s.heading, 0, kRounding);
  ExpectNear(s.v_H, {1, 0, 0});
  ExpectNear(s.v_B, {std::cos(pi / 6), 0, std::sin(pi / 6)});
}

TEST(RobotState, VelocityOfAYawedAndPitchedRobot) {
  Measured m;
  m.Turn(Yaw(0.8) * Pitch(-0.3));
  m.v_W() = Yaw(0.8) * Vector3d(0.5, -0.2, 0.1);
  const RobotState& s = m.Measure();
  EXPECT_NEAR(s.heading, 0.8, kRounding);
  ExpectNear(s.v_H, {0.5, -0.2, 0.1});
  ExpectNear(s.v_B, Pitch(0.3) * Vector3d(0.5, -0.2, 0.1));
}

// Turning about the vertical with the nose down: a yaw rate in H; in B it is partly a roll.
TEST(RobotState, YawRateIsAboutTheVertical) {
  Measured m;
  m.Turn(Pitch(pi / 6));
  m.w_B() = Pitch(-pi / 6) * Vector3d(0, 0, 2);  // MuJoCo keeps it in the base frame
  const RobotState& s = m.Measure();
  ExpectNear(s.w_H, {0, 0, 2});
  ExpectNear(s.w_B, {-2 * std::sin(pi / 6), 0, 2 * std::cos(pi / 6)});
}

// The conventions of MuJoCo's free joint are its integrator's: let it move the robot a little.
TEST(RobotState, VelocitiesAreTheRatesOfPositionAndHeading) {
  Measured m;
  m.robot.model->opt.timestep = 1e-6;
  m.robot.model->opt.disableflags |= mjDSBL_GRAVITY;
  m.Turn(Yaw(0.6) * Pitch(0.4) * Roll(-0.2));
  m.v_W() = Vector3d(0.3, -0.5, 0.2);
  m.w_B() = Vector3d(0.4, -0.7, 0.9);
  const RobotState before = m.Measure();
  mj_step(m.robot.model.get(), m.data.get());
  const RobotState& after = m.Measure();
  const Vector3d v_W = (after.p_W - before.p_W) / 1e-6;
  // in 1 us accelerations of some 1e2 / s^2 change the velocities by 1e-4
  EXPECT_LT((v_W - before.R_WB * before.v_B).norm(), 1e-3);
  EXPECT_LT((v_W - Yaw(before.heading) * before.v_H).norm(), 1e-3);
  // d(heading)/dt is w_z of H where the nose is level; else the tilt adds to it: of R's first
  // column x,  d atan2(x_y, x_x) = (x_x dx_y - x_y dx_x) / (x_x^2 + x_y^2),  dx = w_W x x
  const Vector3d x = before.R_WB.col(0);
  const Vector3d dx = (Yaw(before.heading) * before.w_H).cross(x);
  EXPECT_NEAR((after.heading - before.heading) / 1e-6,
              (x.x() * dx.y() - x.y() * dx.x()) / x.head<2>().squaredNorm(), 1e-3);
}

TEST(RobotState, HeadingIsTheDirectionOfTheNoseAllTheWayRound) {
  for (const double yaw : {-3.0, -1.5, 0.0, 0.1, 1.6, 3.1}) {
    Measured m;
    m.Turn(Yaw(yaw) * Pitch(0.5) * Roll(0.7));
    EXPECT_NEAR(m.Measure().heading, yaw, kRounding);
  }
}

TEST(RobotState, GravityPointsDownInTheBaseFrame) {
  Measured m;
  ExpectNear(m.Measure().gravity_B, {0, 0, -1});
  m.Turn(Yaw(2) * Pitch(0.3));  // nose down: gravity has a part ahead
  ExpectNear(m.Measure().gravity_B, {std::sin(0.3), 0, -std::cos(0.3)});
  m.Turn(Yaw(-1) * Roll(0.3));  // right side down: a part to the right
  ExpectNear(m.Measure().gravity_B, {0, -std::sin(0.3), -std::cos(0.3)});
  m.Turn(Roll(pi));
  ExpectNear(m.Measure().gravity_B, {0, 0, 1});
}

TEST(RobotState, JointsAreReadInTheirOrderAndAgainstTheDefaultPose) {
  Measured m;
  for (int j = 0; j < kNumJoints; ++j) {
    m.angle(j) = m.robot.default_pose[j] + 0.01 * j;
    m.data->qvel[m.robot.ids.dof[j]] = 0.1 * j;
  }
  const RobotState& s = m.Measure();
  for (int j = 0; j < kNumJoints; ++j) {
    EXPECT_EQ(s.q[j], m.angle(j));
    EXPECT_NEAR(s.pose_error[j], 0.01 * j, kRounding);
    EXPECT_EQ(s.qd[j], 0.1 * j);
  }
}

TEST(RobotState, TorqueIsThatOfTheDrives) {
  Measured m;
  for (int j = 0; j < kNumJoints; ++j) {
    m.data->ctrl[m.robot.ids.actuator[j]] = m.robot.default_pose[j] + 0.01 * j;
  }
  const RobotState& s = m.Measure();
  for (int j = 0; j < kNumJoints; ++j) EXPECT_NEAR(s.torque[j], 85 * 0.01 * j, kRounding);
}

TEST(RobotState, AllFeetTouchTheGroundStandingAndNoneInTheAir) {
  Measured m;
  m.position().z() = m.robot.base_height - 1e-4;
  EXPECT_TRUE(m.Measure().contact.all());
  m.position().z() = m.robot.base_height + 1e-4;
  EXPECT_FALSE(m.Measure().contact.any());
  m.position().z() = 2;
  EXPECT_FALSE(m.Measure().contact.any());
}

TEST(RobotState, AFootThatIsLiftedDoesNotTouch) {
  for (int lifted = 0; lifted < kNumLegs; ++lifted) {
    Measured m;
    m.position().z() = m.robot.base_height - 1e-4;
    m.angle(3 * lifted + 2) -= 0.3 * kForward[lifted];  // bends the knee further
    const RobotState& s = m.Measure();
    for (int leg = 0; leg < kNumLegs; ++leg) {
      EXPECT_EQ(s.contact[leg], leg != lifted);
      EXPECT_EQ(s.foot_height[leg] > 0, leg == lifted);
    }
  }
}

// The floor and the lowest point of the sphere; the knee's axis.
TEST(RobotState, HeightsAreThoseOfTheKinematics) {
  Measured m;
  m.Turn(Yaw(1.1));
  m.position() = Vector3d(3, -2, 0.7);
  m.angle(0) = 0.2, m.angle(1) = 0.6, m.angle(2) = -1.1;    // LF
  m.angle(9) = -0.1, m.angle(10) = 0.3, m.angle(11) = 0.5;  // RH
  const RobotState& s = m.Measure();
  ExpectNear(s.p_W, {3, -2, 0.7});
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Vector3d q(m.angle(3 * leg), m.angle(3 * leg + 1), m.angle(3 * leg + 2));
    const Vector3d foot = s.p_W + Yaw(1.1) * FootPosition(leg, q);
    ExpectNear(s.foot_W.col(leg), foot);
    EXPECT_NEAR(s.foot_height[leg], foot.z() - 0.03, kRounding);
    // the knee: 0.285 m down the thigh, 0.18411 m out of the HAA axis
    const double knee =
        0.18411 * kLeftward[leg] * std::sin(q[0]) - 0.285 * std::cos(q[1]) * std::cos(q[0]);
    EXPECT_NEAR(s.knee_height[leg], 0.7 + knee, kRounding);
  }
}

// mj_step leaves the kinematics of the state before; what is measured is of the state after it.
TEST(RobotState, FeetBelongToTheStateAfterAStep) {
  Measured m;
  m.v_W() = Vector3d(2, 0, 0);
  const RobotState before = m.Measure();
  mj_step(m.robot.model.get(), m.data.get());
  Measure(m.robot, *m.robot.model, *m.data, m.state);
  const double moved = m.data->qpos[0] - before.p_W.x();
  EXPECT_NEAR(moved, 0.02, 1e-3);  // 2 m/s for 10 ms
  for (int leg = 0; leg < kNumLegs; ++leg) {
    EXPECT_GT(m.state.foot_W(0, leg) - before.foot_W(0, leg), 0.5 * moved);
  }
}

// A push changes the velocity only; contacts, torques and feet stay those that were measured.
TEST(MeasureBody, LeavesFeetTorquesAndContactsAlone) {
  Measured m;
  m.position().z() = m.robot.base_height - 1e-4;
  const RobotState before = m.Measure();
  m.v_W() = Vector3d(0.4, -0.3, 0);
  m.data->qpos[2] = 5;
  MeasureBody(m.robot, *m.data, m.state);
  ExpectNear(m.state.v_B, {0.4, -0.3, 0});
  EXPECT_EQ(m.state.p_W.z(), 5);
  EXPECT_EQ(m.state.torque, before.torque);
  EXPECT_EQ(m.state.foot_W, before.foot_W);
  EXPECT_TRUE((m.state.contact == before.contact).all());
  EXPECT_TRUE((m.state.foot_height == before.foot_height).all());
}

}  // namespace
}  // namespace doggo::sim
