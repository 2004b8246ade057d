// The control step and the episode: what an action does, what ends, what the learner is told, and
// that all of it comes again bit for bit.
#include "sim/locomotion/locomotion_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "sim/environment/replayer.h"
#include "tests/sim/environment/history.h"
#include "tests/sim/locomotion/grounds.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/support/allocations.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;

const Vector3d kAhead(0.5, 0, 0);

ParallelEnv Robots(int num_envs, int shard_size, uint64_t seed = 1,
                   const LocomotionConfig& config = {}) {
  return ParallelEnv(MakeTask(config, num_envs), num_envs, shard_size, seed);
}

Acting Flailing() { return RandomActing(kNumJoints, /*deviation=*/1); }

// All weights zero but one.
RewardConfig Only(double RewardConfig::*weight, double value) {
  RewardConfig config;
  for (const RewardTerm& term : RewardTerms()) config.*term.weight = 0;
  config.*weight = value;
  return config;
}

// --- what the learner knows beforehand

TEST(LocomotionTask, SpecNamesSizesStepAndMetrics) {
  const auto task = MakeTask({});
  const EnvSpec& spec = task->spec();
  EXPECT_EQ(spec.policy_dim, 52);
  EXPECT_EQ(spec.critic_dim, 52);
  EXPECT_EQ(spec.action_dim, 12);
  EXPECT_EQ(spec.step_dt, 0.02);
  const std::set<std::string> names(spec.metric_names.begin(), spec.metric_names.end());
  EXPECT_EQ(names.size(), spec.metric_names.size());
  for (const char* name : {"length_s", "fell", "diverged", "linear_error", "yaw_error"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  // of the terms that have a weight, and of the ends that may come
  for (const RewardTerm& term : RewardTerms()) {
    EXPECT_EQ(names.contains("reward/" + std::string(term.name)), RewardConfig().*term.weight != 0)
        << term.name;
  }
  for (const TerminationTerm& term : TerminationTerms()) {
    EXPECT_EQ(names.contains("ended_by/" + std::string(term.name)),
              TerminationConfig().*term.enabled)
        << term.name;
  }
}

TEST(LocomotionTask, ContractIsJsonThatNamesObservationsJointsAndGains) {
  LocomotionConfig config;
  config.action = {.scale = 0.4, .clip = 5};
  config.drive.kp = 70;
  config.drive.kd = 4;
  config.drive.torque_limit = 60;
  config.gait.frequency = 1.5;
  const auto task = MakeTask(config);
  const nlohmann::json contract = nlohmann::json::parse(task->spec().contract);
  EXPECT_EQ(contract["control_dt_s"], 0.02);

  int rows = 0;
  const std::vector<std::string> names = ObservationConfig().policy;
  ASSERT_EQ(contract["observations"].size(), names.size());
  for (size_t k = 0; k < names.size(); ++k) {
    const nlohmann::json& term = contract["observations"][k];
    EXPECT_EQ(term["name"], names[k]);
    EXPECT_EQ(term["history"], 1);
    EXPECT_EQ(term["scale"], FindObservationTerm(names[k]).scale);
    rows += term["size"].get<int>();
  }
  EXPECT_EQ(rows, 52);

  EXPECT_EQ(contract["joints"],
            (std::vector<std::string>{"LF_HAA", "LF_HFE", "LF_KFE", "RF_HAA", "RF_HFE", "RF_KFE",
                                      "LH_HAA", "LH_HFE", "LH_KFE", "RH_HAA", "RH_HFE", "RH_KFE"}));
  EXPECT_EQ(contract["default_pose_rad"],
            (std::vector<double>{0, 0.4, -0.8, 0, 0.4, -0.8, 0, -0.4, 0.8, 0, -0.4, 0.8}));
  EXPECT_EQ(contract["action"]["scale_rad"], 0.4);
  EXPECT_EQ(contract["action"]["clip"], 5);
  EXPECT_EQ(contract["drive"]["kp"], 70);
  EXPECT_EQ(contract["drive"]["kd"], 4);
  EXPECT_EQ(contract["drive"]["torque_limit"], 60);
  EXPECT_EQ(contract["gait"]["frequency_hz"], 1.5);
}

// --- act, simulate, measure

Joints Controls(OneRobot& robot) {
  Joints u;
  for (int j = 0; j < kNumJoints; ++j) u[j] = robot.data().ctrl[robot.robot().ids.actuator[j]];
  return u;
}

TEST(ControlStep, TargetIsTheDefaultPosePlusTheScaledAction) {
  LocomotionConfig config = Calm();
  config.gait.prior = false;
  config.action.scale = 0.5;
  OneRobot robot(config);
  Random random(1, Stream::kTest);
  const Joints action = RandomJoints(1, random);
  robot.Step(action);
  // actions come as float
  EXPECT_LT((Controls(robot) - robot.robot().default_pose - 0.5 * action).norm(), 1e-6);
  EXPECT_LT((robot.t().action - action).norm(), 1e-6);
}

TEST(ControlStep, ActionsAreCutOff) {
  LocomotionConfig config = Calm();
  config.gait.prior = false;
  config.action = {.scale = 0.5, .clip = 6};
  OneRobot robot(config);
  Joints action = Joints::Zero();
  action[2] = 50;
  action[7] = -6.5;
  robot.Step(action);
  EXPECT_EQ(robot.t().action[2], 6);
  EXPECT_EQ(robot.t().action[7], -6);
  EXPECT_NEAR(Controls(robot)[2], robot.robot().default_pose[2] + 3, 1e-12);
}

TEST(ControlStep, ThePriorOfThePhaseThatThePolicySawIsAdded) {
  OneRobot robot(Calm({0.8, 0.2, -0.4}));
  const Joints prior = PriorOffsets({}, robot.robot(), robot.t(), kPlane);
  EXPECT_GT(prior.norm(), 0.01);
  robot.Step();
  EXPECT_LT((Controls(robot) - robot.robot().default_pose - prior).norm(), 1e-12);
}

// One physics step, of whose start MuJoCo's actuator forces are.
TEST(ControlStep, TheMotorsCurveLimitsTheTorque) {
  LocomotionConfig config = Calm();
  config.gait.prior = false;
  config.drive.model = "dc_motor";
  config.physics.substeps = 1;
  config.action.scale = 0.5;
  OneRobot robot(config);
  Random random(1, Stream::kTest);
  int limited = 0;
  for (int i = 0; i < 10; ++i) {
    for (const int dof : robot.robot().ids.dof) robot.data().qvel[dof] = random.Uniform(-7, 7);
    robot.Measure();
    const RobotState before = robot.t().now;
    const Joints action = RandomJoints(4, random);
    robot.Step(action);
    const Joints target = robot.robot().default_pose + 0.5 * robot.t().action;
    const Joints torque = DriveTorque(config.drive, {}, target, before.q, before.qd);
    EXPECT_LT((robot.t().now.torque - torque).cwiseAbs().maxCoeff(), 1e-10);
    DriveConfig plain = config.drive;
    plain.model = "pd";
    const Joints unlimited = DriveTorque(plain, {}, target, before.q, before.qd);
    limited += static_cast<int>(((unlimited - torque).array().abs() > 1).count());
  }
  EXPECT_GT(limited, 10);
}

TEST(ControlStep, WorkIsTheAbsoluteWorkOfTheJoints) {
  LocomotionConfig config = Calm(kAhead);
  config.physics.substeps = 1;
  OneRobot robot(config);
  for (int i = 0; i < 5; ++i) {
    robot.Step();
    double power = 0;
    for (int j = 0; j < kNumJoints; ++j) {
      power += std::abs(robot.t().now.torque[j] * robot.t().now.qd[j]);
    }
    EXPECT_NEAR(robot.t().work, power * 0.01, 1e-12);
  }
}

TEST(ControlStep, RemembersTheStateAndTheActionBefore) {
  OneRobot robot(Calm(kAhead));
  Random random(1, Stream::kTest);
  robot.Step(RandomJoints(1, random));
  const Transition first = robot.t();
  robot.Step(RandomJoints(1, random));
  EXPECT_EQ(robot.t().before.q, first.now.q);
  EXPECT_EQ(robot.t().before.p_W, first.now.p_W);
  EXPECT_EQ(robot.t().before.foot_W, first.now.foot_W);
  EXPECT_EQ(robot.t().previous_action, first.action);
  EXPECT_NE(robot.t().action, first.action);
}

TEST(ControlStep, TheClockAdvances) {
  OneRobot robot(Calm(kAhead));
  const double phase = robot.t().phase;
  for (int i = 0; i < 10; ++i) robot.Step();
  const double turned = 10 * 2 * std::numbers::pi * 2.0 * 0.02;
  EXPECT_NEAR(std::remainder(robot.t().phase - phase - turned, 2 * std::numbers::pi), 0, 1e-12);
}

// Training is counted over all environments, and goes on from episode to episode.
TEST(ControlStep, TrainingStepsCountAllEnvironments) {
  const auto task = MakeTask(Calm(), /*num_envs=*/64);
  OneRobot robot(*task);
  for (int i = 0; i < 3; ++i) robot.Step();
  EXPECT_EQ(robot.t().training_steps, 3 * 64);
  robot.Reset();
  EXPECT_EQ(robot.t().training_steps, 3 * 64);
  robot.Step();
  EXPECT_EQ(robot.t().training_steps, 4 * 64);
}

// --- commands that change

// A new command at every step: the reward is of the one that the action was chosen under, the
// observation already shows the next.
TEST(CommandChange, RewardSeesTheOldCommandAndObservationTheNew) {
  LocomotionConfig config = Calm();
  config.commands = {.standing_share = 0, .hold = {0.02, 0.02}};
  config.rewards = Only(&RewardConfig::track_linear_velocity, 1);
  config.rewards.tracking_width_start = config.rewards.tracking_width_end = 0.5;
  OneRobot robot(config);
  const int row = ObservationLayout(config.observations.policy, 1, 0).Row("command_velocity");
  for (int i = 0; i < 10; ++i) {
    const Vector3d chosen_under = robot.t().command;
    const Outcome outcome = robot.Step();
    EXPECT_NE(robot.t().command, chosen_under);
    const auto kernel = [&](const Vector3d& command) {
      return std::exp(-(command - robot.t().now.v_H).head<2>().squaredNorm() / 0.25);
    };
    EXPECT_NEAR(outcome.reward, 0.02 * kernel(chosen_under), 1e-6);
    EXPECT_GT(std::abs(kernel(robot.t().command) - kernel(chosen_under)), 1e-3);
    EXPECT_NEAR(robot.Observation()[row], 2 * robot.t().command.x(), 1e-6);
    EXPECT_NEAR(robot.Observation()[row + 1], 2 * robot.t().command.y(), 1e-6);
  }
}

// Told to go, a pair of legs swings at once; told to stand, as soon as its step is over.
TEST(CommandChange, SetsTheLegsToTheNewCommand) {
  LocomotionConfig config = Calm();
  config.commands = {.standing_share = 0.5, .hold = {0.02, 0.02}};
  OneRobot robot(config);
  int standing = 0;
  for (int i = 0; i < 30; ++i) {
    robot.Step();
    EXPECT_EQ(robot.t().swing.any(), robot.t().stepping);
    if (robot.t().commanded()) {
      EXPECT_TRUE(robot.t().stepping);
    }
    standing += !robot.t().commanded();
  }
  EXPECT_GT(standing, 5);
  EXPECT_LT(standing, 25);
}

// The heading is kept: told to turn a quarter left, the yaw rate is the gain times what is left.
TEST(CommandChange, AHeadingIsFollowedWithAYawRate) {
  LocomotionConfig config = Calm();
  config.commands.heading_share = 1;
  config.commands.heading = {1.5, 1.5};
  config.commands.heading_gain = 0.5;
  config.commands.yaw_rate = {-1, 1};
  config.commands.vx = {0.5, 0.5};
  OneRobot robot(config);
  EXPECT_NEAR(robot.t().command.z(), 0.75, 1e-12);
  robot.data().qpos[3] = std::cos(0.25);  // turned by 0.5 rad
  robot.data().qpos[6] = std::sin(0.25);
  robot.Step();
  EXPECT_NEAR(robot.t().now.heading, 0.5, 0.05);
  EXPECT_NEAR(robot.t().command.z(), 0.5 * (1.5 - robot.t().now.heading), 1e-12);
  EXPECT_NEAR(robot.t().command_age, 0.02, 1e-12);  // it is the same command
}

TEST(CommandChange, AScriptIsFollowedFromTheBeginningOfEveryEpisode) {
  LocomotionConfig config = Calm();
  config.commands.script = {"0.1 0.5 0 0", "0.06 0 0.2 0", "1 0 0 0.3"};
  OneRobot robot(config);
  for (int episode = 0; episode < 2; ++episode) {
    robot.Reset();
    std::vector<Vector3d> seen;
    for (int step = 0; step < 100; ++step) {
      seen.push_back(robot.t().command);
      robot.Step();
    }
    for (int step = 0; step < 100; ++step) {
      const Vector3d expected = step < 5   ? Vector3d(0.5, 0, 0)
                                : step < 8 ? Vector3d(0, 0.2, 0)
                                           : Vector3d(0, 0, 0.3);
      EXPECT_EQ(seen[step], expected) << step;
    }
    EXPECT_NEAR(robot.t().command_age, 92 * 0.02, 1e-9);  // the last is kept, not begun again
  }
}

// A robot that stands follows commands to stand and none to go.
TEST(CommandChange, TheCurriculumWidensForRobotsThatFollow) {
  LocomotionConfig config = Calm();
  config.gait.prior = false;
  config.commands.vx = {0, 0};
  config.commands.hold = {0.2, 0.2};
  config.commands.curriculum = true;
  config.commands.curriculum_start = 0.3;
  config.commands.curriculum_step = 0.1;
  OneRobot following(config);
  EXPECT_EQ(following.episode().command_level, 0.3);
  for (int step = 0; step < 31; ++step) following.Step();
  EXPECT_NEAR(following.episode().command_level, 0.6, 1e-12);  // after three commands
  following.Reset();
  EXPECT_NEAR(following.episode().command_level, 0.6, 1e-12);  // learnt for ever
  EXPECT_NEAR(following.Metric("command_level"), 0.6, 1e-6);

  config.commands.vx = {2, 2};
  OneRobot lagging(config);
  EXPECT_NEAR(lagging.t().command.x(), 0.6, 1e-12);
  for (int step = 0; step < 50; ++step) lagging.Step();
  EXPECT_EQ(lagging.episode().command_level, 0.3);
}

// --- ends

TEST(Episode, OfTwentySecondsIsTruncatedAndNotTerminated) {
  LocomotionConfig config = Calm();
  config.episode_length = 20;
  OneRobot robot(config);
  robot.Reset();
  EXPECT_EQ(robot.episode().episode_steps, 0);
  for (int step = 1; step < 1000; ++step) {
    const Outcome outcome = robot.Step();
    ASSERT_FALSE(outcome.truncated || outcome.terminated) << step;
  }
  const Outcome last = robot.Step();
  EXPECT_TRUE(last.truncated);
  EXPECT_FALSE(last.terminated);
  EXPECT_EQ(robot.Metric("length_s"), 20);
  EXPECT_EQ(robot.Metric("fell"), 0);
  EXPECT_EQ(robot.Metric("reward/fall"), 0);
}

TEST(Episode, FirstOnesBeginAnywhereInTheirTime) {
  const auto task = MakeTask({});
  std::array<int, 4> quarters = {};
  for (int environment = 0; environment < 80; ++environment) {
    const int64_t begin = OneRobot(*task, 1, environment).episode().episode_steps;
    ASSERT_GE(begin, 0);
    ASSERT_LT(begin, 1000);
    ++quarters.at(static_cast<size_t>(begin / 250));
  }
  for (const int count : quarters) EXPECT_GT(count, 8);
}

// Lying on its back, even in the very step in which its time is up.
TEST(Episode, AFallTerminatesItAndCostsTheWeightOfTheFall) {
  LocomotionConfig config = Calm();
  config.rewards = Only(&RewardConfig::fall, -50);
  for (const int steps : {0, 999}) {
    OneRobot robot(config);
    robot.episode().episode_steps = steps;
    robot.data().qpos[3] = 0;
    robot.data().qpos[4] = 1;  // half a turn about x
    const Outcome outcome = robot.Step();
    EXPECT_TRUE(outcome.terminated);
    EXPECT_FALSE(outcome.truncated);
    EXPECT_FLOAT_EQ(outcome.reward, -50 * 0.02);
    EXPECT_EQ(robot.Metric("fell"), 1);
    EXPECT_EQ(robot.Metric("diverged"), 0);
    EXPECT_FLOAT_EQ(static_cast<float>(robot.Metric("reward/fall")), -1);
  }
}

// By which row, where it was one.
TEST(Episode, TellsWhatEndedIt) {
  OneRobot tipped(Calm()), lasting(Calm());
  tipped.data().qpos[3] = 0;
  tipped.data().qpos[4] = 1;
  tipped.data().qpos[2] = 2;
  EXPECT_TRUE(tipped.Step().terminated);
  EXPECT_EQ(tipped.Metric("ended_by/tilt"), 1);
  EXPECT_EQ(tipped.Metric("ended_by/base_height"), 0);
  lasting.Step();
  EXPECT_EQ(lasting.Metric("ended_by/tilt"), 0);
}

// --- feet

// A foot that is lifted, held and put down, followed by hand through the forces on it.
TEST(Feet, RememberWhenTheyLeftTheGroundAndCameBack) {
  OneRobot robot(Calm(kAhead));  // the trot of the prior lifts them in turn
  robot.Reset();
  LegScalars air = LegScalars::Zero(), ground = LegScalars::Zero(), peak = LegScalars::Zero();
  LegFlags was = robot.t().now.contact;  // on the ground
  int landings = 0;
  for (int step = 0; step < 200; ++step) {
    robot.Step();
    const Transition& t = robot.t();
    for (int leg = 0; leg < kNumLegs; ++leg) {
      const bool is = t.now.contact[leg] || t.before.contact[leg];
      EXPECT_EQ(t.grounded[leg], is);
      EXPECT_EQ(t.touchdown[leg], is && !was[leg]);
      EXPECT_EQ(t.liftoff[leg], !is && was[leg]);
      landings += t.touchdown[leg];
      // the step of a landing ends a flight, the next one is on the ground
      air[leg] += 0.02, ground[leg] += 0.02;
      peak[leg] = std::max(peak[leg], t.now.foot_height[leg]);
      if (is && was[leg]) air[leg] = peak[leg] = 0;
      if (!is && !was[leg]) ground[leg] = 0;
      EXPECT_NEAR(t.air_time[leg], air[leg], 1e-9);
      EXPECT_NEAR(t.ground_time[leg], ground[leg], 1e-9);
      EXPECT_NEAR(t.peak_height[leg], std::max(0.0, peak[leg]), 1e-12);
      was[leg] = is;
    }
  }
  EXPECT_GT(landings, 8);
}

// MuJoCo would print and log its warnings.
struct WithoutWarnings {
  WithoutWarnings() {
    mju_user_warning = [](const char*) {};
  }
  ~WithoutWarnings() { mju_user_warning = nullptr; }
};

TEST(Episode, AStateThatIsNoMotionTerminatesItAsDivergedWithoutReward) {
  const WithoutWarnings quiet;
  for (const double speed : {201.0, 1e9, kUnknown}) {
    OneRobot robot(Calm());
    robot.data().qpos[2] = 10;  // in the air nothing brakes it
    robot.data().qvel[0] = speed;
    const Outcome outcome = robot.Step();
    EXPECT_TRUE(outcome.terminated);
    EXPECT_FALSE(outcome.truncated);
    EXPECT_EQ(outcome.reward, 0);
    EXPECT_EQ(robot.Metric("diverged"), 1);
    EXPECT_EQ(robot.Metric("fell"), 1);
  }
}

// The simulation is shared by the environments of a shard: no NaN may stay in it.
TEST(Episode, AfterADivergedOneIsLikeAnyOther) {
  const WithoutWarnings quiet;
  OneRobot diverged(Calm(kAhead)), healthy(Calm(kAhead));
  diverged.data().qvel[3] = kUnknown;
  EXPECT_TRUE(diverged.Step().terminated);
  EXPECT_FALSE(healthy.Step().terminated);
  diverged.Reset();
  healthy.Reset();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(diverged.Step().reward, healthy.Step().reward);
    EXPECT_EQ(diverged.Observation(), healthy.Observation());
  }
}

TEST(Episode, ErrorsOfThePhysicsCountAsDiverged) {
  OneRobot robot(Calm());
  robot.NoteError();
  EXPECT_EQ(robot.Metric("diverged"), 1);
  EXPECT_EQ(robot.Metric("fell"), 1);
}

// What failed in its first step must not begin the same way for ever.
TEST(Episode, AfterAnErrorInItsFirstStepStartsInAnotherWay) {
  OneRobot robot(LocomotionConfig{});
  const Joints start = robot.t().now.q;
  robot.NoteError();
  robot.Reset();
  EXPECT_NE(robot.t().now.q, start);
}

TEST(Episode, NextOneKnowsNothingOfTheLast) {
  OneRobot robot(Calm(kAhead));
  Random random(1, Stream::kTest);
  for (int i = 0; i < 20; ++i) robot.Step(RandomJoints(1, random));
  robot.Reset();
  EXPECT_TRUE(robot.t().action.isZero(0));
  EXPECT_TRUE(robot.t().previous_action.isZero(0));
  EXPECT_EQ(robot.t().command_age, 0);
  EXPECT_FALSE(robot.t().fell);
  EXPECT_EQ(robot.data().time, 0);
  EXPECT_EQ(robot.t().now.q, robot.robot().default_pose);
  for (const std::string& name : robot.task().spec().metric_names) {
    EXPECT_EQ(robot.Metric(name), 0) << name;
  }
  EXPECT_EQ(robot.episode().total_steps, 20);  // but the time of its life goes on
}

// The first second after a change of command is not counted.
TEST(Episode, TrackingErrorIsThatOfCommandsOlderThanASecond) {
  LocomotionConfig config = Calm({0.4, -0.1, 0.3});
  config.gait.prior = false;  // so that the robot does not follow
  OneRobot robot(config);
  robot.Reset();
  double linear = 0, yaw = 0;
  int counted = 0;
  for (int step = 1; step <= 100; ++step) {
    robot.Step();
    if (step <= 50) {
      EXPECT_EQ(robot.Metric("linear_error"), 0) << step;
      continue;
    }
    const Vector3d& v = robot.t().now.v_H;
    linear += std::pow(v.x() - 0.4, 2) + std::pow(v.y() + 0.1, 2);
    yaw += std::pow(robot.t().now.w_H.z() - 0.3, 2);
    ++counted;
  }
  EXPECT_EQ(robot.episode().tracking.steps, counted);
  EXPECT_NEAR(robot.Metric("linear_error"), std::sqrt(linear / counted), 1e-6);
  EXPECT_NEAR(robot.Metric("yaw_error"), std::sqrt(yaw / counted), 1e-6);
  EXPECT_NEAR(robot.Metric("linear_error"), std::hypot(0.4, 0.1), 0.02);
}

// --- the order of the phases

// An episode of two control steps, with another command after each, from its beginning to the next.
TEST(Phases, OfATwoStepEpisodeComeInTheirOrder) {
  LocomotionConfig config = Calm();
  config.episode_length = 0.04;
  config.gait.clock = config.gait.prior = false;
  config.symmetry = "none";
  config.commands = {.standing_share = 0, .hold = {0.02, 0.02}};
  config.rewards = Only(&RewardConfig::track_linear_velocity, 1);
  config.rewards.tracking_width_start = config.rewards.tracking_width_end = 0.5;
  config.randomization.base_velocity = 0.3;
  config.observations.policy = {"base_linear_velocity scale=1", "command_velocity scale=1",
                                "last_action scale=1"};
  config.observations.critic = config.observations.policy;
  ParallelEnv env(MakeTask(config), 1, 1, /*seed=*/1);
  StepBatch batch = MakeStepBatch(env.spec());
  Batch action = Batch::Zero(kNumJoints, 1);
  env.Reset(0, batch);
  while (!batch.truncated[0]) env.Step(0, action, batch);

  // it begins with the state, the command and the action of nobody before it
  const auto seen_velocity = [&] {
    return Eigen::Vector2d(batch.policy_obs.col(0).head<2>().cast<double>());
  };
  const auto seen_command = [&] {
    return Eigen::Vector2d(batch.policy_obs.col(0).segment<2>(3).cast<double>());
  };
  const auto kernel = [](const Eigen::Vector2d& command, const Eigen::Vector2d& velocity) {
    return 0.02 * std::exp(-(command - velocity).squaredNorm() / 0.25);
  };
  const Eigen::Vector2d command_1 = seen_command();
  EXPECT_EQ(EpisodeOf(env, 0).steps, 0);
  EXPECT_TRUE(batch.policy_obs.col(0).tail<kNumJoints>().isZero(0));

  // first step: judged under the command that was seen, which then changes
  action.setConstant(0.25);
  env.Step(0, action, batch);
  EXPECT_FALSE(batch.terminated[0] || batch.truncated[0]);
  EXPECT_NEAR(batch.reward[0], kernel(command_1, EpisodeOf(env, 0).t.now.v_H.head<2>()), 1e-6);
  const Eigen::Vector2d command_2 = seen_command();
  EXPECT_NE(command_2, command_1);
  EXPECT_TRUE((batch.policy_obs.col(0).tail<kNumJoints>().array() == 0.25f).all());

  // second step: the clock ends it; its last state is told, and what is seen is the next one's
  // first
  action.setConstant(-0.5);
  env.Step(0, action, batch);
  EXPECT_TRUE(batch.truncated[0]);
  EXPECT_FALSE(batch.terminated[0]);
  const Eigen::VectorXf last = batch.final_critic_obs.col(0);
  EXPECT_NEAR(batch.reward[0], kernel(command_2, last.head<2>().cast<double>()),
              1e-3);  // v_B for v_H
  EXPECT_TRUE((last.tail<kNumJoints>().array() == -0.5f).all());
  EXPECT_NE(Eigen::Vector2d(last.segment<2>(3).cast<double>()),
            command_2);  // the next would be judged by it
  EXPECT_EQ(EpisodeOf(env, 0).steps, 0);
  EXPECT_TRUE(batch.policy_obs.col(0).tail<kNumJoints>().isZero(0));
  EXPECT_LT((seen_velocity() - EpisodeOf(env, 0).t.now.v_B.head<2>()).norm(), 1e-6);
  EXPECT_GT((seen_velocity() - last.head<2>().cast<double>()).norm(), 1e-3);
}

// --- in the long run

TEST(Robot, StandsForTenSecondsAtZeroActionAndCommand) {
  LocomotionConfig reference = Calm();
  reference.physics = ReferencePhysics(reference.physics);
  for (const LocomotionConfig& config : {Calm(), reference}) {
    OneRobot robot(config);
    robot.Reset();
    for (int step = 0; step < 500; ++step) ASSERT_FALSE(robot.Step().terminated) << step;
    const RobotState& s = robot.t().now;
    EXPECT_TRUE(s.contact.all());
    EXPECT_GT(s.p_W.z(), 0.45);
    EXPECT_LT(s.p_W.head<2>().norm(), 0.02);  // m
    EXPECT_LT(s.gravity_B.head<2>().norm(), 0.05);
  }
}

TEST(Robots, FlailingNeverGiveWhatIsNotANumber) {
  ParallelEnv env = Robots(64, 16);
  StepBatch batch = MakeStepBatch(env.spec());
  int terminated = 0, truncated = 0;
  for (int shard = 0; shard < 4; ++shard) {
    env.Reset(shard, batch);
    ASSERT_TRUE(batch.policy_obs.allFinite());
    for (int step = 0; step < 500; ++step) {
      env.Step(shard, ActionsOf(env.spec(), shard, step, Flailing()), batch);
      ASSERT_TRUE(batch.policy_obs.allFinite());
      ASSERT_TRUE(batch.critic_obs.allFinite());
      ASSERT_TRUE(batch.final_critic_obs.allFinite());
      ASSERT_TRUE(batch.reward.allFinite());
      ASSERT_TRUE(batch.episode_metrics.allFinite());
      ASSERT_FALSE((batch.terminated && batch.truncated).any());
      terminated += static_cast<int>(batch.terminated.count());
      truncated += static_cast<int>(batch.truncated.count());
    }
  }
  EXPECT_GT(terminated, 64);  // they do fall
  EXPECT_GT(truncated, 0);
}

TEST(Robots, SteppingAllocatesNothing) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "the sanitizers bring their own malloc";
  ParallelEnv env = Robots(8, 8);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  std::vector<Batch> actions;
  for (int step = 0; step < 200; ++step) {
    actions.push_back(ActionsOf(env.spec(), 0, step, Flailing()));
  }
  bool ended = false;
  EXPECT_EQ(test::CountAllocations([&] {
              for (const Batch& action : actions) {
                env.Step(0, action, batch);
                ended |= batch.terminated.any();
              }
            }),
            0);
  EXPECT_TRUE(ended);
}

// --- trouble

// A limit that flailing legs exceed: every replay runs into the same joint's speed again, bit for
// bit, in its last step.
TEST(Robots, TroubleIsReplayedBitForBit) {
  LocomotionConfig config;
  config.terminations.max_speed = 12;
  config.randomization.base_mass = {-3, 3};
  config.randomization.latency = {0, 3};
  config.observations.policy[5] = "joint_position noise=0.01 history=2";
  ParallelEnv env = Robots(16, 8, 1, config);
  History history(16);
  for (int shard = 0; shard < 2; ++shard) RunShard(env, shard, 120, Flailing(), history);
  const std::vector<Replay> replays = env.TakeReplays();
  ASSERT_EQ(replays.size(), 8u);  // four of each shard
  EXPECT_GE(env.trouble_counts()[static_cast<size_t>(TroubleKind::kTooFast)], 8);
  const auto task = MakeTask(config, 16);
  for (const Replay& replay : replays) {
    Replayer replayer(*task, replay);
    while (replayer.step() + 1 < replay.steps()) {
      const Outcome outcome = replayer.Step();
      ASSERT_FALSE(outcome.terminated || outcome.truncated);
    }
    const Outcome last = replayer.Step();
    EXPECT_EQ(last.trouble.kind, TroubleKind::kTooFast);
    EXPECT_EQ(last.trouble.dof, replay.trouble.dof);
    EXPECT_EQ(last.trouble.value, replay.trouble.value);
  }
}

// --- the same bits

constexpr int kSteps = 60;  // long enough for falls

TEST(Robots, SameSeedGivesTheSameBitsAndAnotherSeedOthers) {
  ParallelEnv a = Robots(8, 4, 1), b = Robots(8, 4, 1), c = Robots(8, 4, 2);
  const History expected = RunAll(a, kSteps, Flailing());
  EXPECT_EQ(RunAll(b, kSteps, Flailing()), expected);
  const History other = RunAll(c, kSteps, Flailing());
  for (int i = 0; i < 8; ++i) EXPECT_NE(other[i], expected[i]);
}

TEST(Robots, BitsDependNeitherOnThreadsNorOnTheSizeOfTheShards) {
  ParallelEnv env = Robots(16, 4), whole = Robots(16, 16);
  const History expected = RunAll(env, kSteps, Flailing());
  for (const int num_threads : {2, 4}) {
    EXPECT_EQ(RunOnThreads(env, kSteps, Flailing(), num_threads), expected) << num_threads;
  }
  EXPECT_EQ(RunAll(whole, kSteps, Flailing()), expected);
}

TEST(Robots, GoOnBitForBitAfterSavingAndLoadingInMidEpisode) {
  constexpr int kMiddle = 37, kMore = 100;
  ParallelEnv original = Robots(4, 4), copy = Robots(4, 4);
  StepBatch batch = MakeStepBatch(original.spec());
  History before(4), expected(4), seen(4);
  original.Reset(0, batch);
  StepShard(original, 0, 0, kMiddle, Flailing(), batch, before);
  const std::string bytes = Saved(original, 0);
  StepShard(original, 0, kMiddle, kMore, Flailing(), batch, expected);

  Load(bytes, 0, copy);
  StepShard(copy, 0, kMiddle, kMore, Flailing(), batch, seen);
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace doggo::sim
