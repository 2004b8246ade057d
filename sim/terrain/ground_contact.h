// The ground in MuJoCo: its contacts with the spheres of a model, in place of the floor's.
//
// MuJoCo finds contacts by a process-wide table of functions for pairs of shapes. Spheres that meet
// the ground are marked as cylinders, so that the pair (plane, cylinder), which may give four
// contacts where (plane, sphere) may give one, leads to FindSphereContacts. The ground is found by
// its address, which stands in the floor's user data, so that copies of a model share one ground.
// Models without a ground keep MuJoCo's own contacts, whatever else the process has loaded.
#pragma once

#include "sim/mujoco/model.h"
#include "sim/terrain/ground.h"

namespace doggo::sim {

// Before the model is compiled: room for the ground's address; and every moving shape that collides
// and is no sphere is covered by spheres that collide in its place.
// Throws std::runtime_error for a shape that cannot be covered (mesh, ellipsoid, height field).
void PrepareForGround(mjSpec& spec);

// Lays the ground in place of the floor, a plane at height 0. The ground must outlive the model,
// all its copies, and stay where it is in memory; the model must not be saved in MuJoCo's binary
// format. The floor's friction (geom_friction), margin and solver parameters hold as before.
// Throws std::runtime_error where the model was not prepared, the floor is no such plane, or a
// shape that meets it is no sphere.
void LayGround(const Ground& ground, int floor_geom, mjModel& model);

// The ground of a model; null where it has none.
const Ground* GroundOf(const mjModel& model, int floor_geom);

}  // namespace doggo::sim
