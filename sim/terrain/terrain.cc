#include "sim/terrain/terrain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "sim/terrain/terrain_types.h"

namespace doggo::sim {
namespace {

constexpr double kMostBytes = 1e9;  // of an arena

// What is wrong with a line of TerrainConfig::types; "" where nothing is.
std::string Problem(const std::string& text) {
  try {
    ParseTerrainShare(text);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

// What each line means.
std::vector<std::string> Notes(const std::vector<std::string>& texts) {
  std::vector<std::string> notes;
  for (const std::string& text : texts) {
    notes.emplace_back(FindTerrainType(ParseTerrainShare(text).type).meaning);
  }
  return notes;
}

double ParseShare(std::string_view text) {
  double share = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(share))
    throw std::invalid_argument(fmt::format("share={}: not a number", text));
  if (share < 0 || share > 1)
    throw std::invalid_argument(fmt::format("share={}: 0 to 1 is allowed", text));
  return share;
}

void Lay(const Tile& tile, int type, int level, Ground& ground) {
  const int first_column = ground.border_cells + level * kTileCells;
  for (int row = 0; row < kTileCells; ++row) {
    const size_t ground_row = ground.border_cells + type * kTileCells + row;
    std::copy_n(&tile.At(0, row), kTileCells,
                &ground.patches[ground_row * ground.columns() + first_column]);
  }
}

}  // namespace

ConfigFields Fields(TerrainConfig& c) {
  ConfigFields fields = {
      {"types", &c.types, "", "what the ground is made of, \"TYPE share=S\"; none: flat"},
      {"levels", &c.levels, "", "tiles of each type, from easy to hard", 1, 100},
      {"hardest", &c.hardest, "", "difficulty of the last level, the first has 0", 0, 2},
      {"seed", &c.seed, "", "of the ground", 0, 1e9},
      {"border", &c.border, "m", "of flat ground around the tiles", 2, 100},
      {"collision", &c.collision, "",
       "the engine meets the ground's cells, or its own boxes: slower, a check of the former, for "
       "level types only"},
  };
  for (const TerrainType& type : TerrainTypes()) fields[0].choices.emplace_back(type.name);
  fields[5].choices = {"cells", "boxes"};
  fields[0].check = Problem;
  fields[0].notes = Notes;
  return fields;
}

TerrainShare ParseTerrainShare(const std::string& text) {
  std::istringstream words(text);
  std::string word, rest;
  TerrainShare share;
  if (!(words >> share.type)) throw std::invalid_argument("a terrain without a name");
  FindTerrainType(share.type);
  if (!(words >> word) || !word.starts_with("share=") || words >> rest)
    throw std::invalid_argument(fmt::format("write '{} share=S', S from 0 to 1", share.type));
  share.share = ParseShare(std::string_view(word).substr(6));
  return share;
}

std::vector<TerrainShare> ParseTerrainShares(const TerrainConfig& config) {
  std::vector<TerrainShare> shares;
  double sum = 0;
  for (const std::string& text : config.types) {
    const TerrainShare share = ParseTerrainShare(text);
    for (const TerrainShare& other : shares) {
      if (other.type == share.type)
        throw std::invalid_argument(fmt::format("terrain.types: '{}' is there twice", share.type));
    }
    sum += share.share;
    shares.push_back(share);
  }
  if (!shares.empty() && std::abs(sum - 1) > 1e-6)
    throw std::invalid_argument(
        fmt::format("terrain.types: the shares add up to {:.6g}, not to 1", sum));
  return shares;
}

double Difficulty(const TerrainConfig& config, int level) {
  return config.levels > 1 ? config.hardest * level / (config.levels - 1) : config.hardest;
}

Ground MakeGround(const TerrainConfig& config) {
  const std::vector<TerrainShare> shares = ParseTerrainShares(config);
  Ground ground;
  if (shares.empty()) return ground;
  for (const TerrainShare& share : shares) ground.types.push_back(share.type);
  ground.levels = config.levels;
  ground.border_cells = static_cast<int>(std::lround(config.border / kCellSize));

  // is there such an arena?
  for (const TerrainShare& share : shares) {
    const double hardest = FindTerrainType(share.type).hardest;
    if (config.hardest > hardest)
      throw std::invalid_argument(
          fmt::format("terrain.hardest: {:g}, but '{}' of terrain.types goes up to difficulty {:g}",
                      config.hardest, share.type, hardest));
  }
  const double bytes = 1.0 * ground.columns() * ground.rows() * sizeof(Patch);
  if (bytes > kMostBytes)
    throw std::invalid_argument(fmt::format(
        "terrain: {} types of {} levels with a border of {:g} m need {:.1f} GB; {:.0f} GB is "
        "allowed; take fewer terrain.levels or a smaller terrain.border",
        shares.size(), config.levels, config.border, bytes / 1e9, kMostBytes / 1e9));

  ground.patches.resize(static_cast<size_t>(ground.columns()) * ground.rows());
  for (int type = 0; type < ground.num_types(); ++type) {
    const TerrainType& row = FindTerrainType(ground.types[type]);
    for (int level = 0; level < config.levels; ++level) {
      Random random(static_cast<uint64_t>(config.seed), Stream::kTerrain,
                    static_cast<uint32_t>(&row - TerrainTypes().data()),
                    static_cast<uint64_t>(level));
      Tile tile;
      row.build(Difficulty(config, level), random, tile);
      Lay(tile, type, level, ground);
    }
  }
  return ground;
}

}  // namespace doggo::sim
