// A function of two variables as a landscape of contours, with paths over it: an optimiser's way, a
// slice of a loss surface.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

namespace doggo::app {

struct Path {
  std::string name;
  std::vector<double> x, y;  // may leave the picture, and ends where it is no longer finite
};

struct HeatMap {
  std::string title, x_label, y_label;
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  Eigen::MatrixXd values;   // (y x x), at least 2 x 2: row 0 at y_low, column 0 at x_low
  std::vector<Path> paths;  // a dot where it starts, a ring where it ends
  // Contours evenly spaced in log(value - lowest value), so that a narrow valley has some too; from
  // the value that 3 % of the grid lie below up to the highest. Or evenly in the values.
  bool log_values = true;
};

// The values of the contours, rising; none for a constant.
std::vector<double> ContourLevels(const HeatMap& map);

// One <svg> element, as Svg(Chart). Where a value is not finite the picture is crossed out.
// Throws std::invalid_argument where the grid is smaller than 2 x 2 or a range is empty.
std::string Svg(const HeatMap& map, int width = 560, int height = 460);

}  // namespace doggo::app
