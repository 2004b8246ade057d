#include "app/evaluation/gait_metrics.h"

#include <gtest/gtest.h>

#include "tests/app/evaluation/made_trajectories.h"

namespace doggo::evaluation {
namespace {

sim::LegScalars All(double value) { return sim::LegScalars::Constant(value); }

// A foot that touched a step ago is still grounded: one control step of 25 more than was scripted.
constexpr double kFlicker = 1.0 / 25;

TEST(Gait, OfAScriptedTrotIsAsItWasScripted) {
  const Gait gait = GaitOf(Scripted({0, 0.52, 0.52, 0}, All(0.6), 0.05, All(0.08)), 25);
  EXPECT_EQ(gait.name, "trot");
  EXPECT_NEAR(gait.stride_frequency, 2, 1e-9);
  for (int leg = 0; leg < sim::kNumLegs; ++leg) {
    EXPECT_NEAR(gait.duty[leg], 0.6 + kFlicker, 0.01) << leg;
    EXPECT_NEAR(gait.clearance[leg], 0.08, 0.005) << leg;  // the top may lie between two samples
    EXPECT_NEAR(gait.slip[leg], 0.05, 1e-9) << leg;
  }
  EXPECT_NEAR(gait.phase[1], 0.52, 0.5 * kFlicker + 1e-9);
  EXPECT_NEAR(Asymmetry(gait), 0, 0.02);
}

struct Named {
  const char* name;
  double phase[4];
};
class NamedGait : public testing::TestWithParam<Named> {};
TEST_P(NamedGait, IsRecognised) {
  const Named& n = GetParam();
  const sim::LegScalars phase(n.phase[0], n.phase[1], n.phase[2], n.phase[3]);
  EXPECT_EQ(GaitOf(Scripted(phase, All(0.64), 0, All(0.05)), 25).name, n.name);
}
INSTANTIATE_TEST_SUITE_P(
    All, NamedGait,
    testing::Values(Named{"trot", {0, 0.48, 0.52, 0}}, Named{"pace", {0, 0.52, 0, 0.52}},
                    Named{"bound", {0, 0, 0.48, 0.48}}, Named{"pronk", {0, 0.04, 0, 0.96}},
                    Named{"walk", {0, 0.52, 0.76, 0.24}}, Named{"none", {0, 0.32, 0.64, 0.2}}));

// A walk's feet are on the ground for more than half of the time.
TEST(Gait, OfAQuarterApartIsAWalkOnlyWithoutFlight) {
  EXPECT_EQ(NameOf({0, 0.5, 0.75, 0.25}, 0.6), "walk");
  EXPECT_EQ(NameOf({0, 0.5, 0.75, 0.25}, 0.4), "none");
}

TEST(Gait, OfALimpIsAsymmetric) {
  const Gait gait = GaitOf(Scripted({0, 0.52, 0.52, 0}, All(0.6), 0, {0.09, 0.03, 0.05, 0.05}), 25);
  EXPECT_NEAR(Asymmetry(gait), (0.09 - 0.03) / 0.06, 0.06);
}

// Down by 1 cm in the step before touchdown: 0.5 m/s.
TEST(Gait, MeasuresTheSpeedOfAnImpact) {
  const Trajectory t = Made(60, [](int k, double, Sample& s) {
    const int at = k % 20;
    s.contact.setConstant(at >= 10);
    s.foot_W.row(2).setConstant(at >= 10 ? 0.0 : 0.01 * (9 - at) + 0.005);
    s.foot_height.setConstant(s.foot_W(2, 0));
  });
  EXPECT_NEAR(GaitOf(t, 0).impact[3], 0.5, 1e-9);
}

TEST(Gait, OfARobotThatStandsIsNone) {
  const Trajectory t = Made(100, [](int, double, Sample& s) { s.contact.setConstant(true); });
  const Gait gait = GaitOf(t, 0);
  EXPECT_EQ(gait.name, "none");
  EXPECT_EQ(gait.strides, 0);
  EXPECT_EQ(gait.duty[0], 1);
  EXPECT_EQ(GaitOf(Trajectory{}, 0).name, "none");
}

// Phases of 0.95 and 0.05 are 0 in the mean, not a half.
TEST(MeanGait, AveragesPhasesAroundTheCircle) {
  Gait a, b;
  a.strides = b.strides = 1;
  a.duty = b.duty = All(0.5);
  a.phase = {0, 0.5, 0.5, 0.95};
  b.phase = {0, 0.5, 0.5, 0.05};
  const Gait mean = MeanGait(std::vector<Gait>{a, b});
  EXPECT_NEAR(std::remainder(mean.phase[3], 1.0), 0, 1e-9);
  EXPECT_EQ(mean.name, "trot");
}

}  // namespace
}  // namespace doggo::evaluation
