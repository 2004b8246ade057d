// Small grounds made by hand.
#pragma once

#include "sim/terrain/ground.h"

namespace doggo::sim {

inline const Ground kPlane;

// One tile and its border of height `height(x, y)` at the middle of each cell; the patches level.
template <typename Height>
Ground GroundByHand(const Height& height) {
  Ground ground{.types = {"by_hand"}, .levels = 1, .border_cells = 20, .patches = {}};
  for (int row = 0; row < ground.rows(); ++row) {
    for (int column = 0; column < ground.columns(); ++column) {
      const double x = (column + 0.5) * kCellSize - ground.half_width_x();
      const double y = (row + 0.5) * kCellSize - ground.half_width_y();
      ground.patches.push_back({.height = static_cast<float>(height(x, y))});
    }
  }
  return ground;
}

}  // namespace doggo::sim
