#include "app/evaluation/tracking_metrics.h"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/app/evaluation/made_trajectories.h"

namespace doggo::evaluation {
namespace {

using std::numbers::pi;

// Velocity 0.5 + 0.1 + 0.2 sin(2 pi 2 t) m/s under the command 0.5: bias 0.1, rms
// sqrt(0.1^2 + 0.2^2 / 2); over 0.5 s, a period, the sine averages out.
TEST(TrackingError, OfASineAboutAnOffsetIsKnown) {
  const Trajectory t = Made(500, [](int, double time, Sample& s) {
    s.command = {0.5, 0, 0.2};
    s.velocity = {0.6 + 0.2 * std::sin(2 * pi * 2 * time), 0, 0.2};
  });
  const TrackingError e = TrackingErrorOf(t);
  EXPECT_EQ(e.steps, 500);
  EXPECT_NEAR(e.bias().x(), 0.1, 1e-12);
  EXPECT_NEAR(e.rmse().x(), std::sqrt(0.01 + 0.02), 1e-12);
  EXPECT_NEAR(e.linear_rmse(), std::sqrt(0.03), 1e-12);
  EXPECT_NEAR(e.linear_window_rmse(), 0.1, 1e-12);
  EXPECT_EQ(e.yaw_rmse(), 0);
}

// Both components count: errors of 0.3 and 0.4 m/s are one of 0.5.
TEST(TrackingError, IsOfBothComponentsTogether) {
  const Trajectory t = Made(10, [](int, double, Sample& s) { s.velocity = {0.3, -0.4, -0.25}; });
  EXPECT_NEAR(TrackingErrorOf(t).linear_rmse(), 0.5, 1e-12);
  EXPECT_NEAR(TrackingErrorOf(t).yaw_rmse(), 0.25, 1e-12);
}

// Of a command held for 2 s the first second is left out, and of its means over 0.5 s those that
// reach back into it.
TEST(TrackingError, LeavesOutTheFirstSecondOfACommand) {
  const Trajectory t = Made(200, [](int k, double, Sample& s) {
    s.command_age = (k % 100 + 1) * kDt;
    s.velocity.x() = s.command_age < 1.01 ? 9 : 0.1;
  });
  const TrackingError e = TrackingErrorOf(t);
  EXPECT_EQ(e.steps, 100);
  EXPECT_NEAR(e.linear_rmse(), 0.1, 1e-12);
  EXPECT_EQ(e.windows, 2 * 26);
  EXPECT_NEAR(e.linear_window_rmse(), 0.1, 1e-9);
}

// A push at the 100th of 200 steps, under a command that is old.
TEST(TrackingError, LeavesOutTheFirstSecondAfterAPush) {
  const Trajectory t = Made(200, [](int k, double, Sample& s) {
    if (k >= 100) s.push_age = (k - 100 + 1) * kDt;
    s.velocity.x() = s.push_age < 1.01 ? 9 : 0.1;
  });
  const TrackingError e = TrackingErrorOf(t);
  EXPECT_EQ(e.steps, 150);
  EXPECT_NEAR(e.linear_rmse(), 0.1, 1e-12);
  EXPECT_EQ(e.windows, 76 + 26);
}

TEST(TrackingError, OfARobotThatFellAtOnceIsZeroSteps) {
  EXPECT_EQ(TrackingErrorOf(Trajectory{}).steps, 0);
  EXPECT_EQ(TrackingErrorOf(Trajectory{}).linear_rmse(), 0);
}

TEST(MeanError, CountsEveryStep) {
  const Trajectory t = Made(4, [](int k, double, Sample& s) {
    s.command_age = 0.1;
    s.velocity = {0.3 * k, 0.4 * k, k % 2 == 0 ? 1.0 : -1.0};
  });
  const MeanError e = MeanErrorOf(t);
  EXPECT_DOUBLE_EQ(e.linear / e.steps, 0.5 * (0 + 1 + 2 + 3) / 4);
  EXPECT_DOUBLE_EQ(e.yaw / e.steps, 1);
}

// A ramp from 0 to 1 in a second that goes on to 1.2 and falls back: 90 % after 0.9 s, which the
// centred mean leaves where it is; beyond the command by 0.2 for long enough.
TEST(StepResponse, OfARampIsKnown) {
  const Trajectory t = Made(300, [](int k, double, Sample& s) {
    const double since = (k - 99) * kDt;  // the command changes before sample 100
    s.velocity.y() = since <= 0 ? 0 : since < 1.2 ? -0.5 * since : since < 2 ? -0.6 : -0.5;
  });
  const StepResponse r = StepResponseOf(t, 1, 100, 0, -0.5);
  EXPECT_NEAR(r.rise_s, 0.9, 0.5 * kDt + 1e-9 + kDt);
  EXPECT_NEAR(r.overshoot, 0.2, 1e-9);
}

TEST(StepResponse, ThatNeverArrivesHasNoRiseTime) {
  const Trajectory t = Made(100, [](int, double, Sample& s) { s.velocity.x() = 0.5; });
  EXPECT_TRUE(std::isnan(StepResponseOf(t, 0, 0, 0, 1).rise_s));
  EXPECT_EQ(StepResponseOf(t, 0, 0, 0, 1).overshoot, 0);
}

}  // namespace
}  // namespace doggo::evaluation
