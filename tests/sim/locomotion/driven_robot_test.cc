// A person's hand in an environment: commands and pushes from outside, and what is seen of them.
#include <gtest/gtest.h>

#include "sim/locomotion/steering.h"
#include "tests/sim/locomotion/one_robot.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;

constexpr int kRobots = 2;

// Two robots in one shard.
struct Robots {
  explicit Robots(const LocomotionConfig& config)
      : env(MakeTask(config, kRobots), kRobots, kRobots, /*seed=*/1),
        task(static_cast<const LocomotionTask&>(env.task())),
        batch(MakeStepBatch(env.spec())),
        rest(Batch::Zero(env.spec().action_dim, kRobots)) {
    env.Reset(0, batch);
  }
  void Step() { env.Step(0, rest, batch); }
  const Transition& t(int robot) const { return EpisodeOf(env, robot).t; }
  Vector3d velocity_W(int robot) const { return t(robot).now.R_WB * t(robot).now.v_B; }

  ParallelEnv env;
  const LocomotionTask& task;
  StepBatch batch;
  Batch rest;
};

TEST(DrivenRobot, NextObservationSaysTheCommandThatWasSet) {
  Robots robots(Calm());
  robots.Step();
  const StepBatch before = robots.batch;
  const Vector3d command(0.5, -0.25, 0.75);
  SetCommand(robots.env, 1, command);
  robots.env.Observe(0, robots.batch);

  const ObservationLayout& layout = robots.task.policy_layout();
  const int velocity = layout.Row("command_velocity"), yaw_rate = layout.Row("command_yaw_rate");
  ASSERT_GE(std::min(velocity, yaw_rate), 0);
  const double scale = FindObservationTerm("command_velocity").scale;
  const double yaw_scale = FindObservationTerm("command_yaw_rate").scale;
  const auto observed = robots.batch.policy_obs.col(1);
  EXPECT_FLOAT_EQ(observed[velocity], static_cast<float>(0.5 * scale));
  EXPECT_FLOAT_EQ(observed[velocity + 1], static_cast<float>(-0.25 * scale));
  EXPECT_FLOAT_EQ(observed[yaw_rate], static_cast<float>(0.75 * yaw_scale));

  // what the body feels is as it was, and so is all of the robot that nobody touched
  const int joints = layout.Row("joint_position");
  EXPECT_EQ(observed.segment(joints, kNumJoints),
            before.policy_obs.col(1).segment(joints, kNumJoints));
  EXPECT_EQ(robots.batch.policy_obs.col(0), before.policy_obs.col(0));
}

// The heading that the robot has when it is told; turned away from it, it is told to turn back.
TEST(DrivenRobot, ACourseHoldsTheHeading) {
  LocomotionConfig config = Calm();
  config.commands.yaw_rate = {-1, 1};
  config.commands.heading_gain = 0.5;
  Robots robots(config);
  robots.Step();
  const Vector3d of_other = robots.t(1).command;
  SetCourse(robots.env, 0, {0.5, -0.1});
  const double heading = robots.t(0).now.heading;
  EXPECT_EQ(robots.t(0).command, Vector3d(0.5, -0.1, 0));
  EXPECT_EQ(robots.t(0).target_heading, heading);
  static_cast<Episode*>(robots.env.record(0))->t.target_heading = heading + 0.4;
  robots.Step();
  const double to_go = heading + 0.4 - robots.t(0).now.heading;
  EXPECT_GT(to_go, 0.2);
  EXPECT_NEAR(robots.t(0).command.z(), 0.5 * to_go, 1e-12);
  EXPECT_EQ(robots.t(1).command, of_other);
}

TEST(DrivenRobot, ACommandThatWasSetIsKeptAndIsAsNewAsIfDrawn) {
  Robots robots(Calm());
  for (int k = 0; k < 10; ++k) robots.Step();
  const Vector3d command(0.5, 0, 0);
  SetCommand(robots.env, 0, command);
  EXPECT_EQ(robots.t(0).command_age, 0);
  robots.Step();
  SetCommand(robots.env, 0, command);  // the same again is no change
  EXPECT_NEAR(robots.t(0).command_age, robots.env.spec().step_dt, 1e-12);
  for (int k = 0; k < 10; ++k) robots.Step();
  EXPECT_EQ(robots.t(0).command, command);
  EXPECT_EQ(robots.t(1).command, Vector3d(0, 0, 0));
}

TEST(DrivenRobot, ObservingChangesNothing) {
  Robots robots(Calm(Vector3d(0.5, 0, 0)));
  robots.Step();
  const StepBatch before = robots.batch;
  robots.env.Observe(0, robots.batch);
  EXPECT_EQ(robots.batch.policy_obs, before.policy_obs);
  EXPECT_EQ(robots.batch.critic_obs, before.critic_obs);
  EXPECT_EQ(robots.batch.reward, before.reward);
  Robots unobserved(Calm(Vector3d(0.5, 0, 0)));
  unobserved.Step();
  for (Robots* r : {&robots, &unobserved}) r->Step();
  EXPECT_EQ(robots.batch.policy_obs, unobserved.batch.policy_obs);
}

// In free fall nothing else changes the momentum: m dv = F T. Two worlds, one push; straight up
// through the middle of the trunk, so that it hardly turns. The legs swing at the base a little,
// and come to rest by their drives' damping.
TEST(DrivenRobot, APushOfForceAndTimeIsTheirProductInMomentum) {
  LocomotionConfig config = Calm();
  config.randomization.drop_height = 200;  // m, at most
  Robots pushed(config), free(config);
  ASSERT_EQ(pushed.t(0).now.p_W, free.t(0).now.p_W);
  ASSERT_GT(pushed.t(0).now.p_W.z(), 10);  // m: a fall of more than 1 s

  const double dt = pushed.env.spec().step_dt, time = 5 * dt;
  const Vector3d force(0, 0, 200);
  SetPush(pushed.env, 0, force, time);
  const auto gained = [&] { return Vector3d(pushed.velocity_W(0) - free.velocity_W(0)); };
  for (int k = 0; k < 40; ++k) {
    for (Robots* r : {&pushed, &free}) r->Step();
    EXPECT_EQ(pushed.t(0).push_W, k < 4 ? force : Vector3d(0, 0, 0)) << k;
  }
  const double mass = mj_getTotalmass(&pushed.task.model());
  const Vector3d expected = force * time / mass;
  EXPECT_LT((gained() - expected).norm(), 0.03 * expected.norm())
      << gained().transpose() << " instead of " << expected.transpose();
  EXPECT_EQ(pushed.velocity_W(1), free.velocity_W(1));
}

}  // namespace
}  // namespace doggo::sim
