// The best policy of a training so far, by the tests on the way (walking_test.h): the fewest falls,
// then the smallest error. It is kept as best_policy.safetensors in the run's folder, beside
// policy.safetensors, the last one, which is what the other commands take for a run.
#pragma once

#include <cstdint>

#include "app/evaluation.h"

namespace doggo::app {

inline constexpr char kBestPolicyFile[] = "best_policy.safetensors";

// What a complete test has found of a policy.
struct TestedPolicy {
  int64_t iteration = 0, env_steps = 0;  // when it was tested
  int falls = 0, episodes = 0;
  double linear_rmse = 0, yaw_rmse = 0;  // m/s, rad/s
  bool operator==(const TestedPolicy&) const = default;
};
TestedPolicy TestedAs(const Tracking& test, int64_t iteration, int64_t env_steps);

// Fewer falls; with as many, a smaller sum of both errors as shares of those that still count as
// walking.
bool IsBetter(const TestedPolicy& a, const TestedPolicy& b);

}  // namespace doggo::app
