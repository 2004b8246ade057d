// What is measured in states made by hand: frames, gravity, joints, feet, contacts.
#include "sim/robot/robot_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <vector>

#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

using Eigen::AngleAxisd;
using Eigen::Map;
using Eigen::Quaterniond;
using Eigen::Vector3d;
using std::numbers::pi;

constexpr double kRounding = 1e-12;

PhysicsConfig WholeBody() {
  PhysicsConfig physics;
  physics.contacts = "all";
  return physics;
}

// One robot in its default pose, in the air unless put down.
class Measured {
 public:
  Robot robot;
  DataPtr data = MakeData(*robot.model);
  RobotState state;

  explicit Measured(const PhysicsConfig& physics = {}) : robot(LoadAnymal(physics)) {
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

  // Holds the default pose.
  void Hold() {
    for (int j = 0; j < kNumJoints; ++j) {
      data->ctrl[robot.ids.actuator[j]] = robot.default_pose[j];
    }
  }

  // As after a physics step: contacts and torques belong to this state.
  void AddContacts(ContactSums& contacts) {
    mj_forward(robot.model.get(), data.get());
    sim::AddContacts(robot, *robot.model, *data, contacts);
  }
  void Step(ContactSums& contacts) {
    mj_step(robot.model.get(), data.get());
    sim::AddContacts(robot, *robot.model, *data, contacts);
  }
  const RobotState& Measure(const ContactSums& contacts) {
    sim::Measure(robot, *data, contacts, state);
    return state;
  }
  // A control step of one physics step, none before it.
  const RobotState& Measure() {
    ContactSums contacts;
    AddContacts(contacts);
    state.contact.setConstant(false);
    return Measure(contacts);
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

TEST(RobotState, LimitDistanceIsToTheNearerEndOfAJointsRange) {
  Measured m;
  m.angle(0) = 0.4;    // LF_HAA, in [-0.72, 0.49]
  m.angle(3) = -0.39;  // RF_HAA, in [-0.49, 0.72]
  m.angle(6) = -0.8;   // LH_HAA, beyond its -0.72
  m.angle(4) = 9;      // RF_HFE, in +-9.42478
  const Joints& distance = m.Measure().limit_distance;
  EXPECT_NEAR(distance[0], 0.09, kRounding);
  EXPECT_NEAR(distance[3], 0.1, kRounding);
  EXPECT_NEAR(distance[6], -0.08, kRounding);
  EXPECT_NEAR(distance[4], 0.42478, kRounding);
  EXPECT_NEAR(distance[11], 9.42478 - 0.8, kRounding);
}

TEST(RobotState, BaseHeightIsThatOfItsOriginAboveTheGround) {
  Measured m;
  m.position() = Vector3d(7, -3, 0.63);
  EXPECT_EQ(m.Measure().base_height, 0.63);
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
  m.Measure(ContactSums{});
  const double moved = m.data->qpos[0] - before.p_W.x();
  EXPECT_NEAR(moved, 0.02, 1e-3);  // 2 m/s for 10 ms
  for (int leg = 0; leg < kNumLegs; ++leg) {
    EXPECT_GT(m.state.foot_W(0, leg) - before.foot_W(0, leg), 0.5 * moved);
  }
}

// --- contacts

// The ground carries a robot at rest: Newton's third law, sign and all. Forces are of the last
// control step. By then it only creeps, since MuJoCo's friction gives way a little.
void ExpectGroundCarriesTheRobot(Measured& m) {
  m.position().z() = m.robot.base_height;
  m.Turn(Yaw(0.7));
  m.Hold();
  ContactSums contacts;
  for (int step = 0; step < 150; ++step) {
    contacts = {};
    for (int k = 0; k < 2; ++k) m.Step(contacts);
  }
  const RobotState& s = m.Measure(contacts);
  ASSERT_LT(s.v_B.norm() + s.w_B.norm() + s.qd.norm(), 0.03);
  const double weight = m.robot.mass * 9.81;
  EXPECT_LT((s.foot_force_W.rowwise().sum() - Vector3d(0, 0, weight)).norm(), 1e-3 * weight);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    EXPECT_GT(s.foot_force_W(2, leg), 0.15 * weight);
    EXPECT_NEAR(s.foot_peak_force[leg], s.foot_force_W.col(leg).norm(), 1e-3 * weight);
  }
  EXPECT_TRUE(s.contact.all());
  EXPECT_FALSE(s.base_contact || s.hip_contact.any() || s.thigh_contact.any() ||
               s.shank_contact.any());
  EXPECT_EQ(s.body_contacts, 0);
}

TEST(Contacts, OfAStandingRobotCarryIt) {
  Measured feet, body(WholeBody());
  ExpectGroundCarriesTheRobot(feet);
  ExpectGroundCarriesTheRobot(body);
}

// A scene whose ground is a box.
PhysicsConfig OnBox(const std::string& size_and_place, const PhysicsConfig& physics) {
  PhysicsConfig on_box = physics;
  on_box.model = testing::TempDir() + "doggo_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name() + ".xml";
  std::ofstream(on_box.model) << "<mujoco><include file=\"" DOGGO_SOURCE_DIR
                                 "/models/anymal/anymal_c.xml\"/><worldbody><geom name=\"floor\" "
                                 "type=\"box\" "
                              << size_and_place << "/></worldbody></mujoco>";
  return on_box;
}

// MuJoCo orders the geoms of a contact by type: a plane comes before a foot's sphere, a box after.
TEST(Contacts, OfARobotStandingOnABoxCarryItToo) {
  for (const PhysicsConfig& physics : {PhysicsConfig(), WholeBody()}) {
    Measured m(OnBox("size=\"2 2 0.5\" pos=\"0 0 -0.5\"", physics));
    ExpectGroundCarriesTheRobot(m);
  }
}

// On flat ground trunk and thigh keep the hips from it; between them, at y from 0.16 to 0.188, only
// a post meets LF's: a ball of 0.05 m around 0.3598 0.1378 0, of which 0.042 m are below y = 0.165.
TEST(Contacts, OfAHipAreItsOwn) {
  Measured m(OnBox("size=\"0.02 0.01 0.5\" pos=\"0.3598 0.175 0\"", WholeBody()));
  m.position().z() = 0.5 + 0.042 - 1e-3;
  const RobotState& s = m.Measure();
  EXPECT_TRUE(s.hip_contact[0]);
  EXPECT_EQ(s.hip_contact.count(), 1);
  EXPECT_EQ(s.body_contacts, 1);
  EXPECT_FALSE(s.base_contact || s.thigh_contact.any() || s.shank_contact.any() || s.contact.any());
}

TEST(Contacts, FrictionIsAgainstTheMotionOfTheFeet) {
  Measured m;
  m.position().z() = m.robot.base_height - 1e-4;
  m.v_W() = Vector3d(0.5, -0.5, -0.1);
  const Vector3d force = m.Measure().foot_force_W.rowwise().sum();
  EXPECT_LT(force.x(), -10);
  EXPECT_GT(force.y(), 10);
  EXPECT_GT(force.z(), 10);
}

// A control step of some physics steps, in each of which the robot stands on the ground or not.
struct ControlStep {
  Measured m;

  const RobotState& Take(const std::vector<bool>& on_ground) {
    ContactSums contacts;
    for (const bool on : on_ground) {
      m.position().z() = m.robot.base_height + (on ? -1e-3 : 1e-2);
      m.AddContacts(contacts);
    }
    return m.Measure(contacts);
  }
};

TEST(Contacts, OfAFootAreThoseOfTheLastPhysicsStep) {
  ControlStep step;
  EXPECT_FALSE(step.Take({true, false}).contact.any());  // a bounce: it is in the air again
  EXPECT_FALSE(step.Take({false, false}).contact.any());
  EXPECT_TRUE(step.Take({false, true}).contact.all());
}

// Where no physics step tells: an episode begins.
TEST(Contacts, WithoutAPhysicsStepAreWithinAMillimetreOfTheGround) {
  for (const bool before : {false, true}) {
    Measured m;
    m.state.contact.setConstant(before);
    m.position().z() = m.robot.base_height + 0.9e-3;
    EXPECT_TRUE(m.Measure(ContactSums{}).contact.all());
    m.position().z() = m.robot.base_height + 1.1e-3;
    EXPECT_FALSE(m.Measure(ContactSums{}).contact.any());
    EXPECT_EQ(m.state.foot_force_W, LegPoints(LegPoints::Zero()));
  }
}

TEST(Contacts, FootForcesAreTheMeanAndThePeakOfThePhysicsSteps) {
  ControlStep step;
  const RobotState once = step.Take({true});
  EXPECT_GT(once.foot_peak_force.minCoeff(), 10);
  EXPECT_TRUE(
      (once.foot_peak_force == once.foot_force_W.colwise().norm().transpose().array()).all());
  const RobotState& s = step.Take({false, true, false, false});
  // the solver starts from the acceleration that it found before, and stops near the same force
  const double tolerance = 1e-6 * once.foot_peak_force.maxCoeff();
  EXPECT_LT((s.foot_force_W - once.foot_force_W / 4).cwiseAbs().maxCoeff(), tolerance);
  EXPECT_LT((s.foot_peak_force - once.foot_peak_force).abs().maxCoeff(), tolerance);
}

// Tumbling robots. MuJoCo's own sums of the forces on a body from outside (cfrc_ext, by
// mj_rnePostConstraint) tell which part is touched; a shank's body has the foot too.
TEST(Contacts, OfAllPartsAreThoseThatMuJoCoSums) {
  Random random(1, Stream::kTest);
  int base = 0, hard = 0;
  Eigen::Array3i seen = Eigen::Array3i::Zero();  // thigh, shank, foot
  for (int fall = 0; fall < 12; ++fall) {
    Measured m(WholeBody());
    m.Turn(Yaw(random.Uniform(-3, 3)) * Pitch(random.Uniform(-3, 3)) * Roll(random.Uniform(-3, 3)));
    for (int j = 0; j < kNumJoints; ++j) m.angle(j) += random.Uniform(-0.5, 0.5);
    m.Hold();
    for (int step = 0; step < 100; ++step) {
      ContactSums contacts;
      m.Step(contacts);
      mj_rnePostConstraint(m.robot.model.get(), m.data.get());
      const RobotState& s = m.Measure(contacts);

      const auto force = [&](int body) {
        return Vector3d(Map<const Vector3d>(m.data->cfrc_ext + 6 * body + 3));
      };
      int expected_hard = 0;
      const auto touched = [&](const Vector3d& f) {
        expected_hard += f.norm() > 10;
        return f.norm() > 0.1;
      };
      EXPECT_EQ(s.base_contact, touched(force(m.robot.ids.base_body)));
      for (int leg = 0; leg < kNumLegs; ++leg) {
        const Vector3d foot = s.foot_force_W.col(leg);
        EXPECT_EQ(s.hip_contact[leg], touched(force(m.robot.ids.hip_body[leg])));
        EXPECT_EQ(s.thigh_contact[leg], touched(force(m.robot.ids.thigh_body[leg])));
        EXPECT_EQ(s.shank_contact[leg], touched(force(m.robot.ids.shank_body[leg]) - foot));
        seen += Eigen::Array3i(s.thigh_contact[leg], s.shank_contact[leg], foot.norm() > 1);
      }
      EXPECT_EQ(s.body_contacts, expected_hard);
      base += s.base_contact;
      hard += s.body_contacts;
    }
  }
  EXPECT_GT(base, 50);
  EXPECT_GT(hard, 50);
  EXPECT_GT(seen.minCoeff(), 50) << seen.transpose();
}

// Flags gather over a control step; hard contacts are counted in each physics step.
TEST(Contacts, OfPartsGatherOverTheControlStep) {
  Measured m(WholeBody());
  m.Turn(Roll(pi));  // on its back
  m.position().z() = 0;
  ContactSums once;
  m.AddContacts(once);
  ASSERT_TRUE(once.base);
  ASSERT_GT(once.body_contacts, 0);
  ContactSums contacts;
  m.AddContacts(contacts);
  m.AddContacts(contacts);
  m.position().z() = 2;
  m.AddContacts(contacts);
  const RobotState& s = m.Measure(contacts);
  EXPECT_TRUE(s.base_contact);
  EXPECT_EQ(s.body_contacts, 2 * once.body_contacts);
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
