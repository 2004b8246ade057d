// A small arena of one type of terrain.
#pragma once

#include <string>

#include "sim/terrain/terrain.h"

namespace doggo::sim {

// One tile of it, with a border of 2 m.
inline Ground OneType(const std::string& type, double difficulty = 0.6) {
  TerrainConfig config;
  config.types = {type + " share=1"};
  config.levels = 1;
  config.hardest = difficulty;
  config.border = 2;
  return MakeGround(config);
}

}  // namespace doggo::sim
