// Rectangles of cells that lie in one plane: what is simulated or drawn as one piece.
#pragma once

#include <vector>

#include "sim/terrain/ground.h"

namespace doggo::sim {

// Columns and rows of cells, from the first; of an arena, or of a part of it.
struct CellArea {
  int column = 0, row = 0, columns = 0, rows = 0;
};

// All cells of an arena.
CellArea WholeArea(const Ground& ground);

// A tile and `around` cells on every side of it, as far as the arena goes.
CellArea TileArea(const Ground& ground, int type, int level, int around);

// Those around a point, at most `half_width` (m) from it in x and in y, as far as the arena goes.
CellArea AreaAround(const Ground& ground, double x, double y, double half_width);

// Do the two cells lie in one plane, up to a tenth of a millimetre? The second is so many columns
// and rows from the first.
bool InOnePlane(const Patch& first, const Patch& second, int columns, int rows);

// A rectangle of cells in the plane of its first cell, up to a tenth of a millimetre.
struct Block {
  CellArea area;
  Patch plane;  // of the first cell

  // Height at a corner of cells, counted from the rectangle's first: its four are (0, 0) to
  // (columns, rows).
  double CornerHeight(int i, int j) const {
    return plane.height + kCellSize * (plane.slope_x * (i - 0.5) + plane.slope_y * (j - 0.5));
  }
};

// The area as blocks, each cell in one of them: row by row from the first that is free, as wide as
// possible, then as long as possible.
std::vector<Block> MergeCells(const Ground& ground, const CellArea& area);

}  // namespace doggo::sim
