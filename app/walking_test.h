// The tests on the way of a training: does the policy walk yet?
//
// A policy walks when, over held-out episodes in the reference physics (fewer and shorter than
// those of the final evaluation, other random numbers: by default 64 of 10 s), it follows commands
// to kWalkingLinear and kWalkingYaw (root mean squares) and no robot falls.
#pragma once

#include "agent/training/trainer.h"
#include "app/config.h"

namespace doggo::app {

inline constexpr double kWalkingLinear = 0.20, kWalkingYaw = 0.20;  // m/s, rad/s

class WalkingTests {
 public:
  // metric_names: of the environments that train.
  WalkingTests(const Config& config, const std::vector<std::string>& metric_names);

  // To be asked once after every iteration. Until the first policy walks, tests come more often,
  // but not before training itself follows commands somewhat.
  bool IsDue(const agent::IterationReport& report);

  // Ends as soon as a robot falls, until the first policy walks.
  Tracking Run(const agent::Policy& policy, agent::WorkerPool& pool);
  // Has a policy passed yet?
  bool walks() const { return walks_; }

 private:
  const Config& config_;
  size_t linear_error_;        // its row among the metrics
  double training_error_ = 1;  // m/s, a slow mean over training's own episodes
  double tested_at_ = 0;       // environment steps
  bool walks_ = false;
};

}  // namespace doggo::app
