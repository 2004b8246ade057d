// The mirrors: their signs and indices, and against steps mirrored field by field.
#include "sim/locomotion/symmetry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/sim/locomotion/grounds.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

constexpr Reflection kReflections[] = {Reflection::kLeftRight, Reflection::kForeAft};
constexpr Quantity kQuantities[] = {
    Quantity::kVector,       Quantity::kPseudoVector, Quantity::kPlanarVector,
    Quantity::kTurn,         Quantity::kScalar,       Quantity::kTrotPhase,
    Quantity::kForeAftFrame, Quantity::kJoints,       Quantity::kLegs};

Eigen::VectorXf Apply(const Mirror& mirror, const Eigen::VectorXf& x) {
  Eigen::VectorXf y(x.size());
  for (Eigen::Index k = 0; k < y.size(); ++k) y[k] = mirror.sign[k] * x[mirror.from[k]];
  return y;
}

std::vector<std::string> TermsWithMirror(Reflection reflection) {
  std::vector<std::string> names;
  for (const ObservationTerm& term : ObservationTerms()) {
    if (HasMirror(reflection, term.quantity)) names.emplace_back(term.name);
  }
  return names;
}

// The ground with y (x) reversed.
Ground MirrorGround(Reflection reflection, const Ground& ground) {
  const bool lr = reflection == Reflection::kLeftRight;
  Ground image = ground;
  for (int row = 0; row < ground.rows(); ++row) {
    for (int column = 0; column < ground.columns(); ++column) {
      const int from_column = lr ? column : ground.columns() - 1 - column;
      const int from_row = lr ? ground.rows() - 1 - row : row;
      Patch& patch = image.patches[static_cast<size_t>(row) * ground.columns() + column];
      patch = ground.At(from_column, from_row);
      (lr ? patch.slope_y : patch.slope_x) *= -1;
    }
  }
  return image;
}

// Left-right: the legs across change places and HAA turns the other way. Fore-aft: those along do,
// and HFE and KFE turn the other way.
TEST(MirrorOf, JointsChangeLegsAndSigns) {
  const Quantity joints[] = {Quantity::kJoints};
  const Mirror left_right = MirrorOf(Reflection::kLeftRight, joints);
  EXPECT_EQ(left_right.from, (std::vector<int>{3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8}));
  EXPECT_EQ(left_right.sign, (std::vector<float>{-1, 1, 1, -1, 1, 1, -1, 1, 1, -1, 1, 1}));
  const Mirror fore_aft = MirrorOf(Reflection::kForeAft, joints);
  EXPECT_EQ(fore_aft.from, (std::vector<int>{6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(fore_aft.sign, (std::vector<float>{1, -1, -1, 1, -1, -1, 1, -1, -1, 1, -1, -1}));
}

TEST(MirrorOf, VectorsAndTurnsChangeSigns) {
  const struct {
    Quantity quantity;
    std::vector<float> left_right, fore_aft;
  } rows[] = {{Quantity::kVector, {1, -1, 1}, {-1, 1, 1}},
              {Quantity::kPseudoVector, {-1, 1, -1}, {1, -1, -1}},
              {Quantity::kPlanarVector, {1, -1}, {-1, 1}},
              {Quantity::kTurn, {-1}, {-1}},
              {Quantity::kScalar, {1}, {1}},
              {Quantity::kTrotPhase, {-1, -1}, {-1, -1}},
              {Quantity::kForeAftFrame, {1}, {-1}}};
  for (const auto& [quantity, left_right, fore_aft] : rows) {
    const Quantity alone[] = {quantity};
    EXPECT_EQ(MirrorOf(Reflection::kLeftRight, alone).sign, left_right);
    EXPECT_EQ(MirrorOf(Reflection::kForeAft, alone).sign, fore_aft);
  }
}

TEST(MirrorOf, LegsChangePlacesOnly) {
  const Quantity legs[] = {Quantity::kLegs};
  EXPECT_EQ(MirrorOf(Reflection::kLeftRight, legs).from, (std::vector<int>{1, 0, 3, 2}));
  EXPECT_EQ(MirrorOf(Reflection::kForeAft, legs).from, (std::vector<int>{2, 3, 0, 1}));
  EXPECT_EQ(MirrorOf(Reflection::kForeAft, legs).sign, (std::vector<float>{1, 1, 1, 1}));
}

// Every group stays in its rows, wherever it stands in a list.
TEST(MirrorOf, AListIsMirroredGroupByGroup) {
  for (const Reflection reflection : kReflections) {
    const Mirror whole = MirrorOf(reflection, kQuantities);
    int first = 0;
    for (const Quantity quantity : kQuantities) {
      const Quantity alone[] = {quantity};
      const Mirror part = MirrorOf(reflection, alone);
      ASSERT_EQ(static_cast<int>(part.from.size()), Size(quantity));
      for (int k = 0; k < Size(quantity); ++k) {
        EXPECT_EQ(whole.from[first + k], first + part.from[k]);
        EXPECT_EQ(whole.sign[first + k], part.sign[k]);
      }
      first += Size(quantity);
    }
    EXPECT_EQ(static_cast<int>(whole.from.size()), first);
  }
}

TEST(MirrorOf, TwiceIsTheIdentity) {
  for (const Reflection reflection : kReflections) {
    const Mirror mirror = MirrorOf(reflection, kQuantities);
    const Eigen::VectorXf x = Eigen::VectorXf::Random(static_cast<int>(mirror.from.size()));
    EXPECT_EQ(Apply(mirror, Apply(mirror, x)), x);
    EXPECT_NE(Apply(mirror, x), x);
  }
}

TEST(MirrorOf, TheTwoCommute) {
  const Mirror a = MirrorOf(Reflection::kLeftRight, kQuantities);
  const Mirror b = MirrorOf(Reflection::kForeAft, kQuantities);
  const Eigen::VectorXf x = Eigen::VectorXf::Random(static_cast<int>(a.from.size()));
  EXPECT_EQ(Apply(a, Apply(b, x)), Apply(b, Apply(a, x)));
}

// M(o(t)) = o(M(t)). The flag of the fore-aft frame is the exception by design: it tells which
// image a policy was shown, and the world shows none. Its phase is half a turn later, so that sine
// and cosine differ by the rounding of pi.
TEST(Observations, OfAMirroredStepAreTheMirroredObservations) {
  Random random(1, Stream::kTest);
  for (int i = 0; i < 100; ++i) {
    const Transition t = RandomTransition({}, random);
    for (const Reflection reflection : kReflections) {
      const ObservationLayout layout(TermsWithMirror(reflection), 1, 0);
      const int flag = layout.Row("fore_aft_frame");
      Eigen::VectorXf seen(layout.size()), image(layout.size());
      layout.Write(t, kPlane, {}, nullptr, seen.data());
      layout.Write(MirrorTransition(reflection, t), kPlane, {}, nullptr, image.data());
      Eigen::VectorXf expected = Apply(layout.MirrorBy(reflection), seen);
      EXPECT_EQ(expected[flag], reflection == Reflection::kForeAft ? -1 : 1);
      expected[flag] = 1;
      EXPECT_LT((image - expected).cwiseAbs().maxCoeff(), 1e-6);
    }
  }
}

// On ground that is nowhere alike.
TEST(Observations, OfAMirroredStepOnMirroredGroundAreTheMirroredObservations) {
  Ground ground =
      GroundByHand([](double x, double y) { return 0.3 * std::sin(7 * x + 3 * y * y); });
  Random random(1, Stream::kTest);
  for (Patch& patch : ground.patches) {
    patch.slope_x = static_cast<float>(random.Normal());
    patch.slope_y = static_cast<float>(random.Normal());
  }
  for (const Reflection reflection : kReflections) {
    const Ground image_ground = MirrorGround(reflection, ground);
    std::vector<std::string> scans;
    for (const std::string& name : TermsWithMirror(reflection)) {
      if (name.find("scan") != std::string::npos) scans.push_back(name);
    }
    const ObservationLayout layout(scans, 1, 0);
    ASSERT_GT(layout.size(), 180);
    for (int i = 0; i < 20; ++i) {
      const Transition t = RandomTransition({}, random);
      Eigen::VectorXf seen(layout.size()), image(layout.size());
      layout.Write(t, ground, {}, nullptr, seen.data());
      layout.Write(MirrorTransition(reflection, t), image_ground, {}, nullptr, image.data());
      const Eigen::VectorXf expected = Apply(layout.MirrorBy(reflection), seen);
      // a point within rounding of a cell's edge may be taken on either side of it
      int unlike = 0;
      for (int k = 0; k < layout.size(); ++k) unlike += std::abs(image[k] - expected[k]) > 1e-5f;
      EXPECT_LE(unlike, 1);
      EXPECT_NE(expected, seen);
    }
  }
}

// --- what the task tells the learner

LocomotionConfig With(const std::string& symmetry, bool clock = true) {
  LocomotionConfig config;
  config.symmetry = symmetry;
  config.gait.clock = clock;
  return config;
}

TEST(TaskSymmetries, AreThoseOfTheConfiguration) {
  const auto none = MakeTask(With("none")), half = MakeTask(With("left_right")),
             full = MakeTask(With("full"));
  EXPECT_TRUE(none->spec().symmetries.empty());
  EXPECT_TRUE(none->spec().canonical.empty());
  ASSERT_EQ(half->spec().symmetries.size(), 1u);
  EXPECT_EQ(half->spec().symmetries[0].name, "left_right");
  EXPECT_EQ(half->spec().canonical.size(), 1u);
  ASSERT_EQ(full->spec().symmetries.size(), 2u);
  EXPECT_EQ(full->spec().symmetries[0].name, "left_right");
  EXPECT_EQ(full->spec().symmetries[1].name, "fore_aft");
  for (const Symmetry& symmetry : full->spec().symmetries) {
    EXPECT_EQ(symmetry.policy_obs.from.size(), 52u);
    EXPECT_EQ(symmetry.critic_obs.from.size(), 52u);
    EXPECT_EQ(symmetry.action.from.size(), 12u);
  }
}

// The rules, each applied to the result of those before it.
Eigen::VectorXf Canonical(const EnvSpec& spec, Eigen::VectorXf obs, std::string& applied) {
  applied.clear();
  for (const CanonicalRule& rule : spec.canonical) {
    if (obs[rule.policy_row] >= 0) continue;
    obs = Apply(spec.symmetries[rule.symmetry].policy_obs, obs);
    applied += spec.symmetries[rule.symmetry].name + ";";
  }
  return obs;
}

// fb = (vx* < 0), lr = (sin phi < 0) xor fb, identity while standing.
TEST(CanonicalRules, ShowTheRobotGoingForwardsWithItsClockInTheFirstHalf) {
  const auto task = MakeTask(With("full"));
  const ObservationLayout& layout = task->policy_layout();
  const int vx = layout.Row("command_velocity"), sine = layout.Row("gait_phase");
  Random random(1, Stream::kTest);
  for (int i = 0; i < 100; ++i) {
    const Transition t = RandomTransition({}, random);
    Eigen::VectorXf obs(layout.size());
    layout.Write(t, kPlane, {}, nullptr, obs.data());
    std::string applied;
    const Eigen::VectorXf canonical = Canonical(task->spec(), obs, applied);
    const bool fb = t.command.x() < 0, lr = t.stepping && ((std::sin(t.phase) < 0) != fb);
    EXPECT_EQ(applied, std::string(fb ? "fore_aft;" : "") + (lr ? "left_right;" : ""));
    EXPECT_GE(canonical[vx], 0);
    EXPECT_GE(canonical[sine], 0);
    EXPECT_EQ(canonical[layout.Row("fore_aft_frame")], fb ? -1 : 1);
  }
}

// Without a clock the robot is asked to go left instead.
TEST(CanonicalRules, WithoutAClockLookAtTheSidewaysCommand) {
  const auto task = MakeTask(With("left_right", /*clock=*/false));
  ASSERT_EQ(task->spec().canonical.size(), 1u);
  const CanonicalRule& rule = task->spec().canonical[0];
  const ObservationLayout& layout = task->policy_layout();
  EXPECT_EQ(rule.policy_row, layout.Row("command_velocity") + 1);
  Transition t = Unknown();
  t.command = {0.1, -0.2, 0};
  Eigen::VectorXf obs(layout.size());
  layout.Write(t, kPlane, {}, nullptr, obs.data());
  EXPECT_LT(obs[rule.policy_row], 0);
}

// The same quantity has its own row for the critic.
TEST(CanonicalRules, NameTheRowsOfPolicyAndCritic) {
  LocomotionConfig config = With("full");
  config.observations.critic = {"moving", "gait_phase", "command_velocity"};
  const auto task = MakeTask(config);
  const ObservationLayout &policy = task->policy_layout(), &critic = task->critic_layout();
  ASSERT_EQ(task->spec().canonical.size(), 2u);
  EXPECT_EQ(task->spec().canonical[0].policy_row, policy.Row("command_velocity"));
  EXPECT_EQ(task->spec().canonical[0].critic_row, critic.Row("command_velocity"));
  EXPECT_EQ(task->spec().canonical[1].policy_row, policy.Row("gait_phase"));
  EXPECT_EQ(task->spec().canonical[1].critic_row, critic.Row("gait_phase"));
}

TEST(CanonicalRules, SayWhichObservationTheyMiss) {
  LocomotionConfig config = With("full");
  config.observations.critic = {"moving", "command_velocity"};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "symmetry: needs 'gait_phase' among the observations of policy and critic");
  config.symmetry = "none";
  EXPECT_NO_THROW(MakeTask(config));
}

}  // namespace
}  // namespace doggo::sim
