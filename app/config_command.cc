#include <fmt/format.h>

#include <optional>

#include "app/commands.h"
#include "app/config.h"
#include "app/config_file.h"
#include "app/fit_config.h"

namespace doggo::app {
namespace {

// A configuration of ./doggo fit has other keys than one of ./doggo train.
std::optional<FittingConfig> AsFittingConfig(const ConfigOptions& options) {
  try {
    return LoadFittingConfig(options.config, options.overrides);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

int ShowConfig(const ConfigOptions& options) {
  try {
    Config config = LoadConfig(options.config.empty() ? "configs/anymal_flat.yaml" : options.config,
                               options.overrides);
    fmt::print("{}", PrintConfig(Fields(config), /*with_comments=*/true));
  } catch (const ConfigError&) {
    std::optional<FittingConfig> fitting = AsFittingConfig(options);
    if (!fitting) throw;
    fmt::print("{}", PrintConfig(Fields(*fitting), /*with_comments=*/true));
  }
  return 0;
}

}  // namespace doggo::app
