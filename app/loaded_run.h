// What a command that shows or judges a policy works on: the policy, and the configuration of the
// world that it was trained in.
#pragma once

#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "app/config.h"
#include "app/run_folder.h"

namespace doggo::app {

struct LoadedRun {
  RunReference run;
  agent::Policy policy;
  Config config;  // of the run's folder, else of configs/ by the name of the policy's task, else
                  // configs/anymal_flat.yaml; with the overrides
};

// FindRun(argument), loaded. Throws one sentence where there is no policy, or where it does not fit
// the configuration.
LoadedRun LoadRun(const std::string& argument, const std::vector<std::string>& overrides);

}  // namespace doggo::app
