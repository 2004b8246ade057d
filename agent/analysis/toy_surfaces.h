// Surfaces over two parameters, known in every detail: what optimisers and the rest of this room
// are tried on.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/analysis/objective.h"

namespace doggo::agent {

struct KnownPoint {
  double x, y;
  std::string_view kind;  // as in critical_point.h
};

struct ToySurface {
  std::string_view name;
  // Returns L(x, y), writes its gradient.
  double (*evaluate)(double x, double y, Eigen::Vector2d& gradient);
  double start[2];                              // where optimisers set out from
  double low[2], high[2];                       // the window to look at
  std::span<const KnownPoint> critical_points;  // all that there are
  std::string_view meaning;
};

// quadratic, rosenbrock, himmelblau, saddle, monkey_saddle, beale. Adding one is a function and a
// row in toy_surfaces.cc.
std::span<const ToySurface> ToySurfaces();
std::vector<std::string> ToySurfaceNames();
// Throws std::invalid_argument naming the known ones.
const ToySurface& FindToySurface(std::string_view name);

// theta = (x, y).
Objective ObjectiveOf(const ToySurface& surface);

}  // namespace doggo::agent
