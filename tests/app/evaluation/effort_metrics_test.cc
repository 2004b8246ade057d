#include "app/evaluation/effort_metrics.h"

#include <gtest/gtest.h>

#include "tests/app/evaluation/made_trajectories.h"

namespace doggo::evaluation {
namespace {

// 1 m/s along x; 2 J of work a step = 100 W; 10 N m at 3 rad/s in joint 0 gives, in joint 1 takes.
Trajectory Steady() {
  return Made(51, [](int k, double, Sample& s) {
    s.position.x() = k * kDt;
    s.work = 2;
    s.torque[0] = 10;
    s.torque[1] = -10;
    s.qd[0] = s.qd[1] = 3;
  });
}

TEST(Effort, OfASteadyWalkIsKnown) {
  const Effort e = EffortOf(Steady(), 0, /*torque_limit=*/80, /*speed_limit=*/8);
  EXPECT_NEAR(e.time, 1, 1e-12);
  EXPECT_NEAR(e.mean_speed(), 1, 1e-12);
  EXPECT_NEAR(e.power(), 100, 1e-9);
  EXPECT_NEAR(e.positive_power(), 30, 1e-9);
  EXPECT_NEAR(e.cost_of_transport(/*mass=*/20), 100 / (20 * 9.81), 1e-9);
  EXPECT_NEAR(e.torque_rms(), std::sqrt(200.0 / 12), 1e-9);
  // two of twelve joints at 10 N m, in the bin from 10 to 12; the others at rest
  EXPECT_NEAR(e.torque.Quantile(0.99), 12, 1e-9);
  EXPECT_NEAR(e.torque.Quantile(0.5), 2, 1e-9);
}

TEST(Effort, AddsUpOverRobots) {
  Effort sum = NoEffort(80, 8);
  sum.Add(EffortOf(Steady(), 0, 80, 8));
  sum.Add(EffortOf(Steady(), 0, 80, 8));
  EXPECT_NEAR(sum.time, 2, 1e-12);
  EXPECT_NEAR(sum.power(), 100, 1e-9);
  EXPECT_EQ(sum.torque.total(), 2 * 50 * 12);
}

TEST(Effort, LeavesOutWhatIsBeforeTheFirstSample) {
  EXPECT_NEAR(EffortOf(Steady(), 26, 80, 8).time, 0.5, 1e-12);
  EXPECT_EQ(EffortOf(Trajectory{}, 0, 80, 8).time, 0);
}

}  // namespace
}  // namespace doggo::evaluation
