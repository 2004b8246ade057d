#include "app/terrain_picture.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace doggo::app {
namespace {

using Eigen::Vector3d;

constexpr double kFullColor = 1.5;  // m, above or below zero
const Vector3d kLow(0.16, 0.36, 0.62), kZero(0.62, 0.72, 0.52), kHigh(0.62, 0.38, 0.20);
const Vector3d kToLight = Vector3d(-1, 1, 1.6).normalized();

Vector3d ColorOf(double height) {
  const double share = std::min(1.0, std::abs(height) / kFullColor);
  return kZero + std::sqrt(share) * ((height < 0 ? kLow : kHigh) - kZero);
}

// The slope that is seen: over a cell's width, so that a wall is a dark or a bright line.
double LightOn(const sim::Ground& ground, double x, double y) {
  const double h = 0.5 * sim::kCellSize;
  const double dx = (ground.Height(x + h, y) - ground.Height(x - h, y)) / (2 * h);
  const double dy = (ground.Height(x, y + h) - ground.Height(x, y - h)) / (2 * h);
  return std::max(0.0, Vector3d(-dx, -dy, 1).normalized().dot(kToLight)) / kToLight.z();
}

// Is the cell the first or last of a tile?
bool IsEdge(int cell, int border, int tiles) {
  const int k = cell - border;
  if (k < 0 || k >= tiles * sim::kTileCells) return false;
  return k % sim::kTileCells == 0 || k % sim::kTileCells == sim::kTileCells - 1;
}

}  // namespace

sim::Picture TerrainPicture(const sim::Ground& ground, int scale) {
  sim::Picture picture = sim::BlackPicture(ground.columns() * scale, ground.rows() * scale);
  for (int v = 0; v < picture.height; ++v) {
    for (int u = 0; u < picture.width; ++u) {
      const double x = (u + 0.5) / scale * sim::kCellSize - ground.half_width_x();
      const double y = ground.half_width_y() - (v + 0.5) / scale * sim::kCellSize;
      const int column = ground.Column(x), row = ground.Row(y);
      Vector3d color = ColorOf(ground.Height(x, y)) * (0.35 + 0.65 * LightOn(ground, x, y));
      const bool in_tiles = column >= ground.border_cells && row >= ground.border_cells &&
                            column < ground.columns() - ground.border_cells &&
                            row < ground.rows() - ground.border_cells;
      if (in_tiles && (IsEdge(column, ground.border_cells, ground.levels) ||
                       IsEdge(row, ground.border_cells, ground.num_types())))
        color *= 0.7;
      for (int k = 0; k < 3; ++k)
        picture.pixel(u, v)[k] =
            static_cast<uint8_t>(std::lround(255 * std::clamp(color[k], 0.0, 1.0)));
    }
  }
  return picture;
}

std::string TerrainLegend(const sim::Ground& ground) {
  std::string legend =
      fmt::format("{:g} x {:g} m; levels 0 to {} from left to right; from top to bottom:\n",
                  2 * ground.half_width_x(), 2 * ground.half_width_y(), ground.levels - 1);
  for (int type = ground.num_types() - 1; type >= 0; --type)
    legend += fmt::format("  {}\n", ground.types[static_cast<size_t>(type)]);
  return legend;
}

}  // namespace doggo::app
