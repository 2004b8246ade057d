// Where a sphere touches the ground, exactly: cells are columns with flat tops and vertical sides.
#pragma once

#include <Eigen/Core>
#include <array>

#include "sim/terrain/ground.h"

namespace doggo::sim {

struct SphereContact {
  double distance;         // m, between the surfaces; negative where they overlap
  Eigen::Vector3d normal;  // unit vector, out of the ground, W
};

struct SphereContacts {
  static constexpr int kMost = 4;
  int count = 0;
  std::array<SphereContact, kMost> contacts;  // the first `count` of them

  // Further ones than there is room for take the place of the farthest.
  void Add(const SphereContact& contact);
};

// All contacts nearer than `margin` (m).
//   Over the ground: the plane of the cell under the centre; on every side the nearest wall (or its
//   upper edge) that rises above that plane; of every corner the nearest that rises above its two
//   sides as well.
//   Under the ground (a foot ran into a wall within one physics step): out the shorter way, up or
//   sideways to where the ground is below the centre.
// Exact where cells are level; where they slope, a neighbour counts by its height at its point
// nearest to the centre.
SphereContacts FindSphereContacts(const Ground& ground, const Eigen::Vector3d& center,
                                  double radius, double margin);

}  // namespace doggo::sim
