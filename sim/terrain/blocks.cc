#include "sim/terrain/blocks.h"

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

constexpr double kSamePlane = 1e-4;  // m, at the corners of a cell

CellArea Within(const Ground& ground, int left, int near, int right, int far) {
  left = std::max(left, 0);
  near = std::max(near, 0);
  return {left, near, std::min(right, ground.columns()) - left,
          std::min(far, ground.rows()) - near};
}

}  // namespace

CellArea WholeArea(const Ground& ground) { return {0, 0, ground.columns(), ground.rows()}; }

CellArea TileArea(const Ground& ground, int type, int level, int around) {
  const int column = ground.border_cells + level * kTileCells;
  const int row = ground.border_cells + type * kTileCells;
  return Within(ground, column - around, row - around, column + kTileCells + around,
                row + kTileCells + around);
}

CellArea AreaAround(const Ground& ground, double x, double y, double half_width) {
  return Within(ground, ground.Column(x - half_width), ground.Row(y - half_width),
                ground.Column(x + half_width) + 1, ground.Row(y + half_width) + 1);
}

bool InOnePlane(const Patch& first, const Patch& second, int columns, int rows) {
  const double height = first.height + kCellSize * (first.slope_x * columns + first.slope_y * rows);
  const double bent =
      std::abs(second.slope_x - first.slope_x) + std::abs(second.slope_y - first.slope_y);
  return std::abs(second.height - height) + 0.5 * kCellSize * bent < kSamePlane;
}

std::vector<Block> MergeCells(const Ground& ground, const CellArea& area) {
  std::vector<Block> blocks;
  std::vector<char> taken(static_cast<size_t>(area.columns) * area.rows);
  const auto place = [&](int column, int row) {
    return static_cast<size_t>(row) * area.columns + column;
  };
  for (int row = 0; row < area.rows; ++row) {
    for (int column = 0; column < area.columns; ++column) {
      if (taken[place(column, row)]) continue;
      Block block{{area.column + column, area.row + row, 1, 1},
                  ground.At(area.column + column, area.row + row)};
      const auto is_free = [&](int i, int j) {
        return !taken[place(column + i, row + j)] &&
               InOnePlane(block.plane, ground.At(block.area.column + i, block.area.row + j), i, j);
      };
      int& width = block.area.columns;
      int& length = block.area.rows;
      while (column + width < area.columns && is_free(width, 0)) ++width;
      const auto row_is_free = [&](int j) {
        for (int i = 0; i < width; ++i) {
          if (!is_free(i, j)) return false;
        }
        return true;
      };
      while (row + length < area.rows && row_is_free(length)) ++length;
      for (int j = 0; j < length; ++j) {
        for (int i = 0; i < width; ++i) taken[place(column + i, row + j)] = true;
      }
      blocks.push_back(block);
    }
  }
  return blocks;
}

}  // namespace doggo::sim
