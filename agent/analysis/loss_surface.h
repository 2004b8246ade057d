// Slices of an objective around a point, as data to plot:
//   f(a, b) = L(theta + a delta + b eta)
// (Goodfellow, Vinyals, Saxe 2015; Li et al. 2018). Directions worth looking along: directions.h.
#pragma once

#include "agent/analysis/objective.h"

namespace doggo::agent {

struct SliceAxis {
  double low = -1, high = 1;
  int points = 51;  // odd: the middle of a symmetric axis is exactly 0
};

struct Slice1D {
  Eigen::VectorXd a;
  Eigen::VectorXd values;  // f(a_i)
};

struct Slice2D {
  Eigen::VectorXd a, b;
  Eigen::MatrixXd values;  // (a x b): f(a_i, b_j)
};

// One evaluation for each point. Throws std::invalid_argument on an axis of fewer than 2 points.
Slice1D SliceAlong(const Objective& objective, const ConstVectorRef& theta,
                   const ConstVectorRef& delta, const SliceAxis& axis = {});
Slice2D SliceAcross(const Objective& objective, const ConstVectorRef& theta,
                    const ConstVectorRef& delta, const ConstVectorRef& eta,
                    const SliceAxis& a_axis = {}, const SliceAxis& b_axis = {});

}  // namespace doggo::agent
