#include "agent/data/early_stopping.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/support/config_fields.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A fit whose loss after epoch e is losses[e], and its only parameter e.
struct ScriptedFit {
  EarlyStopping state;
  int last_epoch = -1;  // in which it stopped, or the last of all
  bool stopped = false;
};
ScriptedFit Fit(const EarlyStoppingConfig& config, const std::vector<double>& losses) {
  ScriptedFit fit;
  for (const double loss : losses) {
    const int epoch = ++fit.last_epoch;
    const double before = fit.state.best_loss;
    const bool improved = Update(config, loss, epoch, Vector::Constant(1, epoch), fit.state);
    EXPECT_EQ(improved, loss < before) << "epoch " << epoch;
    fit.stopped = !WhyStop(config, epoch, fit.state).empty();
    if (fit.stopped) break;
  }
  return fit;
}

double Restored(const ScriptedFit& fit) {
  Vector theta = Vector::Constant(1, -7);
  RestoreBest(fit.state, theta);
  return theta[0];
}

TEST(EarlyStopping, StopsAfterPatienceEpochsWithoutProgress) {
  //                                                  best          1  2  3
  const ScriptedFit fit = Fit({.patience = 3, .min_delta = 0}, {5, 4, 4.5, 3, 3, 8, 3.5, 1});
  EXPECT_TRUE(fit.stopped);
  EXPECT_EQ(fit.last_epoch, 6);
  EXPECT_EQ(fit.state.best_epoch, 3);
  EXPECT_EQ(fit.state.best_loss, 3);
  EXPECT_EQ(Restored(fit), 3);
}

TEST(EarlyStopping, GoesOnWhileTheLossFalls) {
  const ScriptedFit fit = Fit({.patience = 1, .min_delta = 0}, {5, 4, 3, 2, 1, 0, -1, -2});
  EXPECT_FALSE(fit.stopped);
  EXPECT_EQ(Restored(fit), 7);
}

// Every loss is 0.1 lower than the last: with min_delta 0.25, progress is made in epochs 0, 3, 6;
// the best is kept all the same.
TEST(EarlyStopping, CountsSmallStepsTogetherAndKeepsTheBestOfThem) {
  const std::vector<double> losses = {9.0, 8.9, 8.8, 8.7, 8.6, 8.5, 8.4, 8.3};
  const ScriptedFit patient = Fit({.patience = 3, .min_delta = 0.25}, losses);
  EXPECT_FALSE(patient.stopped);
  EXPECT_EQ(patient.state.progress_epoch, 6);
  EXPECT_EQ(Restored(patient), 7);

  const ScriptedFit impatient = Fit({.patience = 2, .min_delta = 0.25}, losses);
  EXPECT_TRUE(impatient.stopped);
  EXPECT_EQ(impatient.last_epoch, 2);
  EXPECT_EQ(Restored(impatient), 2);
}

TEST(EarlyStopping, ANanIsNoImprovementAndDoesNotHideALaterOne) {
  const ScriptedFit fit = Fit({.patience = 2, .min_delta = 0}, {kNan, 4, kNan, 3, kNan, kInfinity});
  EXPECT_TRUE(fit.stopped);
  EXPECT_EQ(fit.last_epoch, 5);
  EXPECT_EQ(Restored(fit), 3);
}

TEST(EarlyStopping, WithoutAnyImprovementStopsAndLeavesTheParameters) {
  for (const double loss : {kNan, kInfinity}) {
    const ScriptedFit fit = Fit({.patience = 2, .min_delta = 0}, {loss, loss, loss, loss});
    EXPECT_TRUE(fit.stopped);
    EXPECT_EQ(fit.last_epoch, 1);
    EXPECT_EQ(fit.state.best_epoch, -1);
    EXPECT_EQ(Restored(fit), -7);
  }
}

TEST(EarlyStopping, PatienceZeroNeverStopsEarlyButKeepsTheBest) {
  const ScriptedFit fit = Fit({.patience = 0, .min_delta = 0}, {5, 1, 6, 7, 8, 9, 10});
  EXPECT_FALSE(fit.stopped);
  EXPECT_EQ(Restored(fit), 1);
}

TEST(StopConfig, EveryRuleFiresAlone) {
  const StopConfig config = {.max_epochs = 10, .max_seconds = 60, .loss_threshold = 0.01};
  EXPECT_EQ(WhyStop(config, 9, 59.9, 0.011), "");
  EXPECT_EQ(WhyStop(config, 10, 59.9, 0.011), "max_epochs 10 reached");
  EXPECT_EQ(WhyStop(config, 9, 60, 0.011), "max_seconds 60 reached");
  EXPECT_EQ(WhyStop(config, 9, 59.9, 0.01), "the loss 0.01 reached loss_threshold 0.01");
  EXPECT_EQ(WhyStop(config, 9, 59.9, kNan), "");
}

TEST(StopConfig, ByDefaultOnlyTheEpochsAreLimited) {
  const StopConfig config;
  EXPECT_EQ(WhyStop(config, config.max_epochs - 1, 1e8, -1e6), "");
  EXPECT_NE(WhyStop(config, config.max_epochs, 0, 1), "");
}

TEST(StopConfig, FieldsAreWellFormed) {
  StopConfig stop;
  test::ExpectWellFormed(Fields(stop));
  EXPECT_EQ(Fields(stop).size(), 3u);
  EarlyStoppingConfig early;
  test::ExpectWellFormed(Fields(early));
  EXPECT_EQ(Fields(early).size(), 2u);
}

}  // namespace
}  // namespace doggo::agent
