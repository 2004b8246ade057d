// What differs from episode to episode, and the pushes during one.
#include "sim/locomotion/randomization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kStandardErrors = 5;  // exceeded with a probability of 6e-7; the seeds are fixed

TEST(RandomizationConfig, FieldsCoverTheStructAndBearItsNames) {
  RandomizationConfig c;
  ExpectFields(c, {{"friction", &c.friction},
                   {"base_mass", &c.base_mass},
                   {"base_com", &c.base_com},
                   {"base_inertia", &c.base_inertia},
                   {"link_mass", &c.link_mass},
                   {"kp", &c.kp},
                   {"kd", &c.kd},
                   {"motor_strength", &c.motor_strength},
                   {"latency", &c.latency},
                   {"armature", &c.armature},
                   {"joint_damping", &c.joint_damping},
                   {"joint_friction", &c.joint_friction},
                   {"encoder_bias", &c.encoder_bias},
                   {"gyro_bias", &c.gyro_bias},
                   {"imu_tilt", &c.imu_tilt},
                   {"gravity", &c.gravity},
                   {"joint_scale", &c.joint_scale},
                   {"joint_position", &c.joint_position},
                   {"joint_speed", &c.joint_speed},
                   {"base_velocity", &c.base_velocity},
                   {"tilt", &c.tilt},
                   {"heading", &c.heading},
                   {"drop_height", &c.drop_height},
                   {"push_interval", &c.push_interval},
                   {"push_speed", &c.push_speed},
                   {"push_turn", &c.push_turn},
                   {"push_force", &c.push_force},
                   {"push_duration", &c.push_duration}});
}

// --- the table

// A robot of which one row alone is varied, at one value.
LocomotionConfig With(Range RandomizationConfig::*row, double value,
                      const Vector3d& command = Vector3d::Zero()) {
  LocomotionConfig config = Calm(command);
  config.randomization.*row = {value, value};
  return config;
}

TEST(RandomizationTerms, HaveNamesUnlikeEachOtherAndMeanings) {
  std::set<std::string_view> names;
  for (const RandomizationTerm& term : RandomizationTerms()) {
    EXPECT_TRUE(names.insert(term.name).second) << term.name;
    EXPECT_FALSE(term.meaning.empty()) << term.name;
    EXPECT_LT(term.min, term.max) << term.name;
  }
}

TEST(RandomizationTerms, NameFieldsOfNumbersInTheModel) {
  const Robot robot = LoadAnymal();
  const BatchPtr batch = MakeBatch(*robot.model, 1);
  for (const RandomizationTerm& term : RandomizationTerms()) {
    EXPECT_EQ(term.apply == nullptr, term.fields[0].empty()) << term.name;
    for (const std::string_view field : term.fields) {
      if (field.empty()) continue;
      int size = 0, element_size = 0;
      ASSERT_TRUE(mjb_expand(batch.get(), std::string(field).c_str(), &size, &element_size))
          << field;
      EXPECT_EQ(element_size, static_cast<int>(sizeof(mjtNum)));
    }
  }
}

TEST(RandomizationTerms, DrawEveryNumberFromTheRange) {
  for (const RandomizationTerm& term : RandomizationTerms()) {
    RandomizationConfig config = Nominal({});
    const Range range = term.whole ? Range{1, 4} : Range{term.nominal + 0.1, term.nominal + 0.2};
    config.*term.range = range;
    std::set<double> seen;
    for (int environment = 0; environment < 100; ++environment) {
      Randomized r = DrawRandomized(config, 1, environment, 1);
      for (int k = 0; k < term.size; ++k) {
        const double value = term.values(r)[k];
        EXPECT_GE(value, range.low) << term.name;
        EXPECT_LE(value, range.high) << term.name;
        seen.insert(value);
      }
    }
    EXPECT_EQ(seen.size(), term.whole ? 4u : static_cast<size_t>(100 * term.size)) << term.name;
  }
}

TEST(RandomizationTerms, DrawWhatAnotherRowDoesNotChange) {
  RandomizationConfig few = Nominal({}), all = few;
  few.gravity = all.gravity = {-1, 1};
  for (const RandomizationTerm& term : RandomizationTerms()) {
    if (term.name != "gravity") all.*term.range = {term.nominal, term.nominal + 0.01};
  }
  EXPECT_EQ(DrawRandomized(few, 3, 5, 7).gravity, DrawRandomized(all, 3, 5, 7).gravity);
}

// The largest difference between two worlds that differ in one row, over so many steps of the same
// actions; the state and, beside it, what the policy sees.
struct Effect {
  double state = 0, observation = 0;
};

Effect EffectOf(const LocomotionConfig& varied, const LocomotionConfig& plain, int steps) {
  OneRobot a(varied), b(plain);
  Random random(1, Stream::kTest);
  Effect effect;
  for (int step = 0; step < steps; ++step) {
    const Joints action = RandomJoints(0.5, random);
    a.Step(action);
    b.Step(action);
    const RobotState &s = a.t().now, &t = b.t().now;
    effect.state = std::max({effect.state, (s.q - t.q).norm(), (s.qd - t.qd).norm(),
                             (s.v_B - t.v_B).norm(), (s.w_B - t.w_B).norm()});
    effect.observation = std::max<double>(
        effect.observation, (a.Observation() - b.Observation()).cwiseAbs().maxCoeff());
  }
  return effect;
}

// Not only in a field of the model: in how the robot moves, or in what it sees of it.
TEST(RandomizationTerms, EveryRowHasAnEffect) {
  for (const RandomizationTerm& term : RandomizationTerms()) {
    const double value = term.name == "friction" ? 0.1
                         : term.whole            ? 2
                                                 : term.nominal + (term.nominal == 1 ? 0.3 : 0.1);
    const Vector3d command(0.5, 0, 0.3);
    const Effect effect = EffectOf(With(term.range, value, command), Calm(command), 10);
    const Effect none = EffectOf(Calm(command), Calm(command), 10);
    EXPECT_EQ(none.observation, 0);
    EXPECT_GT(effect.observation, 1e-3) << term.name;
    const bool of_sensors = term.name == "gyro_bias" || term.name == "imu_tilt";
    EXPECT_EQ(effect.state > 1e-3, !of_sensors) << term.name;
  }
}

TEST(RandomizationTerms, AtTheirNominalValuesChangeNothing) {
  LocomotionConfig config = Calm();
  OneRobot robot(config);
  const ModelPtr loaded(mj_copyModel(nullptr, &robot.task().model()));
  EXPECT_EQ(robot.task().randomized_fields(), std::vector<std::string>{"geom_friction"});
  EXPECT_FALSE(robot.task().constants_follow());
}

// Always from the nominal value: it does not add up from episode to episode.
TEST(RandomizationTerms, AfterManyEpisodesAreStillNearTheNominalModel) {
  LocomotionConfig config = Calm();
  config.randomization.base_mass = {1, 2};
  config.randomization.link_mass = {1.1, 1.2};
  config.randomization.kp = {1.1, 1.2};
  config.randomization.joint_damping = {0.5, 1};
  OneRobot robot(config);
  const mjModel& nominal = robot.task().model();
  for (int episode = 0; episode < 30; ++episode) robot.Reset();
  const RobotIds& ids = robot.robot().ids;
  const double load = robot.model().body_mass[ids.base_body] - nominal.body_mass[ids.base_body];
  EXPECT_GE(load, 1);
  EXPECT_LE(load, 2);
  const double factor =
      robot.model().body_mass[ids.thigh_body[2]] / nominal.body_mass[ids.thigh_body[2]];
  EXPECT_GE(factor, 1.1 - 1e-12);
  EXPECT_LE(factor, 1.2 + 1e-12);
  const double damping = robot.model().dof_damping[ids.dof[3]] - nominal.dof_damping[ids.dof[3]];
  EXPECT_GE(damping, 0.5);
  EXPECT_LE(damping, 1);
}

// --- each row by a law of physics

// Thrown up without touching anything: how fast the velocity of the whole robot's centre changes.
Vector3d FallOf(const LocomotionConfig& config) {
  OneRobot robot(config);
  robot.data().qpos[2] = 5;
  robot.Measure();
  const auto velocity = [&] {
    mj_forward(&robot.model(), &robot.data());
    mj_subtreeVel(&robot.model(), &robot.data());
    return Vector3d(Map<const Vector3d>(robot.data().subtree_linvel));
  };
  const Vector3d before = velocity();
  for (int step = 0; step < 5; ++step) robot.Step();
  return (velocity() - before) / 0.1;
}

// The implicit integrator gives the falling robot a little momentum of its own, alike in both.
TEST(Randomization, GravityIsAddedToTheAccelerationOfAFallingRobot) {
  const Vector3d added = FallOf(With(&RandomizationConfig::gravity, 0.7)) - FallOf(Calm());
  EXPECT_LT((added - Vector3d::Constant(0.7)).norm(), 0.01);
}

// A standing robot presses the ground with its weight.
double Weight(const LocomotionConfig& varied) {
  LocomotionConfig config = varied;
  config.gait.prior = false;
  OneRobot robot(config);
  for (int step = 0; step < 150; ++step) robot.Step();
  return robot.t().now.foot_force_W.row(2).sum();
}

TEST(Randomization, MassesAreFeltByTheGround) {
  const double weight = 52.13485 * 9.81;
  EXPECT_NEAR(Weight(Calm()), weight, 0.01 * weight);
  EXPECT_NEAR(Weight(With(&RandomizationConfig::base_mass, 5)), weight + 5 * 9.81, 0.01 * weight);
  const double legs = 52.13485 - 26.37317;
  EXPECT_NEAR(Weight(With(&RandomizationConfig::link_mass, 1.2)), weight + 0.2 * legs * 9.81,
              0.01 * weight);
}

// At rest the ground's forces go through the centre of mass: that of the nominal robot, moved by
// the base's share of the mass.
TEST(Randomization, TheCentreOfMassIsWhereTheGroundCarriesIt) {
  LocomotionConfig config = With(&RandomizationConfig::base_com, 0.05);
  config.gait.prior = false;
  OneRobot robot(config);
  for (int step = 0; step < 150; ++step) robot.Step();
  const RobotState& s = robot.t().now;
  const Eigen::Array4d force = s.foot_force_W.row(2).transpose().array();
  const Eigen::Vector2d pressure = s.foot_W.topRows<2>() * force.matrix() / force.sum();

  const mjModel& nominal = robot.task().model();
  DataPtr data = MakeData(nominal);
  mju_copy(data->qpos, robot.data().qpos, nominal.nq);
  mj_forward(&nominal, data.get());
  const Eigen::Vector2d centre = Map<const Vector2d>(data->subtree_com);
  EXPECT_LT((pressure - centre - Vector2d::Constant(0.05 * 26.37317 / 52.13485)).norm(), 0.003);
}

TEST(Randomization, DrivesFollowTheirFactors) {
  for (const auto& [row, factor] : {std::pair(&RandomizationConfig::kp, 1.25),
                                    std::pair(&RandomizationConfig::motor_strength, 0.8)}) {
    LocomotionConfig config = With(row, factor);
    config.gait.prior = false;
    config.physics.substeps = 1;
    OneRobot robot(config);
    Joints action = Joints::Zero();
    action[2] = 0.2;  // 0.1 rad at rest: 8.5 N m
    robot.Step(action);
    EXPECT_NEAR(robot.t().now.torque[2], factor * 8.5, 1e-6);
  }
  LocomotionConfig config = With(&RandomizationConfig::kd, 1.5);
  config.gait.prior = false;
  config.physics.substeps = 1;
  OneRobot robot(config);
  robot.data().qvel[robot.robot().ids.dof[5]] = 2;
  robot.Measure();
  robot.Step();
  EXPECT_NEAR(robot.t().now.torque[5], -1.5 * 5 * 2, 1e-6);
}

// Turning freely without drives, damping and dry friction brake as they say.
TEST(Randomization, JointsAreBrakedByDampingAndDryFriction) {
  const auto deceleration = [](Range RandomizationConfig::*row, double value) {
    LocomotionConfig config = With(row, value);
    config.gait.prior = false;
    config.physics.substeps = 1;
    OneRobot robot(config);
    robot.data().qpos[2] = 5;
    robot.data().qvel[robot.robot().ids.dof[0]] = 1;
    robot.Measure();
    robot.Step();
    return robot.data().qfrc_passive[robot.robot().ids.dof[0]] +
           robot.data().qfrc_constraint[robot.robot().ids.dof[0]];
  };
  EXPECT_NEAR(deceleration(&RandomizationConfig::joint_damping, 3), -3, 1e-6);
  EXPECT_NEAR(deceleration(&RandomizationConfig::joint_friction, 3), -3, 0.1);
}

TEST(Randomization, ConstantsOfTheModelFollow) {
  OneRobot heavy(With(&RandomizationConfig::base_mass, 10)), plain(Calm());
  const int base = heavy.robot().ids.base_body;
  EXPECT_TRUE(heavy.task().constants_follow());
  EXPECT_NEAR(heavy.model().body_subtreemass[base], plain.model().body_subtreemass[base] + 10,
              1e-9);
  EXPECT_LT(heavy.model().body_invweight0[2 * base], plain.model().body_invweight0[2 * base]);
}

// The drive sees what the encoder shows, and holds the joint off by the bias.
TEST(Randomization, EncoderBiasMovesTheJointAndTheObservation) {
  LocomotionConfig config = With(&RandomizationConfig::encoder_bias, 0.05);
  config.gait.prior = false;
  config.physics.substeps = 1;
  OneRobot robot(config);
  const int row = robot.task().policy_layout().Row("joint_position");
  EXPECT_NEAR(robot.Observation()[row + 4], 2 * (robot.t().now.pose_error[4] + 0.05), 1e-6);
  robot.Step();
  EXPECT_NEAR(robot.t().now.torque[4], -85 * 0.05, 1e-6);
}

// Mounted 0.1 rad rolled: level ground seems to tip the other way.
TEST(Randomization, ImuTiltTurnsGravityAndGyroBiasAdds) {
  LocomotionConfig config = Calm();
  config.randomization.imu_tilt = {0.1, 0.1};
  config.randomization.gyro_bias = {0.2, 0.2};
  OneRobot robot(config);
  const Eigen::Matrix3d mounted =
      Eigen::AngleAxisd(0.1 * std::sqrt(3.0), Vector3d::Ones().normalized()).toRotationMatrix();
  const Vector3d seen = mounted.transpose() * Vector3d(0, 0, -1);
  const Eigen::VectorXf obs = robot.Observation();
  const int gravity = robot.task().policy_layout().Row("projected_gravity");
  const int gyro = robot.task().policy_layout().Row("base_angular_velocity");
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(obs[gravity + k], 2 * seen[k], 1e-6);
    EXPECT_NEAR(obs[gyro + k], 0.5 * 0.2, 1e-6);
  }
}

// The command of the first step acts in the physics step after so many.
TEST(Randomization, LatencyDelaysTheTorque) {
  for (const int latency : {0, 1, 2, 5}) {
    LocomotionConfig config = With(&RandomizationConfig::latency, latency);
    config.gait.prior = false;
    config.physics.substeps = 1;
    OneRobot robot(config);
    Joints action = Joints::Zero();
    action[0] = 1;
    int quiet = 0;
    while (quiet < 20) {
      robot.Step(action);
      if (std::abs(robot.t().now.torque[0]) > 20) break;
      ++quiet;
    }
    EXPECT_EQ(quiet, latency);
  }
}

// --- friction

TEST(GroundFriction, LiesInItsRangeAndIsDrawnAnewInEveryEpisode) {
  LocomotionConfig config = Calm();
  config.randomization.friction = {0.4, 1.25};
  OneRobot robot(config);
  std::set<double> seen;
  for (int episode = 0; episode < 200; ++episode) {
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
    pushes += !DrawPush(config, 0.02, Random(1, Stream::kTest, 3, step)).kick.isZero(0);
  }
  const double p = 0.02 / 4;
  EXPECT_NEAR(pushes, kSteps * p, kStandardErrors * std::sqrt(kSteps * p * (1 - p)));
}

TEST(DrawPush, FillsTheRangeOfSpeedsInBothDirections) {
  const RandomizationConfig config{.push_interval = 0.02, .push_speed = {-1, 1}};  // at every step
  constexpr int kPushes = 5000;
  Vector2d least(9, 9), greatest(-9, -9), mean(0, 0);
  double product = 0;
  for (int i = 0; i < kPushes; ++i) {
    const Vector2d push = DrawPush(config, 0.02, Random(2, Stream::kTest, 0, i)).kick.head<2>();
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
    const Push push = DrawPush({.push_interval = 0}, 0.02, Random(1, Stream::kTest, 0, step));
    EXPECT_TRUE(push.kick.isZero(0));
    EXPECT_EQ(push.duration, 0);
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

// 100 N for 0.2 s on 52 kg, in the air, where nothing else acts sideways.
TEST(Pushes, WithAForceAddItsImpulse) {
  LocomotionConfig config = Calm();
  config.randomization.push_interval = 0.02;
  config.randomization.push_speed = {0, 0};
  config.randomization.push_force = {100, 100};
  config.randomization.push_duration = {0.2, 0.2};
  OneRobot robot(config);
  robot.data().qpos[2] = 5;
  robot.Measure();
  robot.Step();  // after it the push begins
  EXPECT_EQ(robot.t().push_W, Vector3d(100, 100, 0));
  for (int step = 0; step < 10; ++step) robot.Step();
  mj_forward(&robot.model(), &robot.data());
  mj_subtreeVel(&robot.model(), &robot.data());
  EXPECT_NEAR(robot.data().subtree_linvel[0], 100 * 0.2 / 52.13485, 1e-3);
}

TEST(Pushes, WithAForceEndAfterTheirTime) {
  LocomotionConfig config = Calm();
  config.randomization.push_interval = 1e5;
  OneRobot robot(config);
  robot.t().push_W = {100, 0, 0};
  robot.episode().push_left = 0.1;
  for (int step = 1; step <= 4; ++step) {
    robot.Step();
    EXPECT_EQ(robot.t().push_W.x(), 100) << step;
  }
  robot.Step();
  EXPECT_EQ(robot.t().push_W.x(), 0);
}

TEST(Pushes, TurnTheBaseAboutTheVertical) {
  LocomotionConfig calm = Calm(), turned = Calm();
  calm.randomization.tilt = turned.randomization.tilt = 0.5;
  turned.randomization.push_interval = 0.02;
  turned.randomization.push_speed = {0, 0};
  turned.randomization.push_turn = {0.8, 0.8};
  OneRobot a(calm), b(turned);
  a.Step();
  b.Step();
  const RobotState &s = a.t().now, &t = b.t().now;
  EXPECT_LT((t.R_WB * t.w_B - s.R_WB * s.w_B - Vector3d(0, 0, 0.8)).norm(), 1e-12);
}

// --- reproducible, and never the same

TEST(Resets, AThousandGiveAThousandDifferentStates) {
  const auto task = MakeTask({});
  std::set<double> seen;
  for (int environment = 0; environment < 20; ++environment) {
    OneRobot robot(*task, 1, environment);
    for (int episode = 0; episode < 50; ++episode) {
      seen.insert(robot.t().now.q[7]);
      robot.Reset();
    }
  }
  EXPECT_EQ(seen.size(), 1000u);
}

// The world of any episode can be told from (seed, environment, episode) alone.
TEST(Resets, DrawWhatTheListingSays) {
  LocomotionConfig config;
  config.randomization.base_mass = {-3, 3};
  config.randomization.kp = {0.9, 1.1};
  const auto task = MakeTask(config);
  OneRobot robot(*task, /*seed=*/4, /*environment=*/9);
  for (int episode = 1; episode <= 5; ++episode) {
    const Randomized r = DrawRandomized(config.randomization, 4, 9, episode);
    EXPECT_EQ(robot.t().randomized.base_mass, r.base_mass);
    EXPECT_EQ(robot.t().randomized.drive.kp, r.drive.kp);
    EXPECT_EQ(robot.friction(), r.friction);
    for (int step = 0; step < 3 * episode; ++step) robot.Step();
    robot.Reset();
  }
}

TEST(Start, FollowsItsRanges) {
  LocomotionConfig config = Calm();
  config.randomization.joint_scale = {0.5, 1.5};
  config.randomization.joint_speed = 2;
  config.randomization.tilt = 0.2;
  config.randomization.heading = 3;
  config.randomization.drop_height = 0.1;
  const auto task = MakeTask(config);
  double speed = 0, tilt = 0, heading = 0, drop = 0, bend = 0;
  for (int environment = 0; environment < 100; ++environment) {
    OneRobot robot(*task, 1, environment);
    const RobotState& s = robot.t().now;
    EXPECT_EQ(s.q[0], 0);  // a factor of zero
    EXPECT_GE(s.foot_height.minCoeff(), -1e-12);
    bend = std::max(bend, std::abs(s.q[1] / robot.robot().default_pose[1] - 1));
    speed = std::max(speed, s.qd.cwiseAbs().maxCoeff());
    tilt = std::max(tilt, std::acos(-s.gravity_B.z()));
    heading = std::max(heading, std::abs(s.heading));
    drop = std::max(drop, s.foot_height.minCoeff());
  }
  EXPECT_GT(bend, 0.45);
  EXPECT_LE(bend, 0.5);
  EXPECT_GT(speed, 1.9);
  EXPECT_LE(speed, 2);
  EXPECT_GT(tilt, 0.18);
  EXPECT_LE(tilt, 0.2 * std::sqrt(2.0));
  EXPECT_GT(heading, 2.7);
  EXPECT_LE(heading, 3);
  EXPECT_GT(drop, 0.09);
  EXPECT_LE(drop, 0.1);
}

TEST(ModelRandomization, LeavesTheBaseSomeMass) {
  LocomotionConfig config = Calm();
  config.randomization.base_mass = {-30, 0};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "randomization.base_mass: -30 kg would take away more than the base's mass (26.4 kg)");
}

TEST(ModelRandomization, TakesWholeNumbersOfPhysicsSteps) {
  LocomotionConfig config = Calm();
  config.randomization.latency = {0, 1.5};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "randomization.latency: [0, 1.5] are not whole physics steps");
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
    robot.Reset();
    EXPECT_EQ(robot.friction(), 0.65);
  }
  for (int step = 0; step < 1000; ++step) {
    const Push push = DrawPush(config.randomization, 0.02, Random(1, Stream::kTest, 0, step));
    EXPECT_TRUE(push.kick.isZero(0));
    EXPECT_EQ(push.duration, 0);
  }
}

}  // namespace
}  // namespace doggo::sim
