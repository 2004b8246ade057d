#include "sim/terrain/terrain_curriculum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace doggo::sim {

ConfigFields Fields(TerrainCurriculumConfig& c) {
  ConfigFields fields = {
      {"rule",
       &c.rule,
       "",
       "what moves a robot's level: none, the distance that it walks, or what its type's robots "
       "can",
       {},
       {},
       {"none", "distance", "adaptive"}},
      {"lowest_start_level", &c.lowest_start_level, "", "levels begin at random from this", 0, 99},
      {"start_level", &c.start_level, "", "to this", 0, 99},
      {"solved",
       &c.solved,
       "",
       "who passes the last level gets a random one, or holds it",
       {},
       {},
       {"random", "hold"}},
      {"pass_distance", &c.pass_distance, "m",
       "who comes so far has passed: the episode is cut off, the level goes up", 0.1, 100},
      {"time_out_distance", &c.time_out_distance, "m",
       "at the end of its time the level goes down below half of the commanded way, at most this",
       0, 100},
      {"fall_distance", &c.fall_distance, "m", "after a fall the level goes down below this", 0,
       100},
      {"start_spread", &c.start_spread, "m",
       "start: up to this from the middle of the tile, in x and in y", 0, 4},
      {"anywhere_share", &c.anywhere_share, "", "start: share that begin anywhere on the tile", 0,
       1},
  };
  AddSection(fields, "adaptive", Fields(c.adaptive));
  return fields;
}

int TerrainTypeOf(const std::vector<TerrainShare>& shares, int environment) {
  const double turns = (environment + 0.5) / std::numbers::phi;
  double left = turns - std::floor(turns);
  for (size_t type = 0; type + 1 < shares.size(); ++type) {
    left -= shares[type].share;
    if (left < 0) return static_cast<int>(type);
  }
  return static_cast<int>(shares.size()) - 1;
}

int FirstTerrainLevel(const TerrainCurriculumConfig& config, int levels, Random random) {
  const int highest = std::min(config.start_level, levels - 1);
  const int lowest = std::min(config.lowest_start_level, highest);
  return lowest + static_cast<int>(random.Below(static_cast<uint32_t>(highest - lowest + 1)));
}

bool HasPassed(const TerrainCurriculumConfig& config, const TerrainEpisode& episode) {
  return config.rule != "none" && episode.distance > config.pass_distance;
}

int NextTerrainLevel(const TerrainCurriculumConfig& config, int levels, int level,
                     const TerrainEpisode& episode, Random random) {
  if (config.rule != "distance") return level;
  if (episode.fell) return episode.distance < config.fall_distance ? std::max(0, level - 1) : level;
  if (HasPassed(config, episode)) {
    if (level + 1 < levels) return level + 1;
    if (config.solved == "hold") return levels - 1;
    return static_cast<int>(random.Below(static_cast<uint32_t>(levels)));
  }
  const double expected = std::min(0.5 * episode.commanded, config.time_out_distance);
  return episode.distance < expected ? std::max(0, level - 1) : level;
}

}  // namespace doggo::sim
