// The ground as MuJoCo's own boxes: a second way of simulating it, for whole bodies with all their
// shapes, against which the first is judged.
#pragma once

#include "sim/mujoco/model.h"
#include "sim/terrain/blocks.h"

namespace doggo::sim {

// Adds a box for every block of level cells to the world, in place of the floor: its collisions,
// friction, solver parameters and looks are the floor's, which is moved down below all of it.
// Throws std::invalid_argument where the area has a slope, std::runtime_error where the
// specification has no geom 'floor'.
void AddBoxGround(const Ground& ground, const CellArea& area, mjSpec& spec);

}  // namespace doggo::sim
