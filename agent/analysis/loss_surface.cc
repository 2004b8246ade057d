#include "agent/analysis/loss_surface.h"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>

namespace doggo::agent {
namespace {

Eigen::VectorXd Coordinates(const SliceAxis& axis) {
  if (axis.points < 2)
    throw std::invalid_argument(
        fmt::format("an axis of a slice needs at least 2 points, not {}", axis.points));
  const int last = axis.points - 1;
  Eigen::VectorXd coordinates(axis.points);
  for (int i = 0; i <= last; ++i)
    coordinates[i] = ((last - i) * axis.low + i * axis.high) / last;  // exact in the middle
  return coordinates;
}

}  // namespace

Slice1D SliceAlong(const Objective& objective, const ConstVectorRef& theta,
                   const ConstVectorRef& delta, const SliceAxis& axis) {
  assert(delta.size() == theta.size());
  Slice1D slice = {.a = Coordinates(axis), .values = Eigen::VectorXd(axis.points)};
  Vector point(theta.size());
  for (Eigen::Index i = 0; i < slice.a.size(); ++i) {
    point = theta + static_cast<Real>(slice.a[i]) * delta;
    slice.values[i] = objective(point, nullptr);
  }
  return slice;
}

Slice2D SliceAcross(const Objective& objective, const ConstVectorRef& theta,
                    const ConstVectorRef& delta, const ConstVectorRef& eta, const SliceAxis& a_axis,
                    const SliceAxis& b_axis) {
  assert(delta.size() == theta.size() && eta.size() == theta.size());
  Slice2D slice = {.a = Coordinates(a_axis), .b = Coordinates(b_axis), .values = {}};
  slice.values.resize(slice.a.size(), slice.b.size());
  Vector point(theta.size());
  for (Eigen::Index j = 0; j < slice.b.size(); ++j) {
    for (Eigen::Index i = 0; i < slice.a.size(); ++i) {
      // f(a, b) = L(theta + a delta + b eta)
      point = theta + static_cast<Real>(slice.a[i]) * delta + static_cast<Real>(slice.b[j]) * eta;
      slice.values(i, j) = objective(point, nullptr);
    }
  }
  return slice;
}

}  // namespace doggo::agent
