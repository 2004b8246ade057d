#include "app/evaluation/calm_metrics.h"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/app/evaluation/made_trajectories.h"

namespace doggo::evaluation {
namespace {

using std::numbers::pi;

// Drift counts from the end of the first second: at 1 cm/s for 20 s that is 19 cm.
TEST(Calm, DriftIsFromTheFirstSecondToTheLast) {
  const Trajectory t = Made(1000, [](int, double time, Sample& s) {
    s.position = {0.01 * time, 0, 7};
  });
  EXPECT_NEAR(CalmOf(t, 10).drift, 0.19, 1e-9);
}

// One joint of twelve swings at 10 Hz by 0.05 rad: rms 0.05 / sqrt(2 * 12); its speed's mean over
// 0.2 s, two periods, is zero. At 0.5 Hz it is no trembling.
TEST(Calm, TellsTremblingFromSlowMotion) {
  const auto swing = [](double frequency) {
    return Made(1000, [=](int, double time, Sample& s) {
      s.q[4] = 0.3 + 0.05 * std::sin(2 * pi * frequency * time);
      s.qd[4] = 0.05 * 2 * pi * frequency * std::cos(2 * pi * frequency * time);
    });
  };
  const Calm fast = CalmOf(swing(10), 10), slow = CalmOf(swing(0.5), 10);
  EXPECT_NEAR(fast.joint_motion, 0.05 / std::sqrt(24), 1e-6);
  EXPECT_NEAR(fast.trembling, 0.05 * 2 * pi * 10 / std::sqrt(24), 0.01);
  EXPECT_NEAR(slow.joint_motion, 0.05 / std::sqrt(24), 1e-6);
  EXPECT_LT(slow.trembling, 0.03 * 0.05 * 2 * pi * 0.5);
}

// Off by 1 m/s for a second after the push, then not at all: the mean over 0.5 s falls below
// 0.15 m/s when less than 15 % of its window is still off, 0.18 s later.
TEST(RecoveryTime, IsUntilTheMeanErrorIsSmallForGood) {
  const Trajectory t =
      Made(300, [](int k, double, Sample& s) { s.velocity.x() = k >= 100 && k < 150 ? 1 : 0; });
  EXPECT_NEAR(RecoveryTime(t, 100), 1 + 0.18, 0.03);
}

TEST(RecoveryTime, OfARobotThatFellOrNeverRecoversIsNone) {
  Trajectory t = Made(100, [](int, double, Sample&) {});
  EXPECT_EQ(RecoveryTime(t, 10), 0);
  t.fell = true;
  EXPECT_TRUE(std::isnan(RecoveryTime(t, 10)));
  EXPECT_TRUE(
      std::isnan(RecoveryTime(Made(100, [](int, double, Sample& s) { s.velocity.x() = 1; }), 10)));
}

}  // namespace
}  // namespace doggo::evaluation
