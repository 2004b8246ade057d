#include "sim/locomotion/contract.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numbers>

#include "tests/sim/locomotion/grounds.h"

namespace doggo::sim {
namespace {

using Json = nlohmann::json;

Json ContractOf(const LocomotionConfig& config, const Robot& robot) {
  return Json::parse(
      Contract(config, robot, ObservationLayout(config.observations.policy, 1, /*stream=*/0)));
}

Robot Anymal(const LocomotionConfig& config) {
  return LoadRobot(config.physics, config.drive, DOGGO_SOURCE_DIR);
}

// The joint offsets as rules.prior says, from the contract's numbers alone.
Joints PriorByContract(const Json& c, double phase, const Eigen::Vector3d& command) {
  Joints offsets;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const double pi = std::numbers::pi;
    const double theta =
        std::fmod(phase + c["gait"]["leg_phase_offsets_rad"][leg].get<double>(), 2 * pi);
    const bool swing = theta < pi;
    const double k = swing ? -std::cos(theta) : 1 - 2 * (theta - pi) / pi;
    const double lift =
        swing ? c["gait"]["prior_lift_m"].get<double>() * std::pow(std::sin(theta), 2) : 0;
    const double r =
        c["gait"]["prior_stride"].get<double>() * k / (4 * c["gait"]["frequency_hz"].get<double>());
    const double x = c["feet_B_m"][leg][0], y = c["feet_B_m"][leg][1];
    const double shift[3] = {r * (command[0] - command[2] * y), r * (command[1] + command[2] * x),
                             lift};
    for (int joint = 0; joint < 3; ++joint) {
      offsets[3 * leg + joint] = 0;
      for (int axis = 0; axis < 3; ++axis)
        offsets[3 * leg + joint] +=
            c["leg_inverse_rad_per_m"][leg][joint][axis].get<double>() * shift[axis];
    }
  }
  return offsets;
}

TEST(Contract, IsEnoughToComputeThePrior) {
  LocomotionConfig config;
  config.gait.frequency = 1.7;
  config.gait.prior_lift = 0.09;
  config.gait.prior_stride = 0.6;
  const Robot robot = Anymal(config);
  const Json contract = ContractOf(config, robot);
  Transition t{};
  t.command = {0.7, -0.2, 0.5};
  t.stepping = true;
  for (t.phase = 0.1; t.phase < 6.2; t.phase += 0.7) {
    SetLegPhases(config.gait, t);
    const Joints expected = PriorOffsets(config.gait, robot, t, kPlane);
    EXPECT_GT(expected.norm(), 0.01);
    EXPECT_LT((PriorByContract(contract, t.phase, t.command) - expected).norm(), 1e-12) << t.phase;
  }
}

TEST(Contract, TellsWhereEveryObservationStands) {
  LocomotionConfig config;
  config.observations.policy = {"joint_position history=3 clip=2", "base_height",
                                "gait_phase delay=0..2 noise=0.1"};
  const Json rows = ContractOf(config, Anymal(config))["observations"];
  EXPECT_EQ(rows[0]["first"], 0);
  EXPECT_EQ(rows[0]["size"], 36);
  EXPECT_EQ(rows[0]["clip"], 2);
  EXPECT_EQ(rows[1]["first"], 36);
  EXPECT_EQ(rows[2]["first"], 37);
  EXPECT_EQ(rows[2]["trained_with_delay_steps"], Json({0, 2}));
  EXPECT_EQ(rows[2]["trained_with_noise"], 0.1);
  EXPECT_FALSE(rows[1].contains("clip"));
}

// A reader of version 2 would make another trot.
TEST(Contract, OfATrotThatSeesTheGroundHasAVersionOfItsOwnAndTellsHow) {
  LocomotionConfig config;
  config.gait.prior_kinematics = "exact";
  config.gait.prior_terrain = true;
  config.observations.policy.emplace_back("foot_scan offset=0.05 missing=0.1");
  const Robot robot = Anymal(config);
  const Json contract = ContractOf(config, robot);
  EXPECT_EQ(contract["version"], kContractVersion);
  for (const char* rule : {"prior_kinematics", "prior_terrain", "scan"})
    EXPECT_TRUE(contract["rules"].contains(rule)) << rule;
  EXPECT_EQ(contract["gait"]["prior_kinematics"], "exact");
  EXPECT_EQ(contract["gait"]["prior_terrain"], true);
  EXPECT_EQ(contract["observations"].back()["trained_with_offset"], 0.05);
  EXPECT_EQ(contract["observations"].back()["trained_with_missing"], 0.1);
}

TEST(Contract, HasAVersionAndWhatTheWorldAndTheRobotAre) {
  LocomotionConfig config;
  config.commands.vx = {-0.4, 0.9};
  config.gait.settle_time = 0.3;
  const Robot robot = Anymal(config);
  const Json contract = ContractOf(config, robot);
  EXPECT_EQ(contract["version"], kPlainTrotVersion);
  EXPECT_EQ(contract["physics"]["timestep_s"], config.physics.timestep);
  EXPECT_EQ(contract["physics"]["substeps"], config.physics.substeps);
  EXPECT_EQ(contract["base_height_m"], robot.base_height);
  EXPECT_EQ(contract["joint_low_rad"][0], -0.72);
  EXPECT_EQ(contract["command"]["trained_low"], Json({-0.4, -0.5, -1.0}));
  EXPECT_EQ(contract["gait"]["settle_time_s"], 0.3);
  EXPECT_EQ(contract["legs"], Json({"LF", "RF", "LH", "RH"}));
  EXPECT_TRUE(contract["rules"].contains("prior"));
  config.gait.prior = false;
  EXPECT_FALSE(ContractOf(config, robot)["rules"].contains("prior"));
}

}  // namespace
}  // namespace doggo::sim
