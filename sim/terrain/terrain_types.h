// The kinds of ground that there are, a table: each row makes a tile of a difficulty.
//
// A robot starts in a tile's middle and walks outwards: "up" is up for it. Every tile's rim is at
// height zero.
#pragma once

#include <span>
#include <string_view>

#include "sim/interface/random.h"
#include "sim/terrain/tile.h"

namespace doggo::sim {

struct TerrainType {
  std::string_view name;
  double hardest;  // difficulties are from 0 to this
  // a function of difficulty and random numbers alone; the tile is flat before
  void (*build)(double difficulty, Random& random, Tile& tile);
  std::string_view meaning;  // and what difficulty 1 is
};

std::span<const TerrainType> TerrainTypes();

// Throws std::invalid_argument for a name that is none's.
const TerrainType& FindTerrainType(std::string_view name);

}  // namespace doggo::sim
