// An evaluation as a person reads it; and whether a policy can be judged at all in a world.
#pragma once

#include <string>

#include "app/config.h"
#include "app/evaluation.h"

namespace doggo::app {

// Four aligned lines: tracking, falls, standing, effort.
std::string EvaluationTable(const Evaluation& evaluation);

// Throws std::runtime_error naming the file and the differences where the policy does not see, or
// do, what the configured world offers.
void CheckPolicyFits(const agent::Policy& policy, const std::string& file, const Config& config);

}  // namespace doggo::app
