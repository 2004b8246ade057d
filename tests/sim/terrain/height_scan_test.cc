// The height scan: where its points are.
#include "sim/terrain/height_scan.h"

#include <gtest/gtest.h>

#include <numbers>
#include <vector>

namespace doggo::sim {
namespace {

using std::numbers::pi;

// An inclined plane: a height tells where it was taken.
Ground Inclined(float slope_x, float slope_y) {
  Ground ground{.types = {"slope"}, .levels = 1, .border_cells = 20, .patches = {}};
  for (int row = 0; row < ground.rows(); ++row) {
    for (int column = 0; column < ground.columns(); ++column) {
      const double x = (column + 0.5) * kCellSize - ground.half_width_x();
      const double y = (row + 0.5) * kCellSize - ground.half_width_y();
      ground.patches.push_back({static_cast<float>(slope_x * x + slope_y * y), slope_x, slope_y});
    }
  }
  return ground;
}

TEST(ScanHeights, AreTakenOnAGridThatTurnsWithTheHeading) {
  const Ground along_x = Inclined(1, 0), along_y = Inclined(0, 1);
  for (const ScanGrid& grid : {kFineGrid, kCoarseGrid}) {
    std::vector<double> x(grid.size()), y(grid.size());
    for (const double heading : {0.0, 1.0, pi / 2, -3.0}) {
      ScanHeights(along_x, grid, {0.5, -0.3}, heading, x.data());
      ScanHeights(along_y, grid, {0.5, -0.3}, heading, y.data());
      for (int i = 0; i < grid.along; ++i) {
        for (int j = 0; j < grid.across; ++j) {
          const double u = grid.first_x + i * grid.step_x, v = grid.first_y + j * grid.step_y;
          const double c = std::cos(heading), s = std::sin(heading);
          EXPECT_NEAR(x[grid.Index(i, j)], 0.5 + c * u - s * v, 1e-5);
          EXPECT_NEAR(y[grid.Index(i, j)], -0.3 + s * u + c * v, 1e-5);
        }
      }
    }
  }
}

// legged_gym: 1.6 x 1 m, 17 x 11 points; the same distance to all sides.
TEST(ScanGrid, OfLeggedGymIsSymmetric) {
  EXPECT_EQ(kFineGrid.size(), 187);
  EXPECT_NEAR(kFineGrid.first_x + 16 * kFineGrid.step_x, 0.8, 1e-12);
  EXPECT_NEAR(kFineGrid.first_y + 10 * kFineGrid.step_y, 0.5, 1e-12);
  EXPECT_NEAR(kCoarseGrid.first_x + 10 * kCoarseGrid.step_x, 0.9, 1e-12);
  EXPECT_NEAR(kCoarseGrid.first_y + 6 * kCoarseGrid.step_y, 0.39, 1e-12);
}

}  // namespace
}  // namespace doggo::sim
