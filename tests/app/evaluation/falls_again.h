// Shared by tests of suites: a failure that was kept happens again when it is replayed.
#pragma once

#include <gtest/gtest.h>

#include "app/evaluation/drill.h"
#include "sim/environment/replayer.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::evaluation {

// The robot falls in the last of the recorded steps, and in none before.
inline void ExpectFallsAgain(const Failure& failure) {
  const sim::LocomotionTask task(*failure.world, DOGGO_SOURCE_DIR, 1);
  sim::Replayer replayer(task, failure.replay);
  sim::Outcome outcome;
  while (!replayer.at_end()) {
    EXPECT_FALSE(outcome.terminated) << failure.id;
    outcome = replayer.Step();
  }
  EXPECT_TRUE(outcome.terminated) << failure.id;
}

}  // namespace doggo::evaluation
