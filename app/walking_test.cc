#include "app/walking_test.h"

#include <algorithm>

namespace doggo::app {
namespace {

constexpr int kTestsBeforeWalking = 6;  // instead of one
constexpr int kEpisodes = 64;
constexpr double kEpisodeLength = 10;  // s
// A look before the test: most policies that do not walk yet show it at once.
constexpr int kLookEpisodes = 16;
constexpr double kLookLength = 3, kLookErrors = 1.5;  // s; times the errors of the test

EvaluationConfig QuickTest(const EvaluationConfig& full) {
  EvaluationConfig quick = full;
  quick.episodes = std::min(full.episodes, kEpisodes);
  quick.episode_length = std::min(full.episode_length, kEpisodeLength);
  quick.seed = full.seed + 1;
  return quick;
}

Tracking Look(const agent::Policy& policy, const Config& config, agent::WorkerPool& pool) {
  EvaluationConfig look = QuickTest(config.evaluation);
  look.episodes = std::min(look.episodes, kLookEpisodes);
  look.episode_length = std::min(look.episode_length, kLookLength);
  return EvaluateTracking(policy, config.world, look, SourceRoot().string(), pool, 0);
}

bool IsWalking(const Tracking& test, double factor = 1) {
  return test.linear_rmse <= factor * kWalkingLinear && test.yaw_rmse <= factor * kWalkingYaw &&
         test.falls == 0;
}

}  // namespace

bool IsTestDue(const Config& config, int64_t env_steps, WalkingTests& tests) {
  const auto steps = static_cast<double>(env_steps);
  const double every = config.train.test_every / (tests.walks ? 1 : kTestsBeforeWalking);
  if (config.train.test_every <= 0 || steps - tests.tested_at < every) return false;
  tests.tested_at = steps;
  return true;
}

WalkingTest TestWalking(const agent::Policy& policy, const Config& config, agent::WorkerPool& pool,
                        WalkingTests& tests) {
  const bool to_the_end =
      tests.walks || tests.tested_at - tests.completed_at >= config.train.test_every;
  WalkingTest test;
  if (!to_the_end) {
    test.tracking = Look(policy, config, pool);
    if (!IsWalking(test.tracking, kLookErrors)) return test;
  }
  test.tracking = EvaluateTracking(policy, config.world, QuickTest(config.evaluation),
                                   SourceRoot().string(), pool, to_the_end ? kEpisodes : 0);
  test.complete = to_the_end || test.tracking.falls == 0;
  if (test.complete) tests.completed_at = tests.tested_at;
  tests.walks |= IsWalking(test.tracking);
  return test;
}

Tracking TestCompletely(const agent::Policy& policy, const Config& config,
                        agent::WorkerPool& pool) {
  return EvaluateTracking(policy, config.world, QuickTest(config.evaluation), SourceRoot().string(),
                          pool, kEpisodes);
}

}  // namespace doggo::app
