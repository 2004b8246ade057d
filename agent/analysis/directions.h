// Directions in parameter space along which a slice of the loss is worth looking at.
#pragma once

#include <span>
#include <vector>

#include "agent/analysis/objective.h"
#include "agent/nn/network.h"
#include "agent/nn/parameter_range.h"
#include "sim/interface/random.h"

namespace doggo::agent {

// The filters of a network: for every unit of every dense layer its row of W. Biases and the
// parameters of normalisations belong to none.
std::vector<ParameterRange> Filters(const Network& network);

// Independent standard normal numbers.
Vector GaussianDirection(Eigen::Index size, Random random);

// Filter normalisation (Li et al. 2018, "Visualizing the loss landscape of neural nets", section
// 4): every filter of the direction gets the norm of the same filter of theta; what is in no filter
// becomes 0. Then a relu network that is rescaled from layer to layer, and so computes the same,
// also looks the same: slices of different networks may be compared.
Vector FilterNormalized(const ConstVectorRef& theta, const ConstVectorRef& direction,
                        std::span<const ParameterRange> filters);

// The plane that an optimisation path lies in most: its first two principal directions.
struct PathPlane {
  Vector first, second;                           // of unit length; 0 where the path has no extent
  double first_share = 0, second_share = 0;       // of the path's variance; 1 together: a flat path
  Eigen::Matrix<double, 2, Eigen::Dynamic> path;  // (2 x iterates): coordinates from the last one
};

// iterates (parameters x iterates). Throws std::invalid_argument on fewer than 3.
PathPlane PlaneOfPath(const ConstMatrixRef& iterates);

}  // namespace doggo::agent
