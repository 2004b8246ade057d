#include "agent/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/config_fields.h"

namespace doggo::agent {
namespace {

constexpr double kRate = 0.4, kFinal = 0.1, kTotal = 100;

ScheduleConfig Kind(const std::string& kind) {
  ScheduleConfig config;
  config.kind = kind;
  config.rate = kRate;
  config.final_rate = kFinal;
  config.every = 10;
  return config;
}

double At(const ScheduleConfig& config, double t) { return RateAt(config, t, kTotal); }

TEST(Schedule, ConstantStaysAsItIs) {
  for (double t : {1, 50, 100}) EXPECT_EQ(At(Kind("constant"), t), kRate);
}

TEST(Schedule, StepHoldsEveryHeightForAsManyUpdates) {
  const ScheduleConfig config = Kind("step");
  for (double t : {1, 10}) EXPECT_EQ(At(config, t), 0.4) << t;
  for (double t : {11, 20}) EXPECT_EQ(At(config, t), 0.2) << t;
  for (double t : {21, 30}) EXPECT_EQ(At(config, t), 0.1) << t;
  EXPECT_DOUBLE_EQ(At(config, 100), 0.4 / 512);
}

// Lee et al. 2020, table S8: 5e-4 * 0.995^(updates / 100).
TEST(Schedule, ExponentialFallsByTheFactorOnceInSoManyUpdates) {
  ScheduleConfig config = Kind("exponential");
  EXPECT_DOUBLE_EQ(At(config, 10), 0.2);
  EXPECT_DOUBLE_EQ(At(config, 5), 0.4 / std::sqrt(2));
  EXPECT_DOUBLE_EQ(At(config, 100), 0.4 / 1024);
  config.rate = 5e-4;
  config.factor = 0.995;
  config.every = 100;
  EXPECT_DOUBLE_EQ(At(config, 100), 4.975e-4);
  EXPECT_DOUBLE_EQ(RateAt(config, 200, 1000), 4.950125e-4);
}

TEST(Schedule, PolynomialFallsAsItsPower) {
  ScheduleConfig config = Kind("polynomial");
  EXPECT_DOUBLE_EQ(At(config, 10), 0.37);
  EXPECT_DOUBLE_EQ(At(config, 50), 0.25);
  config.power = 2;
  EXPECT_DOUBLE_EQ(At(config, 50), 0.1 + 0.3 / 4);
  EXPECT_DOUBLE_EQ(At(config, 90), 0.1 + 0.3 / 100);
}

// cos of 60, 90 and 120 degrees.
TEST(Schedule, CosineFallsAsHalfAWave) {
  ScheduleConfig config = Kind("cosine");
  EXPECT_DOUBLE_EQ(RateAt(config, 30, 90), 0.1 + 0.3 * 0.75);
  EXPECT_DOUBLE_EQ(RateAt(config, 45, 90), 0.25);
  EXPECT_DOUBLE_EQ(RateAt(config, 60, 90), 0.1 + 0.3 * 0.25);
}

TEST(Schedule, OneCycleRisesAndFalls) {
  const ScheduleConfig config = Kind("one_cycle");
  EXPECT_NEAR(At(config, 1e-9), kRate / 25, 1e-9);
  EXPECT_DOUBLE_EQ(At(config, 15), (kRate / 25 + kRate) / 2);
  EXPECT_DOUBLE_EQ(At(config, 30), kRate);
  EXPECT_DOUBLE_EQ(At(config, 65), 0.25);
  for (int t = 2; t <= 100; ++t) {
    if (t <= 30) {
      EXPECT_GT(At(config, t), At(config, t - 1)) << t;
    } else {
      EXPECT_LT(At(config, t), At(config, t - 1)) << t;
    }
  }
}

// eta0 min(t^-1/2, t T_w^-3/2) T_w^1/2 (Vaswani et al. 2017, equation 3)
TEST(Schedule, InverseSquareRootIsThatOfTheTransformer) {
  ScheduleConfig config = Kind("inverse_square_root");
  for (double warmup : {1, 4, 25}) {
    config.warmup = warmup;
    for (double t = 1; t <= kTotal; ++t) {
      EXPECT_NEAR(
          At(config, t),
          kRate * std::min(std::pow(t, -0.5), t * std::pow(warmup, -1.5)) * std::sqrt(warmup),
          1e-15)
          << warmup << ", " << t;
    }
  }
  config.warmup = 4;
  EXPECT_DOUBLE_EQ(At(config, 100), kRate / 5);
  config.warmup = 0;
  EXPECT_DOUBLE_EQ(At(config, 1), kRate);
  EXPECT_DOUBLE_EQ(At(config, 100), kRate / 10);
}

TEST(Schedule, LastUpdateHasExactlyTheFinalRate) {
  for (const char* kind : {"polynomial", "cosine", "one_cycle"}) {
    ScheduleConfig config = Kind(kind);
    for (double warmup : {0, 7}) {
      config.warmup = warmup;
      for (double total : {10, 100, 99999}) {
        EXPECT_EQ(RateAt(config, total, total), kFinal) << kind;
        EXPECT_EQ(RateAt(config, total + 1, total), kFinal) << kind;
        EXPECT_GT(RateAt(config, total - 1, total), kFinal) << kind;
      }
    }
  }
}

TEST(Schedule, WarmupRisesInEqualStepsToTheRate) {
  ScheduleConfig config = Kind("constant");
  config.warmup = 8;
  EXPECT_DOUBLE_EQ(At(config, 1), kRate / 8);
  EXPECT_DOUBLE_EQ(At(config, 6), kRate * 0.75);
  EXPECT_EQ(At(config, 8), kRate);
  EXPECT_EQ(At(config, 9), kRate);
}

TEST(Schedule, OwnClockStartsAfterTheWarmup) {
  for (const std::string& kind : ScheduleNames()) {
    if (kind == "inverse_square_root") continue;  // its formula knows of the warm-up
    const ScheduleConfig plain = Kind(kind);
    ScheduleConfig warmed = plain;
    warmed.warmup = 20;
    for (double t : {1, 10, 11, 40, 80}) {
      EXPECT_DOUBLE_EQ(RateAt(warmed, 20 + t, 120), RateAt(plain, t, 100)) << kind;
    }
  }
}

TEST(Schedule, FallsAllTheWayOnceWarm) {
  for (const std::string& kind : ScheduleNames()) {
    if (kind == "one_cycle") continue;
    ScheduleConfig config = Kind(kind);
    config.warmup = 10;
    for (int t = 2; t <= 100; ++t) {
      if (t <= 10) {
        EXPECT_GT(At(config, t), At(config, t - 1)) << kind << ", " << t;
      } else {
        EXPECT_LE(At(config, t), At(config, t - 1)) << kind << ", " << t;
      }
    }
    EXPECT_EQ(At(config, 10), kRate) << kind;
  }
}

TEST(Schedule, NothingButWarmupIsWarmup) {
  for (const std::string& kind : ScheduleNames()) {
    ScheduleConfig config = Kind(kind);
    config.warmup = 200;
    EXPECT_DOUBLE_EQ(At(config, 100) / At(config, 50), 2) << kind;
  }
}

TEST(Schedule, UnknownKindIsRefusedNamingTheKnownOnes) {
  try {
    At(Kind("linear"), 1);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("'linear' (known: constant, step,"), std::string::npos)
        << error.what();
  }
}

TEST(Schedule, FieldsAreWellFormed) {
  ScheduleConfig config;
  test::ExpectWellFormed(Fields(config));
  EXPECT_EQ(Fields(config).size(), 7u);
}

}  // namespace
}  // namespace doggo::agent
