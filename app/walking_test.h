// The tests on the way of a training: does the policy walk yet?
//
// A policy walks when, over held-out episodes in the reference physics (fewer and shorter than
// those of the final evaluation, other random numbers: by default 64 of 10 s), it follows commands
// to kWalkingLinear and kWalkingYaw (root mean squares) and no robot falls.
#pragma once

#include <string>
#include <vector>

#include "agent/training/trainer.h"
#include "app/config.h"

namespace doggo::app {

inline constexpr double kWalkingLinear = 0.20, kWalkingYaw = 0.20;  // m/s, rad/s

// What the tests remember from one iteration to the next.
struct WalkingTests {
  double tested_at = 0;     // environment steps
  double completed_at = 0;  // environment steps, at the last complete test
  bool walks = false;       // a policy has passed
};

// Is a test due after so many environment steps? To be asked once after every iteration. Until the
// first policy walks, tests come more often.
bool IsTestDue(const Config& config, int64_t env_steps, WalkingTests& tests);

struct WalkingTest {
  Tracking tracking;
  // All its episodes went to their ends: if not, its errors are those of the look, or only those up
  // to the first fall, and depend on the threads.
  bool complete = false;
};

// Until the first policy walks, a test begins with a look at a few robots for some seconds, and
// ends as soon as one falls, but for one test in every train.test_every steps.
WalkingTest TestWalking(const agent::Policy& policy, const Config& config, agent::WorkerPool& pool,
                        WalkingTests& tests);

// A complete test of a policy, whatever was tested before.
Tracking TestCompletely(const agent::Policy& policy, const Config& config, agent::WorkerPool& pool);

}  // namespace doggo::app
