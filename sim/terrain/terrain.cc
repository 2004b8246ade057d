#include "sim/terrain/terrain.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doggo::sim {

ConfigFields Fields(TerrainConfig& c) {
  return {
      {"types", &c.types, "", "what the ground is made of, \"TYPE share=S\"; none: flat"},
      {"levels", &c.levels, "", "tiles of each type, from easy to hard", 1, 100},
      {"hardest", &c.hardest, "", "difficulty of the last level, the first has 0", 0, 2},
      {"seed", &c.seed, "", "of the ground", 0, 1e9},
      {"border", &c.border, "m", "of flat ground around the tiles", 2, 100},
  };
}

}  // namespace doggo::sim
