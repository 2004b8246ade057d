// When an episode ends, in steps made by hand: just before and just beyond every limit.
#include "sim/locomotion/terminations.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

// Well above every limit.
Transition Upright() {
  Transition t = Unknown();
  t.now.gravity_B = {0, 0, -1};
  t.now.p_W.z() = 0.5;
  t.now.knee_height.setConstant(0.25);
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
  t.now.p_W.z() = height;
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
                        {"max_tilt", &config.max_tilt},
                        {"min_base_height", &config.min_base_height},
                        {"min_knee_height", &config.min_knee_height},
                        {"max_speed", &config.max_speed}});
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

TEST(HasFallen, AlikeInEveryMirror) {
  Random random(1, Stream::kTest);
  int fallen = 0;
  for (int i = 0; i < 200; ++i) {
    Transition t = Upright();
    t.now = RandomState(random);
    t.now.gravity_B -= Eigen::Vector3d(0, 0, 2);
    t.now.gravity_B.normalize();
    t.now.p_W.z() += 1.5;
    t.now.knee_height += 0.05;
    for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
      EXPECT_EQ(HasFallen(MirrorTransition(reflection, t), {}), HasFallen(t, {}));
    }
    fallen += HasFallen(t, {});
  }
  EXPECT_GT(fallen, 20);
  EXPECT_LT(fallen, 180);
}

}  // namespace
}  // namespace doggo::sim
