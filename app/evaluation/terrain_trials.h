// Trials on rough ground: robots in the middles of tiles, each told to walk ahead, off its tile.
#pragma once

#include <string>

#include "app/evaluation/drill.h"
#include "sim/terrain/terrain.h"

namespace doggo::evaluation {

// The reference physics on one level of an arena: the whole body collides, every robot begins near
// the middle of a tile of that level under any heading, and falls where its base touches something,
// or tilts by more than 66 degrees. Every type of the arena gets as many robots.
sim::LocomotionConfig TrialWorld(const sim::LocomotionConfig& trained, sim::TerrainConfig terrain,
                                 int level);

// Tells the robots of a TrialWorld to walk at 0.7 m/s along the heading that they have, for 10 s.
// To have arrived (Trajectory::arrived) is to be 4 m from the tile's middle, along x or y: on its
// rim. (Speed, time and distance are those that legged_gym's curriculum calls success: half a
// tile.)
void RunTrials(Context& context, const std::string& name, const sim::LocomotionConfig& world,
               int robots, const TrajectoryJudge& judge);

}  // namespace doggo::evaluation
