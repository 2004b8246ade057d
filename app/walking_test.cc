#include "app/walking_test.h"

#include <algorithm>

namespace doggo::app {
namespace {

constexpr int kTestsBeforeWalking = 6;     // instead of one
constexpr double kTryWalkingBelow = 0.30;  // m/s, mean error of the training's own episodes
constexpr int kEpisodes = 64;
constexpr double kEpisodeLength = 10;  // s

EvaluationConfig QuickTest(const EvaluationConfig& full) {
  EvaluationConfig quick = full;
  quick.episodes = std::min(full.episodes, kEpisodes);
  quick.episode_length = std::min(full.episode_length, kEpisodeLength);
  quick.seed = full.seed + 1;
  return quick;
}

}  // namespace

bool IsTestDue(const Config& config, const std::vector<std::string>& metric_names,
               const agent::IterationReport& report, WalkingTests& tests) {
  if (report.episodes > 0) {
    const auto row = std::find(metric_names.begin(), metric_names.end(), "linear_error");
    const double error = report.episode_metrics[row - metric_names.begin()];
    tests.training_error += std::min(1.0, 0.05 * report.episodes) * (error - tests.training_error);
  }
  const auto steps = static_cast<double>(report.env_steps);
  const double every = config.train.test_every / (tests.walks ? 1 : kTestsBeforeWalking);
  if (config.train.test_every <= 0 || steps - tests.tested_at < every) return false;
  if (!tests.walks && tests.training_error >= kTryWalkingBelow) return false;
  tests.tested_at = steps;
  return true;
}

WalkingTest TestWalking(const agent::Policy& policy, const Config& config, agent::WorkerPool& pool,
                        WalkingTests& tests) {
  const bool to_the_end =
      tests.walks || tests.tested_at - tests.completed_at >= config.train.test_every;
  WalkingTest test;
  test.tracking = EvaluateTracking(policy, config.world, QuickTest(config.evaluation),
                                   SourceRoot().string(), pool, to_the_end ? kEpisodes : 0);
  test.complete = to_the_end || test.tracking.falls == 0;
  if (test.complete) tests.completed_at = tests.tested_at;
  tests.walks |= test.tracking.linear_rmse <= kWalkingLinear &&
                 test.tracking.yaw_rmse <= kWalkingYaw && test.tracking.falls == 0;
  return test;
}

Tracking TestCompletely(const agent::Policy& policy, const Config& config,
                        agent::WorkerPool& pool) {
  return EvaluateTracking(policy, config.world, QuickTest(config.evaluation), SourceRoot().string(),
                          pool, kEpisodes);
}

}  // namespace doggo::app
