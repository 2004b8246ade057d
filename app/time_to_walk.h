// How long it takes from nothing to a policy that walks (walking_test.h), seed by seed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"

namespace doggo::app {

struct FirstWalk {
  int seed = 0;
  double seconds = 0;  // from the start of the program until the policy was saved, tests excluded
  int64_t steps = 0;   // of all environments
  bool walks = false;  // if not, the training ended before
};

// Trains as `train` does, in this process, until a tested policy walks and is saved (in a temporary
// folder). seconds_before: what the program took to come to its first line. None where `stop` asked
// to end.
std::optional<FirstWalk> TimeToWalk(const Config& config, double seconds_before,
                                    const std::function<bool()>& stop);

// Over seeds; one that never walks counts as infinitely long.
double MedianSeconds(const std::vector<FirstWalk>& walks);
double MedianSteps(const std::vector<FirstWalk>& walks);

// {"median_seconds":..., "median_steps":..., "seeds":[{"seed":1,"seconds":...,"steps":...,
// "walks":true}]}; null for a median that is infinite.
std::string ToJson(const std::vector<FirstWalk>& walks);

// A table for people.
std::string FirstWalkTable(const std::vector<FirstWalk>& walks);

}  // namespace doggo::app
