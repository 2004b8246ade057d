// The joint drives against their formulas, and against what MuJoCo makes of them.
#include "sim/robot/drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"
#include "tests/sim/robot/networks.h"
#include "tests/sim/robot/robots.h"
#include "tests/support/allocations.h"

namespace doggo::sim {
namespace {

constexpr double kStep = 0.01;  // s, of the physics

Joints All(double value) { return Joints::Constant(value); }

// Factors of 0.5 to 1.5, encoders wrong by up to 0.1 rad.
DriveVariation RandomVariation(Random& random) {
  return {.kp = All(1) + RandomJoints(0.5, random),
          .kd = All(1) + RandomJoints(0.5, random),
          .strength = All(1) + RandomJoints(0.5, random),
          .encoder_bias = RandomJoints(0.1, random)};
}

// q, qd, targets in the range of use, far enough to meet the limits too.
struct Motion {
  Joints q, qd, target;
};
Motion RandomMotion(Random& random) {
  return {RandomJoints(0.4, random), RandomJoints(12, random), RandomJoints(2, random)};
}

double Largest(const Joints& difference) { return difference.cwiseAbs().maxCoeff(); }

// A network's file, in a place of this test's own, so that tests may run at once.
std::string WriteNetwork(const nlohmann::json& network) {
  const std::string file = testing::TempDir() + "doggo_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".json";
  std::ofstream(file) << network.dump();
  return file;
}

// Drives with their memory.
struct Driven {
  Drive drive;
  DriveVariation variation;
  std::vector<double> memory;

  explicit Driven(const DriveConfig& config, const DriveVariation& varied = {}, int max_latency = 6)
      : drive(config, kStep, max_latency, ""),
        variation(varied),
        memory(drive.memory_size(), std::numeric_limits<double>::quiet_NaN()) {}
  void Reset(const Joints& q) { drive.Reset(variation, q, memory.data()); }
  Joints Act(const Joints& target, const Joints& q, const Joints& qd) {
    return drive.Act(variation, target, q, qd, memory.data());
  }
  Joints Act(const Motion& m) { return Act(m.target, m.q, m.qd); }
};

TEST(DriveConfig, FieldsCoverTheStructAndBearItsNames) {
  DriveConfig config;
  ExpectFields(config, {{"model", &config.model},
                        {"kp", &config.kp},
                        {"kd", &config.kd},
                        {"torque_limit", &config.torque_limit},
                        {"stall_torque", &config.stall_torque},
                        {"no_load_speed", &config.no_load_speed},
                        {"network", &config.network},
                        {"lag", &config.lag},
                        {"armature", &config.armature}});
}

TEST(IsImplicit, WhereTheTorqueFollowsFromTheStateAtOnce) {
  EXPECT_TRUE(IsImplicit({.model = "pd"}));
  EXPECT_TRUE(IsImplicit({.model = "dc_motor"}));
  EXPECT_FALSE(IsImplicit({.model = "network"}));
  EXPECT_FALSE(IsImplicit({.model = "pd", .lag = 0.01}));
  EXPECT_FALSE(IsImplicit({.model = "dc_motor", .lag = 0.01}));
}

// --- the curves

// Torque of a joint that is told to go so far (rad) that only a limit holds it.
double LargestTorque(const DriveConfig& drive, double speed) {
  return DriveTorque(drive, {}, All(100), All(0), All(speed))[0];
}
double SmallestTorque(const DriveConfig& drive, double speed) {
  return DriveTorque(drive, {}, All(-100), All(0), All(speed))[0];
}

TEST(DriveTorque, IsASpringToTheTargetAndADamper) {
  const DriveConfig drive{.kp = 50, .kd = 2};
  Joints target = All(0), q = All(0), qd = All(0);
  target[0] = 0.3;
  q[1] = -0.1;
  qd[2] = 1.5;
  target[3] = 0.2, q[3] = 0.5, qd[3] = -4;
  const Joints torque = DriveTorque(drive, {}, target, q, qd);
  EXPECT_DOUBLE_EQ(torque[0], 15);       // 50 * 0.3
  EXPECT_DOUBLE_EQ(torque[1], 5);        // 50 * 0.1
  EXPECT_DOUBLE_EQ(torque[2], -3);       // -2 * 1.5
  EXPECT_DOUBLE_EQ(torque[3], -15 + 8);  // 50 * (0.2 - 0.5) + 2 * 4
  EXPECT_EQ(torque.tail<8>(), (Eigen::Matrix<double, 8, 1>::Zero()));
}

// 1.2 * (50 * 1.1 * (0.3 - (0.1 + 0.02)) - 2 * 0.5 * 1.5) = 1.2 * (9.9 - 1.5); at the limit, 1.2 of
// it.
TEST(DriveTorque, OfADriveThatDiffersFromTheNominalOne) {
  const DriveConfig drive{.kp = 50, .kd = 2};
  const DriveVariation variation{
      .kp = All(1.1), .kd = All(0.5), .strength = All(1.2), .encoder_bias = All(0.02)};
  EXPECT_NEAR(DriveTorque(drive, variation, All(0.3), All(0.1), All(1.5))[7], 10.08, 1e-12);
  EXPECT_DOUBLE_EQ(DriveTorque(drive, variation, All(30), All(0.1), All(1.5))[7], 96);
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
  const DriveConfig drive{.model = "dc_motor"};
  const struct {
    double speed, torque;
  } points[] = {{0, 80}, {2.5, 80}, {3.75, 60}, {5, 40}, {7.5, 0}, {10, -40}, {12.5, -80}};
  for (const auto& [speed, torque] : points) {
    EXPECT_NEAR(LargestTorque(drive, speed), torque, 1e-12) << speed;
    EXPECT_NEAR(SmallestTorque(drive, -speed), -torque, 1e-12) << speed;
  }
}

TEST(DriveTorque, OfAMotorBrakesWithAllItsLimit) {
  const DriveConfig drive{.model = "dc_motor"};
  for (const double speed : {0.0, 2.5, 5.0, 7.5, 12.5}) {
    EXPECT_NEAR(SmallestTorque(drive, speed), -80, 1e-12) << speed;
    EXPECT_NEAR(LargestTorque(drive, -speed), 80, 1e-12) << speed;
  }
}

// Driven from outside, however fast, and in both senses alike.
TEST(DriveTorque, OfAMotorNeverExceedsItsLimit) {
  const DriveConfig drive{.model = "dc_motor"};
  for (double speed = 0; speed < 60; speed += 0.5) {
    for (const double torque : {LargestTorque(drive, speed), SmallestTorque(drive, speed)}) {
      EXPECT_LE(std::abs(torque), 80 + 1e-12) << speed;
    }
    EXPECT_NEAR(LargestTorque(drive, speed), -SmallestTorque(drive, -speed), 1e-12) << speed;
  }
}

// The formulas of drive.h for one joint, case by case.
double PlainTorque(const DriveConfig& c, const DriveVariation& v, const Motion& m, int j) {
  const double e = m.target[j] - m.q[j] - v.encoder_bias[j];
  const double tau = c.kp * v.kp[j] * e - c.kd * v.kd[j] * m.qd[j];
  double upper = c.torque_limit, lower = -c.torque_limit;
  if (c.model == "dc_motor") {
    const double cut_off = c.no_load_speed * (1 + c.torque_limit / c.stall_torque);
    const double qd = m.qd[j] > cut_off ? cut_off : m.qd[j] < -cut_off ? -cut_off : m.qd[j];
    upper = std::min(upper, c.stall_torque - c.stall_torque * qd / c.no_load_speed);
    lower = std::max(lower, -c.stall_torque - c.stall_torque * qd / c.no_load_speed);
  }
  return v.strength[j] * (tau > upper ? upper : tau < lower ? lower : tau);
}
Joints PlainTorque(const DriveConfig& c, const DriveVariation& v, const Motion& m) {
  Joints torque;
  for (int j = 0; j < kNumJoints; ++j) torque[j] = PlainTorque(c, v, m, j);
  return torque;
}

TEST(DriveTorque, FollowsItsFormulasAnywhere) {
  Random random(1, Stream::kTest);
  for (const char* model : {"pd", "dc_motor"}) {
    const DriveConfig config{.model = model};
    for (int i = 0; i < 200; ++i) {
      const DriveVariation variation = RandomVariation(random);
      Motion m = RandomMotion(random);
      m.qd *= 2;  // beyond the cut-off of 12.5 rad/s too
      const Joints torque = DriveTorque(config, variation, m.target, m.q, m.qd);
      EXPECT_LT(Largest(torque - PlainTorque(config, variation, m)), 1e-11);
    }
  }
}

// --- what MuJoCo makes of the controls

// Puts the drives' differences into the model, as they are where drives are position controllers.
void Vary(const DriveVariation& v, Robot& robot) {
  const bool implicit = IsImplicit(robot.drive);
  mjModel& model = *robot.model;
  for (int j = 0; j < kNumJoints; ++j) {
    const int a = robot.ids.actuator[j];
    for (int k = 0; k < 2; ++k) model.actuator_forcerange[2 * a + k] *= v.strength[j];
    if (!implicit) continue;
    model.actuator_gainprm[mjNGAIN * a] *= v.strength[j] * v.kp[j];
    model.actuator_biasprm[mjNBIAS * a + 1] *= v.strength[j] * v.kp[j];
    model.actuator_biasprm[mjNBIAS * a + 2] *= v.strength[j] * v.kd[j];
  }
}

// The robot in the air, its joints told to go anywhere: `check` sees, of every physics step, the
// state that it began in, the target, and the torques that MuJoCo applied.
template <typename Check>
void SimulateAndCheck(const DriveConfig& config, const DriveVariation& variation,
                      const Check& check) {
  Robot robot = LoadAnymal({}, config);
  Vary(variation, robot);
  mjModel* model = robot.model.get();
  const DataPtr data = MakeData(*model);
  mj_resetData(model, data.get());
  data->qpos[2] = 100;
  const auto read = [&](const mjtNum* values, const std::array<int, kNumJoints>& places) {
    return Joints(Joints::NullaryExpr([&](Eigen::Index j) { return values[places[j]]; }));
  };

  Random random(2, Stream::kTest);
  Driven driven(config, variation);
  driven.Reset(read(data->qpos, robot.ids.qpos));
  for (int i = 0; i < 200; ++i) {
    const Motion m = {read(data->qpos, robot.ids.qpos), read(data->qvel, robot.ids.dof),
                      RandomJoints(3, random)};
    const Joints control = driven.Act(m);
    for (int j = 0; j < kNumJoints; ++j) data->ctrl[robot.ids.actuator[j]] = control[j];
    mj_step(model, data.get());
    check(m, read(data->actuator_force, robot.ids.actuator));
  }
}

// 1e-10: what is left of 1e-14 rad in the command after the gain, and of cancellation at speeds
TEST(Drive, MakesMuJoCoApplyTheTorqueOfItsCurve) {
  for (const char* model : {"pd", "dc_motor"}) {
    Random random(3, Stream::kTest);
    const DriveConfig config{.model = model};
    const DriveVariation variation = RandomVariation(random);
    int cut_off = 0;
    SimulateAndCheck(config, variation, [&](const Motion& m, const Joints& applied) {
      const Joints expected = DriveTorque(config, variation, m.target, m.q, m.qd);
      EXPECT_LT(Largest(applied - expected), 1e-10);
      const DriveConfig unlimited{.torque_limit = 1e9};
      cut_off += Largest(DriveTorque(unlimited, variation, m.target, m.q, m.qd) - applied) > 1;
    });
    EXPECT_GT(cut_off, 100);  // otherwise the limits were not tried
  }
}

// MuJoCo does not cut off a torque that a strong drive may give.
TEST(Drive, MakesMuJoCoApplyItsLaggingTorque) {
  constexpr double kLag = 0.02;
  for (const char* model : {"pd", "dc_motor"}) {
    Random random(4, Stream::kTest);
    const DriveConfig config{.model = model, .lag = kLag};
    const DriveVariation variation = RandomVariation(random);
    Joints slow = All(0);
    double largest = 0;
    SimulateAndCheck(config, variation, [&](const Motion& m, const Joints& applied) {
      const Joints torque = PlainTorque(config, variation, m);
      slow += (1 - std::exp(-kStep / kLag)) * (torque - slow);
      EXPECT_LT(Largest(applied - slow), 1e-10);
      largest = std::max(largest, Largest(applied));
    });
    EXPECT_GT(largest, 80);
  }
}

// The target less the bias: MuJoCo's own gains do the rest, and damp within the step.
TEST(Drive, OfASpringAndDamperHandsOnTheTarget) {
  Random random(5, Stream::kTest);
  Driven driven(DriveConfig{}, RandomVariation(random));
  driven.Reset(All(0));
  for (int i = 0; i < 5; ++i) {
    const Motion m = RandomMotion(random);
    EXPECT_EQ(driven.Act(m), m.target - driven.variation.encoder_bias);
  }
}

// --- latency

constexpr int kMaxLatency = 6;

TEST(Drive, FollowsTheTargetGivenSoManyPhysicsStepsAgo) {
  for (int latency = 0; latency <= kMaxLatency; ++latency) {
    Driven driven(DriveConfig{}, {.latency = static_cast<double>(latency)}, kMaxLatency);
    driven.Reset(All(0.25));
    for (int step = 0; step < 20; ++step) {
      const Joints control = driven.Act(All(step + 1), All(0.5), All(0));
      EXPECT_EQ(control, All(step < latency ? 0.25 : step + 1 - latency)) << latency;
    }
  }
}

// The encoders see where it rests, bias and all; so it stays there.
TEST(Drive, HoldsItsRestUntilTheFirstTargetArrives) {
  Random random(6, Stream::kTest);
  for (const DriveConfig& config : {DriveConfig{}, DriveConfig{.model = "dc_motor"}}) {
    Driven driven(config, RandomVariation(random), kMaxLatency);
    driven.variation.latency = 3;
    const Joints q = RandomJoints(1, random);
    driven.Reset(q);
    for (int step = 0; step < 3; ++step) {
      EXPECT_LT(Largest(driven.Act(All(2), q, All(0)) - q), 1e-15);
    }
    EXPECT_GT(Largest(driven.Act(All(2), q, All(0)) - q), 0.5);
  }
}

std::vector<DriveConfig> AllKinds() {
  Random random(7, Stream::kTest);
  const std::string network =
      WriteNetwork(RandomNetwork({0, 0.01, 0.04}, {8, 1}, "softsign", random));
  return {{.model = "pd"},
          {.model = "pd", .lag = 0.03},
          {.model = "dc_motor"},
          {.model = "dc_motor", .lag = 0.03},
          {.model = "network", .network = network},
          {.model = "network", .network = network, .lag = 0.03}};
}

TEST(Drive, IsLateInItsTargetsOnly) {
  for (const DriveConfig& config : AllKinds()) {
    for (int latency = 1; latency <= kMaxLatency; ++latency) {
      Random random(8, Stream::kTest);
      const DriveVariation variation = RandomVariation(random);
      const Joints q = RandomJoints(1, random);
      Driven prompt(config, variation, 0), late(config, variation, kMaxLatency);
      late.variation.latency = latency;
      prompt.Reset(q);
      late.Reset(q);
      std::vector<Joints> targets(latency, q + variation.encoder_bias);
      for (int step = 0; step < 20; ++step) {
        const Motion m = RandomMotion(random);
        targets.push_back(m.target);
        EXPECT_EQ(late.Act(m), prompt.Act(targets[step], m.q, m.qd)) << config.model << latency;
      }
    }
  }
}

// --- lag

// A constant torque of 85 * 0.5 N m, reached as 1 - exp(-t / T).
TEST(Drive, WithALagAnswersAStepByAnExponential) {
  for (const double lag : {0.001, 0.02, 0.5}) {
    Driven driven({.lag = lag}, {.strength = All(1.5)});
    driven.Reset(All(0));
    for (int step = 1; step <= 50; ++step) {
      const double torque = driven.Act(All(0.5), All(0), All(0))[4];
      EXPECT_NEAR(torque, 1.5 * 42.5 * (1 - std::exp(-step * kStep / lag)), 1e-11) << lag;
    }
  }
}

// --- actuator networks

// A network may be anything: this one is the spring and damper.
TEST(Drive, OfANetworkThatIsASpringAndDamperIsThat) {
  Random random(9, Stream::kTest);
  const std::string file = WriteNetwork(LinearNetwork({0, 0.02}, {85, 0, -5, 0}));
  for (const double lag : {0.0, 0.03}) {
    const DriveConfig pd{.lag = lag}, network{.model = "network", .network = file, .lag = lag};
    DriveVariation variation = RandomVariation(random);
    variation.kp = variation.kd = All(1);  // a network has no gains
    Joints slow = All(0);
    Driven driven(network, variation);
    driven.Reset(All(0));
    for (int i = 0; i < 50; ++i) {
      const Motion m = RandomMotion(random);
      const double g = lag > 0 ? 1 - std::exp(-kStep / lag) : 1;
      slow += g * (PlainTorque(pd, variation, m) - slow);
      EXPECT_LT(Largest(driven.Act(m) - slow), 1e-11);
    }
  }
}

TEST(Drive, OfANetworkSeesErrorsAndSpeedsOfThePast) {
  // errors 0, 2 and 5 steps ago in the units, speeds in the thousands
  const std::string file =
      WriteNetwork(LinearNetwork({0, 0.02, 0.05}, {1e-6, 1e-4, 1e-2, 1e-5, 1e-3, 1e-1}));
  Driven driven({.model = "network", .network = file}, {.encoder_bias = All(0.25)});
  for (int episode = 0; episode < 2; ++episode) {
    driven.Reset(All(0.5));
    for (int n = 0; n < 30; ++n) {
      const auto error = [](int step) { return step < 0 ? 0.0 : step + 1; };
      const auto speed = [](int step) { return step < 0 ? 0.0 : 40 - step; };
      const Joints q = All(n % 3), target = q + All(0.25 + error(n));
      const double torque = driven.Act(target, q, All(speed(n)))[11];
      const double expected = 1e-6 * error(n) + 1e-4 * error(n - 2) + 1e-2 * error(n - 5) +
                              1e-5 * speed(n) + 1e-3 * speed(n - 2) + 1e-1 * speed(n - 5);
      EXPECT_NEAR(torque, expected, 1e-12);
    }
  }
}

TEST(Drive, OfANetworkStaysWithinTheTorqueLimit) {
  const std::string file = WriteNetwork(LinearNetwork({0}, {1e4, 0}));
  Driven driven({.model = "network", .torque_limit = 60, .network = file}, {.strength = All(1.25)});
  driven.Reset(All(0));
  EXPECT_EQ(driven.Act(All(1), All(0), All(0)), All(75));
  EXPECT_EQ(driven.Act(All(-1), All(0), All(0)), All(-75));
}

TEST(Drive, NamesANetworkOfOtherTimesThanItsPhysicsSteps) {
  const auto message_of = [](double time, double timestep) {
    const std::string file = WriteNetwork(LinearNetwork({0, time}, {1, 1, 1, 1}));
    return MessageOf<std::runtime_error>(
        [&] { Drive({.model = "network", .network = file}, timestep, 0, ""); });
  };
  EXPECT_EQ(message_of(0.03, 0.01), "(nothing was thrown)");
  EXPECT_EQ(message_of(0.03, 0.0025), "(nothing was thrown)");
  EXPECT_EQ(message_of(0.03 + 1e-9, 0.01), "(nothing was thrown)");  // 1e-7 of a step
  EXPECT_EQ(message_of(0.015, 0.01),
            WriteNetwork({}) +
                ": the network looks back 0.015 s, which is no whole number of physics steps of "
                "0.01 s; choose physics.timestep so that it is");
  EXPECT_NE(message_of(0.03001, 0.01), "(nothing was thrown)");
}

TEST(Drive, NamesANetworkThatIsNotThere) {
  const auto message_of = [](const std::string& file) {
    return MessageOf<std::runtime_error>(
        [&] { Drive({.model = "network", .network = file}, kStep, 0, "/"); });
  };
  EXPECT_EQ(message_of(""), "drive.model=network: drive.network names no file");
  EXPECT_EQ(message_of("nobody.json"), "nobody.json: no file that can be read");
}

TEST(Drive, FindsItsNetworkUnderTheRootToo) {
  const std::filesystem::path file = WriteNetwork(LinearNetwork({0}, {1, 0}));
  const DriveConfig config{.model = "network", .network = file.filename()};
  EXPECT_NO_THROW(Drive(config, kStep, 0, file.parent_path()));
}

// --- memory

// As after an episode, or after loading a saved one.
TEST(Drive, DependsOnItsMemoryOnly) {
  for (const DriveConfig& config : AllKinds()) {
    Random random(10, Stream::kTest);
    Driven driven(config, {.latency = 2});
    const auto act = [&](uint64_t seed) {
      Random motions(seed, Stream::kTest);
      Joints last;
      for (int i = 0; i < 17; ++i) last = driven.Act(RandomMotion(motions));
      return last;
    };
    driven.Reset(All(0.1));
    const Joints first = act(1);
    const std::vector<double> memory = driven.memory;
    const Joints second = act(2);
    act(3);
    driven.memory = memory;
    EXPECT_EQ(act(2), second) << config.model;
    driven.Reset(All(0.1));
    EXPECT_EQ(act(1), first) << config.model;
  }
}

TEST(Drive, AllocatesNothing) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "the sanitizers bring their own malloc";
  std::vector<DriveConfig> configs = AllKinds();
  Random random(11, Stream::kTest);
  const std::string largest = WriteNetwork(RandomNetwork(
      {0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07}, {64, 64, 64, 1}, "tanh", random));
  configs.push_back({.model = "network", .network = largest});
  for (const DriveConfig& config : configs) {
    Driven driven(config, {.latency = 2});
    const Motion m = RandomMotion(random);
    EXPECT_EQ(test::CountAllocations([&] {
                driven.Reset(m.q);
                for (int i = 0; i < 10; ++i) driven.Act(m);
              }),
              0)
        << config.model;
  }
}

}  // namespace
}  // namespace doggo::sim
