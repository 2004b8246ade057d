#include "app/shown_terrain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "sim/terrain/terrain_types.h"

namespace doggo::app {
namespace {

constexpr char kFavourite[] = "stairs_up";
constexpr double kMaxTilt = 1.159;  // rad; gravity's share along the base's z axis is 0.4
// How far from the tile's middle robots begin, in x and in y: one near it, more with room.
constexpr double kStartSpread = 0.25, kSpreadPerRobot = 0.5, kMostSpread = 3;  // m

std::vector<std::string> NamesOf(const sim::TerrainConfig& terrain) {
  std::vector<std::string> names;
  if (terrain.types.empty()) return names;
  for (const sim::TerrainShare& share : sim::ParseTerrainShares(terrain))
    names.push_back(share.type);
  return names;
}

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Throws where there is no such type of terrain.
void RequireType(const std::string& type) {
  std::vector<std::string_view> all;
  for (const sim::TerrainType& row : sim::TerrainTypes()) all.push_back(row.name);
  if (std::find(all.begin(), all.end(), type) == all.end())
    throw std::invalid_argument(fmt::format("--terrain {}: there is no such ground; there are {}",
                                            type, fmt::join(all, ", ")));
}

std::string DefaultType(const std::vector<std::string>& names) {
  if (names.empty()) return "";
  if (Has(names, kFavourite)) return kFavourite;
  const auto rough = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return name != sim::kFlatTerrain;
  });
  return rough != names.end() ? *rough : names.front();
}

}  // namespace

ShownTile ChooseTile(const sim::TerrainConfig& trained, const TerrainAsked& asked) {
  const std::vector<std::string> names = NamesOf(trained);
  if (!asked.type.empty()) RequireType(asked.type);
  ShownTile tile = {asked.type.empty() ? DefaultType(names) : asked.type, 0};
  if (names.empty() && tile.type == sim::kFlatTerrain) tile.type.clear();
  if (tile.is_plane() && asked.level)
    throw std::invalid_argument(fmt::format(
        "--level {}: this policy walks on flat ground; name another one too, as --terrain {}",
        *asked.level, kFavourite));
  const int last = trained.levels - 1;
  if (asked.level && (*asked.level < 0 || *asked.level > last))
    throw std::invalid_argument(
        fmt::format("--level {}: levels are from 0 to {}", *asked.level, last));
  if (!tile.is_plane()) tile.level = asked.level.value_or(last / 2);
  return tile;
}

sim::TerrainConfig ArenaWith(const sim::TerrainConfig& trained, const ShownTile& tile) {
  sim::TerrainConfig arena = trained;
  if (tile.is_plane() || Has(NamesOf(trained), tile.type)) return arena;
  arena.types.push_back(fmt::format("{} share={}", tile.type, trained.types.empty() ? 1 : 0));
  return arena;
}

sim::LocomotionConfig OnTile(sim::LocomotionConfig judged, const sim::LocomotionConfig& trained,
                             const ShownTile& tile, int robots) {
  if (tile.is_plane()) return judged;
  sim::LocomotionConfig world = std::move(judged);
  // of an arena of shares, which decide where robots stand: all on this type
  world.terrain = ArenaWith(trained.terrain, tile);
  const std::vector<std::string> names = NamesOf(world.terrain);
  world.terrain.types.clear();
  for (const std::string& name : names)
    world.terrain.types.push_back(fmt::format("{} share={}", name, name == tile.type ? 1 : 0));
  world.terrain_curriculum = {
      .rule = "none",
      .lowest_start_level = tile.level,
      .start_level = tile.level,
      .start_spread = std::min(kMostSpread, kStartSpread + kSpreadPerRobot * (robots - 1)),
      .anywhere_share = 0};
  world.randomization.heading = robots > 1 ? std::numbers::pi : 0;
  // commands that are drawn are those of rough ground
  world.commands.terrain_vx = trained.commands.terrain_vx;
  world.commands.terrain_vy = trained.commands.terrain_vy;
  world.commands.terrain_vy_share = trained.commands.terrain_vy_share;
  world.commands.terrain_drift = trained.commands.terrain_drift;
  world.commands.heading_gain = trained.commands.heading_gain;
  // knees may be below the edge of a step, and the base near to it
  world.terminations = {
      .base_height = false, .knee_height = false, .base_contact = true, .max_tilt = kMaxTilt};
  return world;
}

std::string TileText(const ShownTile& tile, int levels) {
  return fmt::format("{}, level {} of 0-{}", tile.type, tile.level, levels - 1);
}

std::string GroundText(const sim::Ground& ground, const Eigen::Vector3d& p_W) {
  if (ground.is_plane()) return "";
  const auto place = ground.TileAt(p_W.x(), p_W.y());
  if (!place) return "flat border";
  return TileText({ground.types[static_cast<size_t>(place->type)], place->level}, ground.levels);
}

}  // namespace doggo::app
