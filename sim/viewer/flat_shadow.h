// Shadows where a map of what the sun sees costs too much: of every shape a dark copy, flattened
// onto level ground along the light. None falls on the robot itself.
#pragma once

#include <mujoco/mujoco.h>

#include <Eigen/Core>
#include <optional>

namespace doggo::sim {

// Level ground: the world's first horizontal plane that is drawn.
struct ShadowGround {
  float height;           // m
  Eigen::Vector3f color;  // before light falls on it: its colour times the mean of its texture
};
std::optional<ShadowGround> FindGround(const mjModel& model);

// A directional light that casts shadows, and what it leaves dark.
struct Shade {
  Eigen::Vector3f direction;  // of the light, downwards
  Eigen::Vector3f color;      // of the ground where this light does not reach
};
// Of the first such light; none, where there is none. The lights are the scene's.
std::optional<Shade> FindShade(const mjvScene& scene, const ShadowGround& ground);

// The dark copy of a shape.
mjvGeom ShadowOf(const mjvGeom& shape, const ShadowGround& ground, const Shade& shade);

}  // namespace doggo::sim
