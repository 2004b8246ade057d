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

WalkingTests::WalkingTests(const Config& config, const std::vector<std::string>& metric_names)
    : config_(config),
      linear_error_(
          static_cast<size_t>(std::find(metric_names.begin(), metric_names.end(), "linear_error") -
                              metric_names.begin())) {}

bool WalkingTests::IsDue(const agent::IterationReport& report) {
  if (report.episodes > 0) {
    const double weight = std::min(1.0, 0.05 * report.episodes);
    training_error_ += weight * (report.episode_metrics[linear_error_] - training_error_);
  }
  const auto steps = static_cast<double>(report.env_steps);
  const double every = config_.train.test_every / (walks_ ? 1 : kTestsBeforeWalking);
  if (config_.train.test_every <= 0 || steps - tested_at_ < every) return false;
  if (!walks_ && training_error_ >= kTryWalkingBelow) return false;
  tested_at_ = steps;
  return true;
}

Tracking WalkingTests::Run(const agent::Policy& policy, agent::WorkerPool& pool) {
  const Tracking test = EvaluateTracking(policy, config_.world, QuickTest(config_.evaluation),
                                         SourceRoot().string(), pool, walks_ ? 1000 : 0);
  walks_ |= test.linear_rmse <= kWalkingLinear && test.yaw_rmse <= kWalkingYaw && test.falls == 0;
  return test;
}

}  // namespace doggo::app
