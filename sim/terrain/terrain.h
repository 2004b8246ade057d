// What the ground is made of: the arena of type x level that a configuration asks for.
#pragma once

#include <string>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/terrain/ground.h"

namespace doggo::sim {

struct TerrainConfig {
  // "TYPE share=S", the tiles' types and how often robots stand on each; empty: flat ground
  std::vector<std::string> types = {};
  int levels = 10;
  double hardest = 0.9;  // difficulty of the last level; the first has 0
  int seed = 1;
  double border = 10;  // m, of flat ground around the tiles
  // what collides with the robot: the ground's cells with spheres that cover it (ground_contact.h),
  // or, as a judge of that, MuJoCo's boxes with the robot's own shapes (box_ground.h)
  std::string collision = "cells";
};
ConfigFields Fields(TerrainConfig& config);

// One line of TerrainConfig::types.
struct TerrainShare {
  std::string type;
  double share = 0;
};

// Throws std::invalid_argument for a text that is none.
TerrainShare ParseTerrainShare(const std::string& text);

// All lines; their shares add up to one. Throws std::invalid_argument where they do not, or one is
// no type, or names a type twice.
std::vector<TerrainShare> ParseTerrainShares(const TerrainConfig& config);

// Of the tiles of a level, 0 to levels-1; a single level is as hard as the hardest.
double Difficulty(const TerrainConfig& config, int level);

// The arena. Throws std::invalid_argument where it cannot be built: a type that is impossible at
// such a difficulty, or more than memory holds.
Ground MakeGround(const TerrainConfig& config);

}  // namespace doggo::sim
