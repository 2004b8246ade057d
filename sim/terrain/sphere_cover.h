// Shapes covered by spheres from inside, so that a ground that knows only spheres is met by all of
// them.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "sim/mujoco/model.h"

namespace doggo::sim {

struct CoverSphere {
  Eigen::Vector3d center;  // m, in the shape's frame
  double radius;           // m
};

// Spheres within a shape of MuJoCo (its type and its half sizes, m), which touch all its extreme
// points: a capsule's along its axis, a radius apart; a cylinder's along both rims, eight on each;
// a box's over its faces, a cell of the ground apart; corners and rims are rounded by 2 cm at most.
// Throws std::invalid_argument for another type.
std::vector<CoverSphere> SphereCover(mjtGeom type, const double size[3]);

// In a specification: every moving geom that collides and is no sphere stops colliding; its spheres
// collide in its place, with its friction and solver parameters, and without mass.
// Throws std::runtime_error for a shape that cannot be covered.
void CoverBySpheres(mjSpec& spec);

}  // namespace doggo::sim
