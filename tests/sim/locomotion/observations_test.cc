// What the policy sees: the terms in a step made by hand, their scales, and how they are laid out.
#include "sim/locomotion/observations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <string>

#include "tests/sim/locomotion/grounds.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Numbers = std::vector<float>;

// The rows of one term, scaled; with room behind them that must not be written.
Numbers Observed(const std::string& name, const Transition& t) {
  const ObservationLayout layout({name}, 1, 0);
  Numbers out(static_cast<size_t>(layout.size()) + 2, -77.f);
  layout.Write(t, kPlane, {}, nullptr, out.data());
  EXPECT_EQ(out[out.size() - 2], -77.f) << name << " writes more than its size";
  EXPECT_EQ(out.back(), -77.f);
  out.resize(static_cast<size_t>(layout.size()));
  return out;
}

void ExpectNear(const Numbers& seen, const Numbers& expected) {
  ASSERT_EQ(seen.size(), expected.size());
  for (size_t k = 0; k < seen.size(); ++k) EXPECT_NEAR(seen[k], expected[k], 1e-6) << "row " << k;
}

TEST(ObservationConfig, FieldsCoverTheStructAndBearItsNames) {
  ObservationConfig config;
  ExpectFields(config, {{"policy", &config.policy},
                        {"critic", &config.critic},
                        {"noise_level", &config.noise_level}});
}

TEST(ObservationConfig, DefaultIs52NumbersForPolicyAndCriticAlike) {
  const ObservationConfig config;
  EXPECT_EQ(config.policy, config.critic);
  const ObservationLayout layout(config.policy, 1, 0);
  EXPECT_EQ(layout.size(), 52);
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
  ASSERT_EQ(layout.rows().size(), std::size(rows));
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
  t.randomized.gyro_bias.setZero();
  t.randomized.imu_tilt.setZero();
  ExpectNear(Observed("base_angular_velocity", t), {0.25, -0.125, 0.05f});
  t = Unknown();
  t.now.gravity_B = {0.6, 0, -0.8};
  t.randomized.imu_tilt.setZero();
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
  t.randomized.drive.encoder_bias.setZero();
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

TEST(Observation, FeetAreSeenFromTheBase) {
  Transition t = Unknown();
  t.step_dt = 0.02;
  t.now.R_WB = Eigen::AngleAxisd(std::numbers::pi / 2, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  t.now.p_W = {1, 2, 0.5};
  t.now.foot_W.colwise() = Eigen::Vector3d(1, 2.4, 0);  // 0.4 m ahead of a base that looks to +y
  t.before.foot_W.colwise() = Eigen::Vector3d(1, 2.38, 0);
  t.now.foot_force_W.colwise() = Eigen::Vector3d(0, 10, 100);
  const Numbers position = Observed("foot_position", t), velocity = Observed("foot_velocity", t),
                force = Observed("foot_force", t);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    ExpectNear({position.begin() + 3 * leg, position.begin() + 3 * leg + 3}, {0.8f, 0, -1});
    ExpectNear({velocity.begin() + 3 * leg, velocity.begin() + 3 * leg + 3}, {0.5f, 0, 0});
    ExpectNear({force.begin() + 3 * leg, force.begin() + 3 * leg + 3}, {0.05f, 0, 0.5f});
  }
}

TEST(Observation, HeadingErrorIsTheShorterWayRound) {
  Transition t = Unknown();
  t.follows_heading = true;
  t.target_heading = 3;
  t.now.heading = -3;
  ExpectNear(Observed("heading_error", t), {static_cast<float>(6 - 2 * std::numbers::pi)});
  t.follows_heading = false;
  ExpectNear(Observed("heading_error", t), {0});
}

TEST(Observation, AccelerationIsTheChangeOfVelocityInTheWorld) {
  Transition t = Unknown();
  t.step_dt = 0.02;
  // turning on the spot of a straight way: the velocity in B changes, that in W does not
  t.before.R_WB.setIdentity();
  t.before.v_B = {1, 0, 0};
  t.now.R_WB = Eigen::AngleAxisd(0.1, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  t.now.v_B = t.now.R_WB.transpose() * Eigen::Vector3d(1.02, 0, 0);
  const Eigen::Vector3d a = t.now.R_WB.transpose() * Eigen::Vector3d(1, 0, 0);
  ExpectNear(Observed("base_linear_acceleration", t),
             {static_cast<float>(0.1 * a.x()), static_cast<float>(0.1 * a.y()), 0});
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
    term.write(t, kPlane, out.data());
    for (const double number : out) EXPECT_TRUE(std::isfinite(number)) << term.name;
  }
}

// --- errors of a scan

// The same for all numbers of an episode, another in the next; a row of -0.53 on the plane.
TEST(ObservationLayout, AnOffsetIsOneNumberForAnEpisode) {
  const ObservationLayout layout({"height_scan scale=1 offset=0.1"}, 1, 0);
  Random random(1, Stream::kTest);
  Transition t = RandomTransition({}, random);
  t.now.p_W.z() = 0;
  const auto offset = [&](int64_t episode, int64_t step) {
    Eigen::VectorXf out(layout.size());
    const ObservationTime time{.seed = 1, .episode = episode, .total_steps = step, .steps = step};
    layout.Write(t, kPlane, time, nullptr, out.data());
    EXPECT_LT(out.maxCoeff() - out.minCoeff(), 1e-6);
    return out[0] + 0.53;
  };
  EXPECT_EQ(offset(1, 3), offset(1, 4));
  EXPECT_NE(offset(1, 3), offset(2, 3));
  double least = 1, greatest = -1;
  for (int episode = 1; episode <= 1000; ++episode) {
    least = std::min(least, offset(episode, 0));
    greatest = std::max(greatest, offset(episode, 0));
  }
  EXPECT_NEAR(least, -0.1, 0.002);
  EXPECT_NEAR(greatest, 0.1, 0.002);
}

// A binomial share of 187 x 100 numbers: within 5 standard errors.
TEST(ObservationLayout, MissingNumbersAreZero) {
  const ObservationLayout layout({"height_scan scale=1 missing=0.2"}, 1, 0);
  Random random(1, Stream::kTest);
  Transition t = RandomTransition({}, random);
  t.now.p_W.z() = 0;
  int zeros = 0;
  constexpr int kSteps = 100;
  for (int step = 0; step < kSteps; ++step) {
    Eigen::VectorXf out(layout.size());
    layout.Write(t, kPlane, {.total_steps = step, .steps = step}, nullptr, out.data());
    for (const float number : out) {
      zeros += number == 0;
      EXPECT_TRUE(number == 0 || std::abs(number + 0.53) < 1e-6);
    }
  }
  const int n = layout.size() * kSteps;
  EXPECT_NEAR(1.0 * zeros / n, 0.2, 5 * std::sqrt(0.2 * 0.8 / n));
}

// --- a row's text

TEST(ParseObservationRow, TakesItsSettingsInAnyOrder) {
  const ObservationRow plain = ParseObservationRow("joint_position");
  EXPECT_EQ(plain.term->name, "joint_position");
  EXPECT_EQ(plain.scale, 2);
  EXPECT_EQ(plain.noise, 0);
  EXPECT_EQ(plain.max_delay, 0);
  EXPECT_EQ(plain.size(), 12);
  const ObservationRow row =
      ParseObservationRow(" joint_position  history=3 noise=0.01 scale=1 clip=5 delay=1..2 ");
  EXPECT_EQ(row.scale, 1);
  EXPECT_EQ(row.noise, 0.01);
  EXPECT_EQ(row.clip, 5);
  EXPECT_EQ(row.min_delay, 1);
  EXPECT_EQ(row.max_delay, 2);
  EXPECT_EQ(row.history, 3);
  EXPECT_EQ(row.size(), 36);
  EXPECT_EQ(ParseObservationRow("moving delay=4").min_delay, 4);
}

TEST(ParseObservationRow, SaysWhatIsWrong) {
  const struct {
    const char *text, *problem;
  } cases[] = {
      {"", "an observation without a name"},
      {"smell", "unknown observation 'smell'"},
      {"moving fast", "'fast' is no setting; write key=value"},
      {"moving nise=1", "'nise' is none of scale, noise, offset, missing, clip, delay, history"},
      {"moving noise=-1", "noise=-1: 0 to 1000000 is allowed"},
      {"moving noise=much", "noise=much: not a number"},
      {"moving scale=nan", "scale=nan: not a number"},
      {"moving history=0", "history=0: 1 to 100 is allowed"},
      {"moving history=1.5", "history=1.5: not a whole number of control steps"},
      {"moving delay=2..1", "delay=2..1: the wrong way round; the shorter comes first"},
      {"moving delay=1..", "delay=: not a number"},
      {"moving delay=60 history=50",
       "delay and history together look back 110 control steps; 100 are kept"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_EQ(MessageOf<std::invalid_argument>([&] { ParseObservationRow(text); }), problem);
  }
}

TEST(ObservationConfig, ChecksItsTextsAndNotesWhereTheyStand) {
  ObservationConfig config;
  const ConfigField field = Fields(config)[0];
  EXPECT_EQ(field.check("moving history=2"), "");
  EXPECT_EQ(field.check("smell"), "unknown observation 'smell'");
  const std::vector<std::string> notes =
      field.notes({"base_linear_velocity", "moving", "foot_contact history=2"});
  EXPECT_EQ(notes, (std::vector<std::string>{
                       "0..2: velocity of the base, B (m/s)",
                       "3: 1 where the gait clock runs, 0 while standing",
                       "4..11: 1 for a foot on the ground",
                   }));
}

// --- noise, delay, history, scale, clip

// Steps of which the n-th commands the yaw rate n + 1.
Transition Step(int n) {
  Transition t = Unknown();
  t.command = {0, 0, n + 1.0};
  return t;
}

// What a row shows in each of so many steps of an episode.
std::vector<Numbers> Shown(const std::string& text, int steps, ObservationTime time = {},
                           double noise_level = 1) {
  const ObservationLayout layout({text}, noise_level, 0);
  // what was there before means nothing
  std::vector<float> memory(static_cast<size_t>(layout.memory_size()), -99.f);
  std::vector<Numbers> shown;
  for (int n = 0; n < steps; ++n) {
    time.steps = time.total_steps = n;
    Numbers out(static_cast<size_t>(layout.size()));
    layout.Write(Step(n), kPlane, time, memory.data(), out.data());
    Numbers again(out.size());
    layout.Write(Step(n), kPlane, time, memory.data(), again.data());
    EXPECT_EQ(again, out) << "writes the same when asked again";
    shown.push_back(out);
  }
  return shown;
}

TEST(ObservationRow, HistoryIsNewestFirstAndBeginsWithTheFirstValue) {
  EXPECT_EQ(Shown("command_yaw_rate history=3", 5),
            (std::vector<Numbers>{{1, 1, 1}, {2, 1, 1}, {3, 2, 1}, {4, 3, 2}, {5, 4, 3}}));
}

TEST(ObservationRow, DelayShowsWhatWasSoManyStepsAgo) {
  EXPECT_EQ(Shown("command_yaw_rate delay=2", 5), (std::vector<Numbers>{{1}, {1}, {1}, {2}, {3}}));
  EXPECT_EQ(Shown("command_yaw_rate delay=1 history=2", 4),
            (std::vector<Numbers>{{1, 1}, {1, 1}, {2, 1}, {3, 2}}));
}

TEST(ObservationRow, ADelayFromARangeIsThatOfTheEpisode) {
  std::set<int> delays;
  for (int episode = 0; episode < 40; ++episode) {
    const auto shown =
        Shown("command_yaw_rate delay=1..3", 8, {.seed = 1, .environment = 2, .episode = episode});
    const int delay = 8 - static_cast<int>(shown.back()[0]);
    for (int n = 3; n < 8; ++n) EXPECT_EQ(shown[n][0], n + 1 - delay);
    delays.insert(delay);
  }
  EXPECT_EQ(delays, (std::set<int>{1, 2, 3}));
}

TEST(ObservationRow, ScalesAndThenCutsOff) {
  EXPECT_EQ(Shown("command_yaw_rate scale=-2 clip=5", 4),
            (std::vector<Numbers>{{-2}, {-4}, {-5}, {-5}}));
}

// Uniform in the row's own unit: variance w^2 / 3.
TEST(ObservationRow, NoiseIsUniformBeforeTheScale) {
  double sum = 0, sum2 = 0, largest = 0;
  constexpr int kSteps = 5000;
  const auto noisy = Shown("command_yaw_rate scale=10 noise=0.3", kSteps, {.seed = 1});
  for (int n = 0; n < kSteps; ++n) {
    const double noise = noisy[n][0] / 10 - (n + 1);
    sum += noise;
    sum2 += noise * noise;
    largest = std::max(largest, std::abs(noise));
  }
  EXPECT_LE(largest, 0.3 + 1e-3);  // rounded to float at 50000
  EXPECT_GT(largest, 0.29);
  EXPECT_NEAR(sum / kSteps, 0, 5 * 0.3 / std::sqrt(3.0 * kSteps));
  EXPECT_NEAR(sum2 / kSteps, 0.03, 0.002);
}

TEST(ObservationRow, NoiseStaysInTheHistory) {
  const auto shown = Shown("command_yaw_rate noise=0.3 history=2", 10, {.seed = 1});
  for (int n = 1; n < 10; ++n) EXPECT_EQ(shown[n][1], shown[n - 1][0]);
}

TEST(ObservationRow, WithoutNoiseIsDeterministic) {
  const auto a = Shown("command_yaw_rate noise=0.3", 10, {.seed = 1}),
             b = Shown("command_yaw_rate noise=0.3", 10, {.seed = 1}),
             c = Shown("command_yaw_rate noise=0.3", 10, {.seed = 2});
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  EXPECT_EQ(Shown("command_yaw_rate noise=0.3", 10, {.seed = 1}, /*noise_level=*/0),
            Shown("command_yaw_rate", 10));
}

// The same text in both lists: the critic does not see the policy's noise.
TEST(ObservationLayout, ListsHaveNoiseOfTheirOwn) {
  const std::vector<std::string> rows = {"command_yaw_rate noise=1"};
  Numbers policy(1), critic(1);
  ObservationLayout(rows, 1, 0).Write(Step(0), kPlane, {}, nullptr, policy.data());
  ObservationLayout(rows, 1, 1).Write(Step(0), kPlane, {}, nullptr, critic.data());
  EXPECT_NE(policy, critic);
}

// Every row, with all that can be asked of it.
TEST(ObservationTerms, MayAllBeNoisyLateAndRemembered) {
  std::vector<std::string> rows;
  int size = 0;
  for (const ObservationTerm& term : ObservationTerms()) {
    rows.push_back(std::string(term.name) + " noise=0.1 delay=0..2 history=3 clip=4");
    size += 3 * term.size();
  }
  const ObservationLayout layout(rows, 1, 0);
  EXPECT_EQ(layout.size(), size);
  Random random(1, Stream::kTest);
  std::vector<float> memory(static_cast<size_t>(layout.memory_size()),
                            static_cast<float>(kUnknown));
  Numbers out(static_cast<size_t>(size));
  for (int step = 0; step < 6; ++step) {
    std::fill(out.begin(), out.end(), static_cast<float>(kUnknown));
    layout.Write(RandomTransition({}, random), kPlane,
                 {.seed = 1, .total_steps = step, .steps = step}, memory.data(), out.data());
    for (const float x : out) EXPECT_LE(std::abs(x), 4);  // false for NaN
  }
}

// --- layouts

TEST(ObservationLayout, LaysTermsOutInTheGivenOrder) {
  const ObservationLayout layout({"moving", "foot_contact", "command_yaw_rate"}, 1, 0);
  EXPECT_EQ(layout.size(), 6);
  EXPECT_EQ(layout.Row("moving"), 0);
  EXPECT_EQ(layout.Row("foot_contact"), 1);
  EXPECT_EQ(layout.Row("command_yaw_rate"), 5);
  EXPECT_EQ(layout.Row("last_action"), -1);
  Transition t = Unknown();
  t.command = {0, 0, 0.5};
  t.stepping = true;
  t.now.contact << false, true, false, false;
  Numbers out(6, -77.f);
  layout.Write(t, kPlane, {}, nullptr, out.data());
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
            "observations.policy: is empty; the policy must see something");
}

}  // namespace
}  // namespace doggo::sim
