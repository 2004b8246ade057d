// What the policy sees: the terms in a step made by hand, their scales, and how they are laid out.
#include "sim/locomotion/observations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Numbers = std::vector<float>;

// The rows of one term, scaled; with room behind them that must not be written.
Numbers Observed(const std::string& name, const Transition& t) {
  const ObservationLayout layout({name});
  Numbers out(static_cast<size_t>(layout.size) + 2, -77.f);
  layout.Write(t, out.data());
  EXPECT_EQ(out[out.size() - 2], -77.f) << name << " writes more than its size";
  EXPECT_EQ(out.back(), -77.f);
  out.resize(static_cast<size_t>(layout.size));
  return out;
}

void ExpectNear(const Numbers& seen, const Numbers& expected) {
  ASSERT_EQ(seen.size(), expected.size());
  for (size_t k = 0; k < seen.size(); ++k) EXPECT_NEAR(seen[k], expected[k], 1e-6) << "row " << k;
}

TEST(ObservationConfig, FieldsCoverTheStructAndBearItsNames) {
  ObservationConfig config;
  ExpectFields(config, {{"policy", &config.policy}, {"critic", &config.critic}});
}

TEST(ObservationConfig, DefaultIs52NumbersForPolicyAndCriticAlike) {
  const ObservationConfig config;
  EXPECT_EQ(config.policy, config.critic);
  const ObservationLayout layout(config.policy);
  EXPECT_EQ(layout.size, 52);
  const struct {
    const char* name;
    int row;
    double scale;
  } rows[] = {{"base_linear_velocity", 0, 2}, {"base_angular_velocity", 3, 0.5},
              {"projected_gravity", 6, 2},    {"command_velocity", 9, 2},
              {"command_yaw_rate", 11, 1},    {"joint_position", 12, 2},
              {"joint_velocity", 24, 0.1},    {"last_action", 36, 0.5},
              {"gait_phase", 48, 1},          {"moving", 50, 1},
              {"fore_aft_frame", 51, 1}};
  ASSERT_EQ(layout.terms.size(), std::size(rows));
  for (const auto& [name, row, scale] : rows) {
    EXPECT_EQ(layout.Row(name), row) << name;
    EXPECT_EQ(FindObservationTerm(name).scale, scale) << name;
  }
}

// --- each term; what it is not told is not a number

TEST(Observation, BaseVelocitiesAndGravityAreThoseOfTheBaseFrame) {
  Transition t = Unknown();
  t.now.v_B = {0.5, -0.25, 0.1};
  ExpectNear(Observed("base_linear_velocity", t), {1, -0.5, 0.2f});
  t = Unknown();
  t.now.w_B = {0.5, -0.25, 0.1};
  ExpectNear(Observed("base_angular_velocity", t), {0.25, -0.125, 0.05f});
  t = Unknown();
  t.now.gravity_B = {0.6, 0, -0.8};
  ExpectNear(Observed("projected_gravity", t), {1.2f, 0, -1.6f});
}

TEST(Observation, CommandIsSeenAsTwoTermsForTheirMirrors) {
  Transition t = Unknown();
  t.command = {0.5, -0.25, 0.7};
  ExpectNear(Observed("command_velocity", t), {1, -0.5});
  ExpectNear(Observed("command_yaw_rate", t), {0.7f});
}

TEST(Observation, JointsAreSeenInTheirOrder) {
  Joints ramp;
  for (int j = 0; j < kNumJoints; ++j) ramp[j] = j;
  Transition t = Unknown();
  t.now.pose_error = ramp;
  const Numbers position = Observed("joint_position", t);
  t = Unknown();
  t.now.qd = ramp;
  const Numbers velocity = Observed("joint_velocity", t);
  t = Unknown();
  t.action = ramp;
  const Numbers action = Observed("last_action", t);
  for (int j = 0; j < kNumJoints; ++j) {
    EXPECT_NEAR(position[j], 2 * j, 1e-6);
    EXPECT_NEAR(velocity[j], 0.1 * j, 1e-6);
    EXPECT_NEAR(action[j], 0.5 * j, 1e-6);
  }
}

TEST(Observation, GaitPhaseIsSineAndCosineOfTheClockAndZeroWhileStanding) {
  Transition t = Unknown();
  t.phase = 0.7;
  t.stepping = true;
  ExpectNear(Observed("gait_phase", t), {std::sin(0.7f), std::cos(0.7f)});
  ExpectNear(Observed("moving", t), {1});
  t.stepping = false;
  ExpectNear(Observed("gait_phase", t), {0, 0});
  ExpectNear(Observed("moving", t), {0});
}

TEST(Observation, ForeAftFrameIsOneInTheWorld) {
  ExpectNear(Observed("fore_aft_frame", Unknown()), {1});
}

TEST(Observation, FootContactIsOnePerFootOnTheGround) {
  Transition t = Unknown();
  t.now.contact << true, false, false, true;
  ExpectNear(Observed("foot_contact", t), {1, 0, 0, 1});
}

// --- the table

TEST(ObservationTerms, HaveNamesUnlikeEachOtherAndMeanings) {
  std::set<std::string_view> names;
  for (const ObservationTerm& term : ObservationTerms()) {
    EXPECT_TRUE(names.insert(term.name).second) << term.name;
    EXPECT_FALSE(term.meaning.empty()) << term.name;
  }
}

TEST(ObservationTerms, WriteAllOfTheirNumbers) {
  Random random(1, Stream::kTest);
  const Transition t = RandomTransition({}, random);
  for (const ObservationTerm& term : ObservationTerms()) {
    std::vector<double> out(static_cast<size_t>(term.size()), kUnknown);
    term.write(t, out.data());
    for (const double number : out) EXPECT_TRUE(std::isfinite(number)) << term.name;
  }
}

TEST(ObservationTerms, AnUnknownOneIsRefusedNamingTheKnownOnes) {
  const std::string message = MessageOf<std::invalid_argument>([] {
    ObservationLayout({"moving", "smell"});
  });
  EXPECT_EQ(message.find("unknown observation 'smell'; known: base_linear_velocity, "), 0u);
  for (const ObservationTerm& term : ObservationTerms()) {
    EXPECT_NE(message.find(term.name), std::string::npos) << term.name;
  }
}

// --- layouts

TEST(ObservationLayout, LaysTermsOutInTheGivenOrder) {
  const ObservationLayout layout({"moving", "foot_contact", "command_yaw_rate"});
  EXPECT_EQ(layout.size, 6);
  EXPECT_EQ(layout.Row("moving"), 0);
  EXPECT_EQ(layout.Row("foot_contact"), 1);
  EXPECT_EQ(layout.Row("command_yaw_rate"), 5);
  EXPECT_EQ(layout.Row("last_action"), -1);
  Transition t = Unknown();
  t.command = {0, 0, 0.5};
  t.stepping = true;
  t.now.contact << false, true, false, false;
  Numbers out(6, -77.f);
  layout.Write(t, out.data());
  ExpectNear(out, {1, 0, 1, 0, 0, 0.5});
}

TEST(ObservationLayout, PolicyAndCriticMaySeeDifferentThings) {
  LocomotionConfig config = Calm();
  config.observations.critic.emplace_back("foot_contact");
  const auto task = MakeTask(config);
  EXPECT_EQ(task->spec().policy_dim, 52);
  EXPECT_EQ(task->spec().critic_dim, 56);
}

TEST(ObservationLayout, SomethingMustBeSeen) {
  LocomotionConfig config = Calm();
  config.symmetry = "none";
  config.observations.policy.clear();
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "observations: policy and critic must see something");
}

}  // namespace
}  // namespace doggo::sim
