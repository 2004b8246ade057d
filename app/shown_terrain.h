// Where robots are shown that walk on rough ground: a tile of the arena that their policy was
// trained on.
#pragma once

#include <optional>
#include <string>

#include "sim/locomotion/config.h"

namespace doggo::app {

// What a person asks for, by --terrain and --level.
struct TerrainAsked {
  std::string type;          // "": the default
  std::optional<int> level;  // none: a middle one
};

// Where robots begin, and begin anew.
struct ShownTile {
  std::string type;  // "": the plane
  int level = 0;

  bool is_plane() const { return type.empty(); }
};

// Of a policy that was trained on this terrain. Nothing asked: stairs up, or else the first type
// that is not flat; the plane where it was trained on the plane. Any type can be asked for: a
// policy that was trained on the plane walks there blindly. Throws std::invalid_argument in one
// sentence for a type or level that there is none of.
ShownTile ChooseTile(const sim::TerrainConfig& trained, const TerrainAsked& asked);

// The arena of `trained` with the tile's type, where that is not among its types.
sim::TerrainConfig ArenaWith(const sim::TerrainConfig& trained, const ShownTile& tile);

// The judged world (JudgedWorld) in ArenaWith(trained.terrain, tile), every one of so many
// robots on the tile; a robot falls where its base touches the ground or tilts too far. On
// the plane it is the judged world as it was.
sim::LocomotionConfig OnTile(sim::LocomotionConfig judged, const sim::LocomotionConfig& trained,
                             const ShownTile& tile, int robots);

// "stairs_up, level 4 of 0-9".
std::string TileText(const ShownTile& tile, int levels);

// The tile under a point, likewise; "flat border" beside all tiles, "" on the plane.
std::string GroundText(const sim::Ground& ground, const Eigen::Vector3d& p_W);

}  // namespace doggo::app
