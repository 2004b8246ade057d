#include <fmt/format.h>

#include "app/commands.h"
#include "app/config.h"
#include "app/config_file.h"

namespace doggo::app {

int ShowConfig(const ConfigOptions& options) {
  Config config = LoadConfig(options.config.empty() ? "configs/anymal_flat.yaml" : options.config,
                             options.overrides);
  fmt::print("{}", PrintConfig(Fields(config), /*with_comments=*/true));
  return 0;
}

}  // namespace doggo::app
