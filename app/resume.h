// Going on with a training that ended, was stopped, or was killed: what of, and under which
// settings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config.h"

namespace doggo::app {

// A key whose value is not that of the checkpoint.
struct ChangedKey {
  std::string key, before, now;
  bool changeable = false;  // ConfigField::changeable
};

// The keys that differ, in the order of the configuration.
std::vector<ChangedKey> ChangedKeys(Config before, Config now);

struct Resumption {
  std::filesystem::path folder;
  std::filesystem::path checkpoint;  // empty: none was written yet, it begins again
  Config config;
  std::vector<ChangedKey> changes;  // all changeable
  std::string config_before;        // YAML; what the checkpoint was made under
};

// `argument`: a run folder or a checkpoint in it; "": the newest run in runs/ with a checkpoint.
// The configuration is the folder's config.yaml, else the checkpoint's own, with the overrides.
// Throws std::runtime_error in one sentence: no such run; a damaged checkpoint; changed keys that
// would not fit its state, each by name.
Resumption PlanResumption(const std::string& argument, const std::vector<std::string>& overrides);

}  // namespace doggo::app
