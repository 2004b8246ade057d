// The gait clock and the trot that it drives.
#include "sim/locomotion/gait.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/sim/locomotion/grounds.h"
#include "tests/sim/locomotion/transitions.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;
using std::numbers::pi;

// Standing until now, told to go there, with the clock at this phase.
Transition Told(const Vector3d& command, double phase, const GaitConfig& config = {}) {
  Transition t = Unknown();
  t.command = command;
  t.phase = phase;
  t.idle_time = 10;
  HeedCommand(config, t);
  return t;
}
const Vector3d kAhead(1, 0, 0);
const Vector3d kStill(0, 0, 0);

// Angles that differ by whole turns are the same.
double Difference(double a, double b) { return std::abs(std::remainder(a - b, 2 * pi)); }

TEST(GaitConfig, FieldsCoverTheStructAndBearItsNames) {
  GaitConfig config;
  ExpectFields(config, {{"clock", &config.clock},
                        {"frequency", &config.frequency},
                        {"prior", &config.prior},
                        {"prior_lift", &config.prior_lift},
                        {"settle_time", &config.settle_time},
                        {"restart_speed", &config.restart_speed},
                        {"prior_stride", &config.prior_stride},
                        {"prior_kinematics", &config.prior_kinematics},
                        {"prior_terrain", &config.prior_terrain}});
}

TEST(GaitClock, AdvancesByTwoPiTimesFrequencyTimesStep) {
  for (const double frequency : {1.0, 2.0, 3.3}) {
    const GaitConfig config{.frequency = frequency};
    Transition t = Told(kAhead, 6.0, config);
    for (int step = 1; step <= 200; ++step) {
      AdvanceClock(config, t);
      EXPECT_LT(Difference(t.phase, 6.0 + step * 2 * pi * frequency * 0.02), 1e-9);
      EXPECT_GE(t.phase, 0);
      EXPECT_LT(t.phase, 2 * pi);
    }
  }
}

TEST(GaitClock, StandsStillWhileTheRobotDoes) {
  const GaitConfig config;
  Transition t = Told(kStill, 1.25);
  AdvanceClock(config, t);
  EXPECT_EQ(t.phase, 1.25);
  EXPECT_FALSE(t.swing.any());
}

// 0.5 s after the command it ends at the end of a step: with all four feet on the ground, where the
// phase is 0 or pi.
TEST(GaitClock, RunsOnAfterTheCommandToTheEndOfAStep) {
  const GaitConfig config{.frequency = 2, .settle_time = 0.5};
  for (const double phase : {0.1, 1.9, 3.3, 6.2}) {
    Transition t = Told(kAhead, phase, config);
    t.now.v_H.setZero();
    AdvanceClock(config, t);
    t.command = kStill;
    HeedCommand(config, t);
    int steps = 0;
    while (t.stepping && steps < 100) {
      AdvanceClock(config, t);
      // until its end a step is like any other: always two feet in the air
      EXPECT_EQ(t.swing.count(), t.stepping ? 2 : 0);
      ++steps;
    }
    EXPECT_GT(steps * t.step_dt, 0.5 - 1e-9);
    EXPECT_LE(steps * t.step_dt, 0.5 + 0.25 + 2 * t.step_dt);  // a step takes half a period
    EXPECT_LT(std::abs(std::remainder(t.phase, pi)), 1e-9);
    EXPECT_FALSE(t.swing.any());
    const double stopped_at = t.phase;
    AdvanceClock(config, t);
    EXPECT_EQ(t.phase, stopped_at);
  }
}

// Half a period later, a step ends as well: the mirrors know nothing of stopping.
TEST(GaitClock, StopsAtTheSameTimeInEveryMirror) {
  const GaitConfig config;
  Random random(1, Stream::kTest);
  for (int i = 0; i < 20; ++i) {
    Transition t = RandomTransition(config, random);
    t.command.setZero();
    t.stepping = true;
    t.now.v_H *= 0.1;
    SetLegPhases(config, t);
    for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
      Transition original = t, image = MirrorTransition(reflection, t);
      for (int step = 0; step < 50; ++step) {
        AdvanceClock(config, original);
        AdvanceClock(config, image);
        EXPECT_EQ(image.stepping, original.stepping);
        const Transition expected = MirrorTransition(reflection, original);
        for (int leg = 0; leg < kNumLegs; ++leg) {
          EXPECT_LT(Difference(image.leg_phase[leg], expected.leg_phase[leg]), 1e-9);
        }
      }
      EXPECT_FALSE(original.stepping);
    }
  }
}

TEST(GaitClock, StartsAgainWhereAStandingRobotIsPushed) {
  const GaitConfig config{.restart_speed = 0.3};
  Transition t = Told(kStill, 0, config);
  t.now.v_H = {0.2, -0.2, 5};
  AdvanceClock(config, t);
  EXPECT_FALSE(t.stepping);
  t.now.v_H = {0.22, -0.22, 0};
  AdvanceClock(config, t);
  EXPECT_TRUE(t.stepping);
  EXPECT_TRUE(t.swing.any());
}

// |vx| + |vy| + |wz| < 1e-3 is standing.
TEST(GaitClock, RunsForTheSmallestCommandInAnyDirection) {
  const GaitConfig config;
  for (const Vector3d& direction : {Vector3d(1, 0, 0), Vector3d(0, -1, 0), Vector3d(0, 0, 1)}) {
    Transition t = Told(0.002 * direction, 1);
    AdvanceClock(config, t);
    EXPECT_GT(t.phase, 1);
    t = Told(0.0009 * direction, 1);
    AdvanceClock(config, t);
    EXPECT_EQ(t.phase, 1);
  }
}

TEST(GaitClock, IsOffWhereTheConfigurationSaysSo) {
  const GaitConfig config{.clock = false};
  Transition t = Told(kAhead, 1.25, config);
  AdvanceClock(config, t);
  EXPECT_EQ(t.phase, 1.25);
  EXPECT_FALSE(t.swing.any());
}

TEST(Trot, DiagonalLegsGoTogetherAndTheOthersHalfAPeriodLater) {
  for (double phase = 0.05; phase < 2 * pi; phase += 0.1) {
    const Transition t = Told(kAhead, phase);
    EXPECT_LT(Difference(t.leg_phase[0], phase), 1e-12);       // LF follows the clock
    EXPECT_LT(Difference(t.leg_phase[3], phase), 1e-12);       // RH with it
    EXPECT_LT(Difference(t.leg_phase[1], phase + pi), 1e-12);  // RF
    EXPECT_LT(Difference(t.leg_phase[2], phase + pi), 1e-12);  // LH
    EXPECT_GE(t.leg_phase.minCoeff(), 0);
    EXPECT_LT(t.leg_phase.maxCoeff(), 2 * pi);
    for (int leg = 0; leg < kNumLegs; ++leg) {
      EXPECT_EQ(t.swing[leg], std::sin(t.leg_phase[leg]) > 0);
    }
    EXPECT_NE(t.swing[0], t.swing[1]);
  }
}

// 25 control steps make a period of 0.5 s, so 1000 steps make 40.
TEST(Trot, EveryLegSwingsHalfOfTheTime) {
  const GaitConfig config;
  Transition t = Told(kAhead, 0.1);
  Eigen::Array<int, kNumLegs, 1> swings = Eigen::Array<int, kNumLegs, 1>::Zero();
  for (int step = 0; step < 1000; ++step) {
    AdvanceClock(config, t);
    swings += t.swing.cast<int>();
  }
  // of the 25 phases of a period 12 or 13 lie in the first half
  EXPECT_GE(swings.minCoeff(), 40 * 12);
  EXPECT_LE(swings.maxCoeff(), 40 * 13);
}

TEST(Trot, StandingEveryLegIsInTheMiddleOfItsStance) {
  const Transition t = Told(kStill, 0.7);
  EXPECT_FALSE(t.swing.any());
  EXPECT_TRUE((t.leg_phase == 1.5 * pi).all());
}

// --- the prior

// Straight ahead, in constants worked out by hand in the plane of a leg: dx = 0.8 ux Ts/2 k, dz =
// 0.12 sin^2 theta in swing, Ts = 0.25 s.
Joints PlanarPrior(double vx, double phase) {
  Joints offsets;
  const double leg_offset[] = {0, pi, pi, 0};
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const double sx = leg < 2 ? 1 : -1;
    const double theta = std::fmod(phase + leg_offset[leg], 2 * pi);
    const bool swing = std::sin(theta) > 0;
    const double k = swing ? -std::cos(theta) : 1 - 2 * (theta - pi) / pi;
    const double dz = swing ? 0.12 * std::sin(theta) * std::sin(theta) : 0;
    const double X = 0.8 * vx * 0.25 / 2 * k * sx;
    const double da = (-0.2039 * X + 0.2563 * dz) / 0.08197;
    const double db = (-0.1110 * X - 0.2625 * dz) / 0.08197;
    offsets.segment<3>(3 * leg) << 0, sx * da, sx * (db - da);
  }
  return offsets;
}

// Those constants have four digits: quotients up to 6.4 / m are good to 3e-3 / m, of feet
// that move by up to 0.16 m.
TEST(TrotPrior, AheadIsThatWorkedOutInThePlaneOfALeg) {
  const Robot robot = LoadAnymal();
  double largest = 0;
  for (const double vx : {-1.0, 0.4, 1.0}) {
    for (double phase = 0.05; phase < 2 * pi; phase += 0.1) {
      const Joints offsets = PriorOffsets({}, robot, Told({vx, 0, 0}, phase), kPlane);
      EXPECT_LT((offsets - PlanarPrior(vx, phase)).cwiseAbs().maxCoeff(), 5e-4);
      largest = std::max(largest, offsets.cwiseAbs().maxCoeff());
    }
  }
  EXPECT_GT(largest, 0.5);  // rad
}

// For small steps the linear inverse is exact, so that the closed form of the kinematics must take
// the feet to where they are wanted: ux = vx - wz fy, uy = vy + wz fx, (fx, fy) the foot's
// place; k from -1 to 1 in swing and back in stance.
TEST(TrotPrior, MovesTheFeetWithTheVelocityOfTheirPlace) {
  const Robot robot = LoadAnymal();
  constexpr double kSmall = 1e-3;
  const GaitConfig config{.prior_lift = 0.12 * kSmall, .prior_stride = 0.8 * kSmall};
  const Vector3d command(0.6, -0.4, 0.9);
  for (double phase = 0.05; phase < 2 * pi; phase += 0.1) {
    const Transition t = Told(command, phase, config);
    const Joints offsets = PriorOffsets(config, robot, t, kPlane);
    for (int leg = 0; leg < kNumLegs; ++leg) {
      const double fx = 0.4527 * kForward[leg], fy = 0.3012 * kLeftward[leg];
      const double theta = t.leg_phase[leg];
      const bool swing = theta < pi;
      const double k = swing ? -std::cos(theta) : 1 - 2 * (theta - pi) / pi;
      const double reach = 0.8 * 0.125 * k;
      const Vector3d expected(reach * (0.6 - 0.9 * fy), reach * (-0.4 + 0.9 * fx),
                              swing ? 0.12 * std::sin(theta) * std::sin(theta) : 0);

      const Vector3d q = robot.default_pose.segment<3>(3 * leg);
      const Vector3d moved =
          FootPosition(leg, q + offsets.segment<3>(3 * leg)) - FootPosition(leg, q);
      // second order: angles up to 6e-4 rad on a leg of 0.6 m give 2e-7 m, here 2e-4
      EXPECT_LT((moved / kSmall - expected).norm(), 5e-4) << kLegNames[leg] << " at " << phase;
    }
  }
}

TEST(TrotPrior, SwingsFromBehindToAheadAndBackOnTheGround) {
  const Robot robot = LoadAnymal();
  const auto foot = [&](double theta) {  // of LF, about its default place
    const Joints offsets = PriorOffsets({}, robot, Told(kAhead, theta), kPlane);
    return Vector3d(robot.leg_inverse[0].inverse() * offsets.head<3>());
  };
  const double reach = 0.8 * 0.25 / 2;  // m, at 1 m/s
  EXPECT_LT((foot(1e-9) - Vector3d(-reach, 0, 0)).norm(), 1e-6);
  EXPECT_LT((foot(pi / 2) - Vector3d(0, 0, 0.12)).norm(), 1e-6);
  EXPECT_LT((foot(pi - 1e-9) - Vector3d(reach, 0, 0)).norm(), 1e-6);
  EXPECT_LT((foot(pi + 1e-9) - Vector3d(reach, 0, 0)).norm(), 1e-6);
  EXPECT_LT((foot(1.5 * pi) - Vector3d(0, 0, 0)).norm(), 1e-6);
}

TEST(TrotPrior, IsZeroWhileStandingOrWithoutClockOrPrior) {
  const Robot robot = LoadAnymal();
  EXPECT_TRUE(PriorOffsets({}, robot, Told(kStill, 1), kPlane).isZero(0));
  for (const GaitConfig& config : {GaitConfig{.clock = false}, GaitConfig{.prior = false}}) {
    EXPECT_TRUE(PriorOffsets(config, robot, Told(kAhead, 1, config), kPlane).isZero(0));
  }
  EXPECT_FALSE(PriorOffsets({}, robot, Told(kAhead, 1), kPlane).isZero(0));
}

// At 1 m/s, in the middle of a swing of 0.25 s: 0.25 m are left, by the formula of PriorRise, and a
// margin of 0.06 m. LF stands 0.1 m behind the origin.
TEST(TrotPrior, LiftsTheFootByTheRiserAhead) {
  const GaitConfig config{.prior_terrain = true};
  const auto rise = [&](double theta, double edge, double height, double heading = 0) {
    const Ground ground = GroundByHand([&](double x, double) { return x > edge ? height : 0.0; });
    Transition t = Told(kAhead, theta, config);
    t.now.p_W.setZero();
    t.now.heading = heading;
    t.now.foot_W.setZero();
    t.now.foot_W.col(0) = Vector3d(-0.1, 0, 0.05);
    t.ground.mean_height = 0;
    t.ground.slope.setZero();
    return PriorRise(config, ground, t, /*leg=*/0, {1, 0});
  };
  EXPECT_NEAR(rise(pi / 2, 0.1, 0.15), 0.15, 1e-7);
  EXPECT_EQ(rise(pi / 2, 0.3, 0.15), 0);      // beyond its way
  EXPECT_EQ(rise(pi / 2, 0.1, 0.15, pi), 0);  // behind it
  EXPECT_EQ(rise(1.5 * pi, 0.1, 0.15), 0);    // in stance it stays on its ground
  EXPECT_NEAR(rise(1.5 * pi, -0.3, 0.15), 0.15, 1e-7);
  EXPECT_EQ(rise(pi / 2, 0.1, 0.6), 0.25);  // no higher than the leg can
  EXPECT_EQ(rise(pi / 2, 0.1, -0.3), 0);    // it does not step down before it is there

  // and the offsets lift the foot by so much
  const Robot robot = LoadAnymal();
  const Ground step = GroundByHand([](double, double) { return 0.1; });
  Transition t = Told(kAhead, pi / 2, config);
  t.now.p_W.setZero();
  t.now.heading = 0;
  t.now.foot_W.setZero();
  t.ground.mean_height = 0;
  t.ground.slope.setZero();
  const Joints lifted = PriorOffsets(config, robot, t, step) - PriorOffsets({}, robot, t, step);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Vector3d shift = robot.leg_inverse[leg].inverse() * lifted.segment<3>(3 * leg);
    EXPECT_LT((shift - Vector3d(0, 0, 0.1)).norm(), 1e-7) << kLegNames[leg];
  }
}

// Exactly in both mirrors: the legs are exact images of each other.
TEST(TrotPrior, OfTheMirroredStepIsTheMirroredPrior) {
  const Robot robot = LoadAnymal();
  Random random(1, Stream::kTest);
  for (int i = 0; i < 50; ++i) {
    const Transition t = RandomTransition({}, random);
    const Joints offsets = PriorOffsets({}, robot, t, kPlane);
    for (const Reflection reflection : {Reflection::kLeftRight, Reflection::kForeAft}) {
      const Joints image = PriorOffsets({}, robot, MirrorTransition(reflection, t), kPlane);
      EXPECT_LT((image - MirrorJoints(reflection, offsets)).cwiseAbs().maxCoeff(), 1e-12);
    }
  }
}

}  // namespace
}  // namespace doggo::sim
