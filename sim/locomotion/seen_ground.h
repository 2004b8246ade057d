// The points of the ground that a policy sees, to be shown.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "sim/locomotion/observations.h"

namespace doggo::sim {

// Of every scan in the list, row by row in the order in which their numbers are written: where the
// ground is looked up now (m, W), on it. Empty where the list has no scan.
std::vector<Eigen::Vector3d> SeenGround(const ObservationLayout& layout, const Transition& t,
                                        const Ground& ground);

}  // namespace doggo::sim
