// What the ground is like around the robot, as far as rewards, ends and the gait ask: a few numbers
// of one instant, measured after every control step.
#pragma once

#include <Eigen/Core>

#include "sim/robot/robot_state.h"
#include "sim/terrain/ground.h"

namespace doggo::sim {

// H is the base's heading frame. On the plane z = 0 all are zero, but for the belly's height.
struct Surroundings {
  // the plane that fits the ground under the robot best
  double mean_height;     // m, W, of it below the base: the mean height of that ground
  Eigen::Vector2d slope;  // dz/dx, dz/dy in H

  // the ground so far ahead of each foot, m above that below it, on the way that the command gives
  // to the foot
  LegScalars near_rise, far_rise;

  double belly_height;  // m, the trunk's lowest point above the ground below
};

inline constexpr double kNearAhead = 0.1, kFarAhead = 0.2;  // m, of near_rise and far_rise

using LegDirections = Eigen::Matrix<double, 2, kNumLegs>;  // unit vectors, or zero; H

// Measures the heights of base, feet and knees from the ground below them, not from the plane
// z = 0. With `no_force_known` (an episode begins), a foot touches within kTouching of the ground.
void MeasureAboveGround(const Robot& robot, const Ground& ground, bool no_force_known,
                        RobotState& s);
// The base's alone.
inline void MeasureBaseAboveGround(const Ground& ground, RobotState& s) {
  s.base_height = s.p_W.z() - ground.Height(s.p_W.x(), s.p_W.y());
}

// ways: of the feet, by the command.
Surroundings LookAround(const Ground& ground, const RobotState& s, const LegDirections& ways);

// Surroundings::belly_height: of ten points along the edges of the trunk's underside.
double BellyHeight(const Ground& ground, const RobotState& s);

}  // namespace doggo::sim
