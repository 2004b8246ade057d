#include "app/best_policy.h"

#include "app/walking_test.h"

namespace doggo::app {
namespace {

double Error(const TestedPolicy& policy) {
  return policy.linear_rmse / kWalkingLinear + policy.yaw_rmse / kWalkingYaw;
}

}  // namespace

TestedPolicy TestedAs(const Tracking& test, int64_t iteration, int64_t env_steps) {
  return {.iteration = iteration,
          .env_steps = env_steps,
          .falls = test.falls,
          .episodes = test.episodes,
          .linear_rmse = test.linear_rmse,
          .yaw_rmse = test.yaw_rmse};
}

bool IsBetter(const TestedPolicy& a, const TestedPolicy& b) {
  return a.falls != b.falls ? a.falls < b.falls : Error(a) < Error(b);
}

}  // namespace doggo::app
