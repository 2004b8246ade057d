// What ./doggo fit is asked to do: fit a network to examples, or send optimisers down a surface.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/fitting/fit.h"
#include "sim/interface/config_field.h"

namespace doggo::app {

struct ExamplesConfig {
  std::string source = "csv";  // csv, digits
  std::string file;            // csv: beside the configuration, or in the working directory
  std::vector<std::string> inputs, targets;  // csv: columns
  std::string label;                         // csv: a column of classes, instead of targets
  int examples = 5000;                       // digits: how many are made
  double validation_share = 0.2;
  int folds = 0;  // of cross-validation; 0: none
};

struct SurfaceConfig {
  std::string name = "none";  // none: fit a network
  std::vector<std::string> methods = agent::OptimizerNames();
  int steps = 100;
};

struct FittingConfig {
  std::string name = "fit";
  int seed = 1;
  std::string folder;  // "": runs/<time>_<name>
  ExamplesConfig data;
  SurfaceConfig surface;
  agent::FitConfig fit;
};
ConfigFields Fields(FittingConfig& config);

// The defaults, the file, then the overrides, as LoadConfig (config.h). Throws ConfigError.
FittingConfig LoadFittingConfig(const std::filesystem::path& file,
                                const std::vector<std::string>& overrides);

}  // namespace doggo::app
