#include "agent/optim/kl_adaptive_rate.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/config_fields.h"

namespace doggo::agent {
namespace {

constexpr double kTarget = 0.01;
const KlAdaptiveRateConfig kConfig = {.adaptive = true,
                                      .initial = 1e-3,
                                      .min = 1e-5,
                                      .max = 1e-2,
                                      .factor = 1.5,
                                      .target_kl = 0.03,
                                      .final_kl = 0.01,
                                      .kl_anneal_steps = 1000};

TEST(KlAdaptiveRate, TooLargeAStepLowersTheRate) {
  EXPECT_DOUBLE_EQ(AdaptRate(kConfig, kTarget, 0.021, 1e-3), 1e-3 / 1.5);
}

TEST(KlAdaptiveRate, TooSmallAStepRaisesTheRate) {
  EXPECT_DOUBLE_EQ(AdaptRate(kConfig, kTarget, 0.0049, 1e-3), 1e-3 * 1.5);
  EXPECT_DOUBLE_EQ(AdaptRate(kConfig, kTarget, 0, 1e-3), 1e-3 * 1.5);
}

TEST(KlAdaptiveRate, StepOfAboutTheWantedSizeKeepsTheRate) {
  for (double kl : {0.0051, 0.01, 0.0199}) EXPECT_EQ(AdaptRate(kConfig, kTarget, kl, 1e-3), 1e-3);
}

TEST(KlAdaptiveRate, StaysWithinItsBounds) {
  double rate = 1e-3;
  for (int i = 0; i < 100; ++i) rate = AdaptRate(kConfig, kTarget, 1, rate);
  EXPECT_EQ(rate, kConfig.min);
  for (int i = 0; i < 100; ++i) rate = AdaptRate(kConfig, kTarget, 0, rate);
  EXPECT_EQ(rate, kConfig.max);
}

TEST(KlAdaptiveRate, KlThatIsNotFiniteLowersTheRate) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (double kl : {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity}) {
    EXPECT_DOUBLE_EQ(AdaptRate(kConfig, kTarget, kl, 1e-3), 1e-3 / 1.5);
  }
}

TEST(KlAdaptiveRate, StaysWhereItIsWhenSwitchedOff) {
  KlAdaptiveRateConfig config = kConfig;
  config.adaptive = false;
  for (double kl : {0.0, 1.0}) EXPECT_EQ(AdaptRate(config, kTarget, kl, 0.5), 0.5);
}

TEST(KlAdaptiveRate, WantedKlGoesLinearlyFromStartToEnd) {
  EXPECT_DOUBLE_EQ(TargetKl(kConfig, 0), 0.03);
  EXPECT_DOUBLE_EQ(TargetKl(kConfig, 250), 0.025);
  EXPECT_DOUBLE_EQ(TargetKl(kConfig, 1000), 0.01);
  EXPECT_DOUBLE_EQ(TargetKl(kConfig, 1e9), 0.01);
}

TEST(KlAdaptiveRate, WithoutAnnealingTheEndIsNow) {
  KlAdaptiveRateConfig config = kConfig;
  config.kl_anneal_steps = 0;
  EXPECT_DOUBLE_EQ(TargetKl(config, 0), 0.01);
}

TEST(KlAdaptiveRate, FieldsAreWellFormed) {
  KlAdaptiveRateConfig config;
  test::ExpectWellFormed(Fields(config));
  EXPECT_EQ(Fields(config).size(), 8u);
}

}  // namespace
}  // namespace doggo::agent
