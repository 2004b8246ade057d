// What exported files are tried on: observations that the policy really meets.
#pragma once

#include <string>

#include "agent/policy/policy.h"
#include "sim/locomotion/config.h"

namespace doggo::app {

struct Recorded {
  Batch obs;     // (policy_dim x 1000)
  Batch action;  // (action_dim x 1000): the policy's own
};

// From a hundred robots that follow the policy for two seconds in the world that it was trained in,
// with its commands, noise and randomisation; the same ones at every call. Falls do not end it.
Recorded RecordObservations(const agent::Policy& policy, const sim::LocomotionConfig& world,
                            const std::string& root);

}  // namespace doggo::app
