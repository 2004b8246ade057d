// The world itself is symmetric: a mirrored robot under mirrored actions goes the mirrored way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Vector3d;

Eigen::VectorXf Apply(const Mirror& mirror, const Eigen::VectorXf& x) {
  Eigen::VectorXf y(x.size());
  for (Eigen::Index k = 0; k < y.size(); ++k) y[k] = mirror.sign[k] * x[mirror.from[k]];
  return y;
}

// Walking somehow: a bent, tilted, moving robot whose lowest foot is 2 mm in the ground.
void Disturb(Random& random, OneRobot& robot) {
  mjData& data = robot.data();
  Transition& t = robot.t();
  const RobotIds& ids = robot.robot().ids;
  const Eigen::Quaterniond tilt(1, 0.1 * random.Normal(), 0.1 * random.Normal(), random.Normal());
  const Eigen::Quaterniond q = tilt.normalized();
  data.qpos[3] = q.w(), data.qpos[4] = q.x(), data.qpos[5] = q.y(), data.qpos[6] = q.z();
  for (int k = 0; k < 6; ++k) data.qvel[k] = 0.3 * random.Normal();
  const Joints bent = RandomJoints(0.3, random), turning = RandomJoints(2, random);
  for (int j = 0; j < kNumJoints; ++j) {
    data.qpos[ids.qpos[j]] = robot.robot().default_pose[j] + bent[j];
    data.qvel[ids.dof[j]] = turning[j];
  }
  robot.Measure();
  data.qpos[2] -= t.now.foot_height.minCoeff() + 0.002;
  t.command = RandomVector(random);
  t.phase = random.Uniform(0, 2 * std::numbers::pi);
  t.action = t.previous_action = RandomJoints(1, random);
  SetLegPhases(robot.task().config().gait, t);
  robot.Measure();
}

// The image of `a`, measured anew.
void MirrorInto(Reflection reflection, OneRobot& a, OneRobot& b) {
  const bool left_right = reflection == Reflection::kLeftRight;
  const RobotIds& ids = a.robot().ids;
  const mjData& from = a.data();
  mjData& to = b.data();
  Map<Vector3d>(to.qpos) = MirrorVector(reflection, Map<const Vector3d>(from.qpos));
  const double* q = from.qpos + 3;
  to.qpos[3] = q[0];
  to.qpos[4] = left_right ? -q[1] : q[1];
  to.qpos[5] = left_right ? q[2] : -q[2];
  to.qpos[6] = -q[3];
  Map<Vector3d>(to.qvel) = MirrorVector(reflection, Map<const Vector3d>(from.qvel));
  Map<Vector3d>(to.qvel + 3) = MirrorPseudoVector(reflection, Map<const Vector3d>(from.qvel + 3));
  const Joints angles = MirrorJoints(reflection, a.t().now.q);
  const Joints speeds = MirrorJoints(reflection, a.t().now.qd);
  for (int j = 0; j < kNumJoints; ++j) {
    to.qpos[ids.qpos[j]] = angles[j];
    to.qvel[ids.dof[j]] = speeds[j];
  }
  b.episode() = a.episode();
  b.t() = MirrorTransition(reflection, a.t());
  b.Measure();
}

// How far the way of the image is from the image of the way.
struct Differences {
  double measured = 0;     // of the observations before any step
  double observation = 0;  // largest of all numbers and steps, scaled as the policy sees them
  double state = 0;        // of the base and the joints, SI
  double reward = 0;
  double motion = 0;  // largest change of an observation, to compare with
  int ended_differently = 0;
};

Differences Compare(Reflection reflection, const LocomotionConfig& config, int steps) {
  Differences d;
  const auto task = MakeTask(config);
  for (uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed, Stream::kTest);
    OneRobot a(*task), b(*task);
    Disturb(random, a);
    MirrorInto(reflection, a, b);
    const Symmetry& symmetry =
        a.task().spec().symmetries[reflection == Reflection::kLeftRight ? 0 : 1];
    const int flag = ObservationLayout(config.observations.policy, 1, 0).Row("fore_aft_frame");
    const auto difference = [&] {
      Eigen::VectorXf image = Apply(symmetry.policy_obs, a.Observation());
      image[flag] = 1;  // tells what a policy was shown; the world does not know
      return static_cast<double>((image - b.Observation()).cwiseAbs().maxCoeff());
    };
    d.measured = std::max(d.measured, difference());
    const Eigen::VectorXf start = a.Observation();
    for (int step = 0; step < steps; ++step) {
      const Joints action = RandomJoints(1, random);
      const Outcome x = a.Step(action), y = b.Step(MirrorJoints(reflection, action));
      d.observation = std::max(d.observation, difference());
      d.reward = std::max<double>(d.reward, std::abs(x.reward - y.reward));
      const RobotState image = MirrorState(reflection, a.t().now), &now = b.t().now;
      d.state = std::max({d.state, (image.p_W - now.p_W).norm(), (image.v_B - now.v_B).norm(),
                          (image.w_B - now.w_B).norm(), (image.q - now.q).norm(),
                          (image.qd - now.qd).norm()});
      d.ended_differently += x.terminated != y.terminated;
    }
    d.motion = std::max<double>(d.motion, (a.Observation() - start).cwiseAbs().maxCoeff());
  }
  return d;
}

// The contacts of the image come in another order, so that the solver adds up in another order:
// a rounding of 1e-13 or so in every step, on speeds of up to 20 rad/s, which twenty steps with
// impacts amplify a little. The observations are rounded to float after that.
void ExpectExact(const Differences& d) {
  EXPECT_LT(d.measured, 1e-6);
  EXPECT_LT(d.state, 1e-9);
  EXPECT_LT(d.observation, 1e-6);
  EXPECT_LT(d.reward, 1e-7);
  EXPECT_EQ(d.ended_differently, 0);
  EXPECT_GT(d.motion, 1);  // else nothing was tried
}

TEST(MirroredDynamics, LeftRightAreExactInThePhysicsOfTraining) {
  ExpectExact(Compare(Reflection::kLeftRight, Calm(), 20));
}

TEST(MirroredDynamics, LeftRightAreExactInTheReferencePhysicsWhereTheBodyCollidesToo) {
  LocomotionConfig config = Calm();
  config.physics = ReferencePhysics(config.physics);
  ExpectExact(Compare(Reflection::kLeftRight, config, 20));
}

// Every row that an observation can have, of the pose, the motion, the forces and the feet.
TEST(MirroredDynamics, LeftRightAreExactInEveryObservation) {
  LocomotionConfig config = Calm();
  config.symmetry = "left_right";  // some rows have no fore-aft image
  config.observations.policy.clear();
  for (const ObservationTerm& term : ObservationTerms())
    config.observations.policy.emplace_back(term.name);
  ExpectExact(Compare(Reflection::kLeftRight, config, 20));
}

// Two tenths of a millimetre: so that the tests above are known to see an asymmetry.
TEST(MirroredDynamics, TheMeasuredBaseBreaksLeftRight) {
  LocomotionConfig config = Calm();
  config.physics.exact_base = true;
  const Differences d = Compare(Reflection::kLeftRight, config, 1);
  EXPECT_GT(d.state, 1e-3);
  EXPECT_LT(d.observation, 0.01 * d.motion);
}

// The centre of mass lies 1.8 cm behind the middle of the base, and Ixz is not zero: one step goes
// the mirrored way to a few per cent.
TEST(MirroredDynamics, ForeAftIsApproximate) {
  const Differences d = Compare(Reflection::kForeAft, Calm(), 1);
  EXPECT_LT(d.measured, 1e-6);
  EXPECT_LT(d.observation, 0.05 * d.motion);
  EXPECT_GT(d.observation, 1e-3);
  EXPECT_EQ(d.ended_differently, 0);
}

}  // namespace
}  // namespace doggo::sim
