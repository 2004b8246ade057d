// The small worlds by name. Adding one is a page and a row.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "sim/classic/classic_task.h"

namespace doggo::sim {

struct ClassicWorld {
  std::string_view name;
  std::unique_ptr<const Task> (*make)(const ClassicConfig&);
  std::string_view meaning;
};

// pendulum, cartpole, hopper.
std::span<const ClassicWorld> ClassicWorlds();
// Null where there is none.
const ClassicWorld* FindClassicWorld(std::string_view name);

}  // namespace doggo::sim
