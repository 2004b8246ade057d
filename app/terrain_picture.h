// An arena from above.
#pragma once

#include <string>

#include "sim/terrain/ground.h"
#include "sim/viewer/picture.h"

namespace doggo::app {

// A shaded relief, `scale` pixels a cell: colour by height (blue below zero, green at it, brown
// above), light from the upper left, a line around every tile. x to the right, y upwards.
sim::Picture TerrainPicture(const sim::Ground& ground, int scale);

// What the picture's rows and columns of tiles are, a line each, from the top.
std::string TerrainLegend(const sim::Ground& ground);

}  // namespace doggo::app
