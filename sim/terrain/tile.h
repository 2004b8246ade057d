// A square of ground while it is made: cells by column (along x) and row (along y), positions from
// the tile's middle.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/terrain/ground.h"

namespace doggo::sim {

struct Tile {
  std::vector<Patch> patches = std::vector<Patch>(kTileCells * kTileCells);  // x fastest

  Patch& At(int column, int row) { return patches[row * kTileCells + column]; }
  const Patch& At(int column, int row) const { return patches[row * kTileCells + column]; }
};

// How many cells lie between this one and the nearest side of the tile: 0 at the rim.
inline int CellsFromRim(int column, int row) {
  return std::min({column, kTileCells - 1 - column, row, kTileCells - 1 - row});
}

// Level cells. height(column, row) in m.
template <typename Height>
void FillLevel(Height height, Tile& tile) {
  for (int row = 0; row < kTileCells; ++row) {
    for (int column = 0; column < kTileCells; ++column) {
      tile.At(column, row) = {static_cast<float>(height(column, row)), 0, 0};
    }
  }
}

// A surface: each cell is the plane of least squares through the heights of its four corners.
// height(i, j) in m, of the corner between cells i-1 and i along x, j-1 and j along y.
template <typename Height>
void FillSurface(Height height, Tile& tile) {
  constexpr int kCorners = kTileCells + 1;
  std::vector<double> z(kCorners * kCorners);
  for (int j = 0; j < kCorners; ++j) {
    for (int i = 0; i < kCorners; ++i) z[j * kCorners + i] = height(i, j);
  }
  for (int row = 0; row < kTileCells; ++row) {
    for (int column = 0; column < kTileCells; ++column) {
      const double* near = &z[row * kCorners + column];
      const double* far = near + kCorners;
      tile.At(column, row) = {
          static_cast<float>((near[0] + near[1] + far[0] + far[1]) / 4),
          static_cast<float>((near[1] + far[1] - near[0] - far[0]) / (2 * kCellSize)),
          static_cast<float>((far[0] + far[1] - near[0] - near[1]) / (2 * kCellSize))};
    }
  }
}

}  // namespace doggo::sim
