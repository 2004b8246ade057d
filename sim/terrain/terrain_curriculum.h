// The terrain curriculum: which tile a robot stands on in its next episode.
//
// A robot keeps its type of terrain for good. With the rule "distance" its level moves with what it
// did (Rudin, Hoeller, Reist, Hutter 2021, "Learning to walk in minutes using massively parallel
// deep reinforcement learning"): up where it walked off its tile, down where it did not come far.
// What counts is the distance that it was commanded over the whole episode, not the command that
// holds at its end. With "adaptive" its level comes from what all robots of its type do
// (level_particles.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"
#include "sim/terrain/level_particles.h"
#include "sim/terrain/terrain.h"

namespace doggo::sim {

struct TerrainCurriculumConfig {
  std::string rule = "distance";   // or "adaptive"; "none": levels stay
  int lowest_start_level = 0;      // the first level of a robot is uniform from this
  int start_level = 5;             // to this
  std::string solved = "random";   // above the last level: a random one, or "hold" the last
  double pass_distance = 4.05;     // m
  double time_out_distance = 4.0;  // m
  double fall_distance = 2.0;      // m
  double start_spread = 0.5;       // m
  double anywhere_share = 0.3;
  LevelFilterConfig adaptive = {};
};
ConfigFields Fields(TerrainCurriculumConfig& config);

// The type that is no terrain: commands there are those of flat ground.
inline constexpr std::string_view kFlatTerrain = "flat";

// What a robot did in an episode.
struct TerrainEpisode {
  double distance = 0;   // m, from where it began to where it ended
  double commanded = 0;  // m, the length of the way that its commands would have been
  bool fell = false;
};

// Which of the types the environment has for good: its golden-ratio fraction among the shares, so
// that any first so many environments come near to these.
int TerrainTypeOf(const std::vector<TerrainShare>& shares, int environment);

// The level of an environment's first episode.
int FirstTerrainLevel(const TerrainCurriculumConfig& config, int levels, Random random);

// Has the robot left its tile? Its episode is then cut off: what comes is another tile.
bool HasPassed(const TerrainCurriculumConfig& config, const TerrainEpisode& episode);

// The level after an episode at `level`, by the rule "distance" (by others it stays): up by one
// where it passed, down by one where it came less far than fall_distance before it fell, or than
// half of the commanded way (at most time_out_distance) before its time was over.
int NextTerrainLevel(const TerrainCurriculumConfig& config, int levels, int level,
                     const TerrainEpisode& episode, Random random);

}  // namespace doggo::sim
