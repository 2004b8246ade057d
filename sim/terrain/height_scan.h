// The heights of the ground around a robot, on a grid that turns with its heading.
#pragma once

#include <Eigen/Geometry>
#include <array>

#include "sim/terrain/ground.h"

namespace doggo::sim {

// Points x = first_x + i step_x, y = first_y + j step_y, m, in the heading frame H of the base.
struct ScanGrid {
  int along, across;  // numbers of points in x and in y
  double first_x, step_x, first_y, step_y;

  constexpr int size() const { return along * across; }
  constexpr int Index(int i, int j) const { return i * across + j; }
};

// legged_gym's, ANYmal C: 1.6 x 1 m.
inline constexpr ScanGrid kFineGrid = {17, 11, -0.8, 0.1, -0.5, 0.1};
// Fewer points, further ahead than behind.
inline constexpr ScanGrid kCoarseGrid = {11, 7, -0.6, 0.15, -0.39, 0.13};

// Distances ahead of a foot, along the robot's heading, m.
inline constexpr std::array<double, 4> kFootDistances = {0, 0.12, 0.24, -0.12};

// H's axes in W, as columns.
inline Eigen::Matrix2d HeadingAxes(double heading) {
  return Eigen::Rotation2Dd(heading).toRotationMatrix();
}

// A point of the grid around a position, W.
inline Eigen::Vector2d PointOf(const ScanGrid& grid, int i, int j, const Eigen::Vector2d& position,
                               const Eigen::Matrix2d& axes) {
  const Eigen::Vector2d offset(grid.first_x + i * grid.step_x, grid.first_y + j * grid.step_y);
  return position + axes * offset;
}

// Writes size() heights (m, W) by index.
inline void ScanHeights(const Ground& ground, const ScanGrid& grid, const Eigen::Vector2d& position,
                        double heading, double* heights) {
  const Eigen::Matrix2d axes = HeadingAxes(heading);
  for (int i = 0; i < grid.along; ++i) {
    for (int j = 0; j < grid.across; ++j) {
      const Eigen::Vector2d point = PointOf(grid, i, j, position, axes);
      heights[grid.Index(i, j)] = ground.Height(point.x(), point.y());
    }
  }
}

}  // namespace doggo::sim
