// The ground: square cells, each a patch of a plane, with vertical walls where neighbours do not
// meet. So stairs have the risers that they have, and a height is one look-up.
//
// Tiles of one type stand in a row along x, from the easiest to the hardest; the types' rows stand
// side by side along y; a flat border at height zero surrounds them all. Every tile's rim is at
// height zero, so that a robot may walk from any tile to the next.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace doggo::sim {

// A cell's patch: z = height + slope_x (x - x_cell) + slope_y (y - y_cell), from its centre.
struct Patch {
  float height = 0;                // m, W
  float slope_x = 0, slope_y = 0;  // dz/dx, dz/dy
};

inline constexpr double kCellSize = 0.1;  // m
inline constexpr int kTileCells = 80;     // a tile is 8 m wide
inline constexpr double kTileSize = kTileCells * kCellSize;

// Which of an arena's tiles.
struct TilePlace {
  int type = 0, level = 0;
};

struct Ground {
  std::vector<std::string> types;  // names, in the order of the tiles along y
  int levels = 0;                  // tiles along x
  int border_cells = 0;            // around all tiles
  std::vector<Patch> patches;      // row by row: x fastest; empty: the plane z = 0

  bool is_plane() const { return patches.empty(); }
  int num_types() const { return static_cast<int>(types.size()); }
  int columns() const { return levels * kTileCells + 2 * border_cells; }  // cells along x
  int rows() const { return num_types() * kTileCells + 2 * border_cells; }

  // The arena's middle is W's origin.
  double half_width_x() const { return 0.5 * kCellSize * columns(); }  // m
  double half_width_y() const { return 0.5 * kCellSize * rows(); }
  // Is the point within the arena, `margin` (m) from its edge?
  bool Contains(double x, double y, double margin) const {
    return is_plane() ||
           (std::abs(x) <= half_width_x() - margin && std::abs(y) <= half_width_y() - margin);
  }

  // The cell under a point; the nearest one where the point is outside the arena, any where it is
  // not finite.
  int Column(double x) const { return Cell((x + half_width_x()) / kCellSize, columns()); }
  int Row(double y) const { return Cell((y + half_width_y()) / kCellSize, rows()); }
  const Patch& At(int column, int row) const {
    return patches[static_cast<size_t>(row) * static_cast<size_t>(columns()) +
                   static_cast<size_t>(column)];
  }

  // Height of the ground at a point, m.
  double Height(double x, double y) const {
    if (is_plane()) return 0;
    const int column = Column(x), row = Row(y);
    const Patch& patch = At(column, row);
    const double dx = x + half_width_x() - (column + 0.5) * kCellSize;
    const double dy = y + half_width_y() - (row + 0.5) * kCellSize;
    return patch.height + patch.slope_x * dx + patch.slope_y * dy;
  }

  // Middle of a tile, W, m.
  Eigen::Vector2d TileCenter(int type, int level) const {
    return {border_cells * kCellSize - half_width_x() + (level + 0.5) * kTileSize,
            border_cells * kCellSize - half_width_y() + (type + 0.5) * kTileSize};
  }

  // The tile under a point; none on the border, beyond it, or on the plane.
  std::optional<TilePlace> TileAt(double x, double y) const {
    if (is_plane() || !Contains(x, y, border_cells * kCellSize)) return std::nullopt;
    return TilePlace{std::min((Row(y) - border_cells) / kTileCells, num_types() - 1),
                     std::min((Column(x) - border_cells) / kTileCells, levels - 1)};
  }

 private:
  // The whole part of a position in cells, within 0 .. count-1.
  static int Cell(double position, int count) {
    if (!(position > 0)) return 0;
    return position < count ? static_cast<int>(position) : count - 1;
  }
};

}  // namespace doggo::sim
