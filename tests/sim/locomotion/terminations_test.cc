// When an episode ends, in steps made by hand: just before and just beyond every limit.
#include "sim/locomotion/terminations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

// Far from every limit.
Transition Upright() {
  Transition t = Unknown();
  t.now.gravity_B = {0, 0, -1};
  t.now.base_height = 0.5;
  t.now.knee_height.setConstant(0.25);
  t.now.limit_distance.setConstant(0.5);
  return t;
}

// Tipped by an angle about the x or the y axis.
Transition Tipped(double angle, bool sideways) {
  Transition t = Upright();
  t.now.gravity_B = {sideways ? 0 : std::sin(angle), sideways ? std::sin(angle) : 0,
                     -std::cos(angle)};
  return t;
}

Transition AtHeight(double height) {
  Transition t = Upright();
  t.now.base_height = height;
  return t;
}

Transition WithKnee(int leg, double height) {
  Transition t = Upright();
  t.now.knee_height[leg] = height;
  return t;
}

TEST(TerminationConfig, FieldsCoverTheStructAndBearItsNames) {
  TerminationConfig config;
  ExpectFields(config, {{"tilt", &config.tilt},
                        {"base_height", &config.base_height},
                        {"knee_height", &config.knee_height},
                        {"base_contact", &config.base_contact},
                        {"body_contact", &config.body_contact},
                        {"joint_limit", &config.joint_limit},
                        {"belly", &config.belly},
                        {"max_tilt", &config.max_tilt},
                        {"min_base_height", &config.min_base_height},
                        {"min_knee_height", &config.min_knee_height},
                        {"joint_limit_margin", &config.joint_limit_margin},
                        {"max_speed", &config.max_speed}});
}

TEST(HasFallen, WhereTheBellyWouldBeInTheGround) {
  Transition t = Upright();
  t.ground.belly_height = 0.01;
  EXPECT_FALSE(HasFallen(t, {.belly = true}));
  t.ground.belly_height = -0.01;
  EXPECT_FALSE(HasFallen(t, {}));
  EXPECT_TRUE(HasFallen(t, {.belly = true}));
}

TEST(HasFallen, NotWhileStanding) { EXPECT_FALSE(HasFallen(Upright(), {})); }

// cos 53 degrees = 0.6
TEST(HasFallen, WhereTheBaseTipsFurtherThan53Degrees) {
  const double limit = std::acos(0.6);
  for (const bool sideways : {false, true}) {
    for (const double sense : {-1.0, 1.0}) {
      EXPECT_FALSE(HasFallen(Tipped(sense * (limit - 1e-3), sideways), {}));
      EXPECT_TRUE(HasFallen(Tipped(sense * (limit + 1e-3), sideways), {}));
    }
  }
  EXPECT_TRUE(HasFallen(Tipped(3.1, true), {}));  // on its back
}

TEST(HasFallen, WhereTheBaseIsLowerThan30Centimetres) {
  EXPECT_FALSE(HasFallen(AtHeight(0.30), {}));
  EXPECT_TRUE(HasFallen(AtHeight(0.2999), {}));
}

TEST(HasFallen, WhereAnyKneeIsLowerThan5Centimetres) {
  for (int leg = 0; leg < kNumLegs; ++leg) {
    EXPECT_FALSE(HasFallen(WithKnee(leg, 0.05), {}));
    EXPECT_TRUE(HasFallen(WithKnee(leg, 0.0499), {}));
  }
}

// The trunk on an obstacle; its height above the ground says nothing.
TEST(HasFallen, WhereTheBaseTouchesIfAsked) {
  Transition t = Upright();
  t.now.base_contact = true;
  EXPECT_FALSE(HasFallen(t, {}));
  EXPECT_TRUE(HasFallen(t, {.base_contact = true}));
  EXPECT_FALSE(HasFallen(Upright(), {.base_contact = true}));
}

TEST(HasFallen, WhereAnyPartButAFootTouchesIfAsked) {
  const TerminationConfig config = {.body_contact = true};
  Transition t = Upright();
  t.now.contact.setConstant(true);
  EXPECT_FALSE(HasFallen(t, config));  // standing on its feet
  for (LegFlags* part : {&t.now.hip_contact, &t.now.thigh_contact, &t.now.shank_contact}) {
    for (int leg = 0; leg < kNumLegs; ++leg) {
      (*part)[leg] = true;
      EXPECT_TRUE(HasFallen(t, config));
      EXPECT_FALSE(HasFallen(t, {.base_contact = true}));
      EXPECT_FALSE(HasFallen(t, {}));
      (*part)[leg] = false;
    }
  }
  t.now.base_contact = true;
  EXPECT_TRUE(HasFallen(t, config));
}

TEST(HasFallen, WhereAnyJointComesToTheEndOfItsRangeIfAsked) {
  for (int j = 0; j < kNumJoints; ++j) {
    Transition t = Upright();
    t.now.limit_distance[j] = 0.02;
    EXPECT_FALSE(HasFallen(t, {.joint_limit = true}));
    EXPECT_TRUE(HasFallen(t, {.joint_limit = true, .joint_limit_margin = 0.03}));
    t.now.limit_distance[j] = -1e-3;  // beyond it
    EXPECT_TRUE(HasFallen(t, {.joint_limit = true}));
    EXPECT_FALSE(HasFallen(t, {}));
  }
}

// Tipped over, and lying on the ground: rows 0 and 1 hold.
TEST(FirstHolding, IsTheFirstEnabledRowThatHolds) {
  Transition t = Tipped(2, true);
  t.now.base_height = 0.1;
  EXPECT_EQ(FirstHolding(t, {}), 0);
  EXPECT_EQ(FirstHolding(t, {.tilt = false}), 1);
  EXPECT_EQ(FirstHolding(t, {.tilt = false, .base_height = false}), -1);
  EXPECT_EQ(FirstHolding(Upright(), {}), -1);
  EXPECT_EQ(TerminationTerms()[0].name, "tilt");
  EXPECT_EQ(TerminationTerms()[1].name, "base_height");
}

TEST(HasFallen, OnlyByRowsThatAreEnabled) {
  EXPECT_FALSE(HasFallen(Tipped(2, false), {.tilt = false}));
  EXPECT_FALSE(HasFallen(AtHeight(0.1), {.base_height = false}));
  EXPECT_FALSE(HasFallen(WithKnee(2, 0.01), {.knee_height = false}));
  EXPECT_TRUE(HasFallen(AtHeight(0.1), {.tilt = false, .knee_height = false}));
}

TEST(HasFallen, ByTheLimitsOfTheConfiguration) {
  EXPECT_TRUE(HasFallen(Tipped(0.4, false), {.max_tilt = 0.3}));
  EXPECT_TRUE(HasFallen(AtHeight(0.45), {.min_base_height = 0.46}));
  EXPECT_TRUE(HasFallen(WithKnee(1, 0.2), {.min_knee_height = 0.21}));
}

TEST(TerminationTerms, HoldAlikeInEveryMirror) {
  Random random(1, Stream::kTest);
  std::vector<int> held(TerminationTerms().size());
  for (int i = 0; i < 200; ++i) {
    Transition t = Upright();
    t.now = RandomState(random);
    t.ground = AnySurroundings(random);
    t.now.gravity_B -= Eigen::Vector3d(0, 0, 2);
    t.now.gravity_B.normalize();
    t.now.knee_height += 0.05;
    t.now.limit_distance.array() += 1.9;  // from -0.1 rad
    for (LegFlags* part : {&t.now.hip_contact, &t.now.thigh_contact, &t.now.shank_contact}) {
      *part = *part && RandomFlags(random) && RandomFlags(random) && RandomFlags(random);
    }
    for (size_t k = 0; k < held.size(); ++k) {
      const TerminationTerm& term = TerminationTerms()[k];
      for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
        EXPECT_EQ(term.holds(MirrorTransition(reflection, t), {}), term.holds(t, {})) << term.name;
      }
      held[k] += term.holds(t, {});
    }
  }
  for (size_t k = 0; k < held.size(); ++k) {
    EXPECT_GT(held[k], 10) << TerminationTerms()[k].name;
    EXPECT_LT(held[k], 190) << TerminationTerms()[k].name;
  }
}

}  // namespace
}  // namespace doggo::sim
