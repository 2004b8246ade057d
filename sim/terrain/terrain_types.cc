#include "sim/terrain/terrain_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace doggo::sim {
namespace {

constexpr double kMostDifficult = 2;
constexpr double kHoleDepth = 1;  // m, of gaps: who steps into one has fallen

int Cells(double length) { return static_cast<int>(std::lround(length / kCellSize)); }

// Of a corner of cells, m from the tile's middle.
double Corner(int i) { return (i - kTileCells / 2) * kCellSize; }

double Mix(double from, double to, double d) { return from + (to - from) * d; }

// --- what several types are made of

// A pyramid with a flat top, m: legged_gym's slopes, platform 3 m.
double Pyramid(double slope, int i, int j) {
  constexpr double kHalfPlatform = 1.5;
  const double from_middle = std::max({std::abs(Corner(i)), std::abs(Corner(j)), kHalfPlatform});
  return slope * (0.5 * kTileSize - from_middle);
}

// Rings of equal steps from the rim inwards, until the next would be narrower than the platform;
// legged_gym takes 3 m and so, with treads of 0.3 m, has nine risers and 2.6 m left.
void FillStairs(double riser, int tread, Tile& tile) {
  constexpr int kPlatform = 30;  // cells
  const int risers = (kTileCells - kPlatform + 2 * tread - 1) / (2 * tread);
  FillLevel([&](int column,
                int row) { return riser * std::min(risers, CellsFromRim(column, row) / tread); },
            tile);
}

// Uniform in +-`amplitude` in steps of 5 mm on a lattice of two cells, linear between; zero along
// the rim.
class LatticeNoise {
 public:
  LatticeNoise(double amplitude, Random& random) : height_(kNodes * kNodes) {
    constexpr double kStep = 0.005;  // m
    for (int j = 0; j < kNodes; ++j) {
      for (int i = 0; i < kNodes; ++i) {
        const double height = random.Uniform(-amplitude, amplitude);
        const bool rim = i == 0 || j == 0 || i == kNodes - 1 || j == kNodes - 1;
        height_[j * kNodes + i] = rim ? 0 : kStep * std::round(height / kStep);
      }
    }
  }

  // At a corner of cells.
  double operator()(int i, int j) const {
    const int i0 = i / 2, i1 = (i + 1) / 2, j0 = j / 2, j1 = (j + 1) / 2;
    return (Node(i0, j0) + Node(i1, j0) + Node(i0, j1) + Node(i1, j1)) / 4;
  }

 private:
  static constexpr int kNodes = kTileCells / 2 + 1;
  double Node(int i, int j) const { return height_[j * kNodes + i]; }
  std::vector<double> height_;
};

// Smooth hills: gradient noise (Perlin 2002, "Improving noise"), about -0.7 to 0.7, one hill or
// hollow per 1 / frequency.
class GradientNoise {
 public:
  GradientNoise(double frequency, Random& random)
      : frequency_(frequency), nodes_(static_cast<int>(frequency * kTileSize) + 2) {
    for (int k = 0; k < nodes_ * nodes_; ++k) {
      const double angle = 2 * std::numbers::pi * random.Uniform();
      gradient_.emplace_back(std::cos(angle), std::sin(angle));
    }
  }

  // At x, y in m from the tile's corner.
  double operator()(double x, double y) const {
    const int i = static_cast<int>(x * frequency_), j = static_cast<int>(y * frequency_);
    const Eigen::Vector2d at(x * frequency_ - i, y * frequency_ - j);
    const auto ramp = [&](int a, int b) {
      return gradient_[(j + b) * nodes_ + i + a].dot(at - Eigen::Vector2d(a, b));
    };
    const double u = Fade(at.x()), v = Fade(at.y());
    return std::lerp(std::lerp(ramp(0, 0), ramp(1, 0), u), std::lerp(ramp(0, 1), ramp(1, 1), u), v);
  }

 private:
  static double Fade(double t) { return t * t * t * (t * (6 * t - 15) + 10); }
  double frequency_;  // 1/m
  int nodes_;
  std::vector<Eigen::Vector2d> gradient_;
};

// A surface less the one that is spanned by its rim (Coons 1967), so that the rim is at zero.
template <typename Height>
double LessRim(const Height& height, double x, double y) {
  constexpr double kEnd = kTileSize;
  const double u = x / kEnd, v = y / kEnd;
  const double across = std::lerp(height(0, y), height(kEnd, y), u);
  const double along = std::lerp(height(x, 0), height(x, kEnd), v);
  const double corners = std::lerp(std::lerp(height(0, 0), height(kEnd, 0), u),
                                   std::lerp(height(0, kEnd), height(kEnd, kEnd), u), v);
  return height(x, y) - (across + along - corners);
}

// --- the types. d: difficulty.

void Flat(double, Random&, Tile&) {}

// Rudin et al. 2021; numbers of legged_gym's utils/terrain.py, as cells of 0.1 m give them.
void SlopeUp(double d, Random&, Tile& tile) {
  FillSurface([&](int i, int j) { return -Pyramid(0.4 * d, i, j); }, tile);
}

void SlopeDown(double d, Random&, Tile& tile) {
  FillSurface([&](int i, int j) { return Pyramid(0.4 * d, i, j); }, tile);
}

void RoughSlope(double d, Random& random, Tile& tile) {
  const LatticeNoise noise(0.05, random);
  FillSurface([&](int i, int j) { return Pyramid(0.4 * d, i, j) + noise(i, j); }, tile);
}

double Riser(double d) { return 0.05 + 0.18 * d; }
constexpr int kTread = 3;  // cells; legged_gym's 0.31 m, rounded as there

void StairsUp(double d, Random&, Tile& tile) { FillStairs(-Riser(d), kTread, tile); }
void StairsDown(double d, Random&, Tile& tile) { FillStairs(Riser(d), kTread, tile); }

// Later boxes lie over earlier ones; the platform in the middle and the rim stay free.
void Discrete(double d, Random& random, Tile& tile) {
  constexpr int kBoxes = 20, kNarrow = 10, kWide = 20, kPlatform = 30, kRim = 1;  // cells
  const double h = 0.05 + 0.2 * d;
  const double heights[] = {-h, -h / 2, h / 2, h};
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random.Below(static_cast<uint32_t>(high - low + 1)));
  };
  for (int box = 0; box < kBoxes; ++box) {
    const int length = draw(kNarrow, kWide), width = draw(kNarrow, kWide);
    const int left = draw(kRim, kTileCells - kRim - length);
    const int near = draw(kRim, kTileCells - kRim - width);
    const double height = heights[random.Below(4)];
    for (int row = near; row < near + width; ++row) {
      for (int column = left; column < left + length; ++column) {
        tile.At(column, row).height = static_cast<float>(height);
      }
    }
  }
  for (int row = 0; row < kTileCells; ++row) {
    for (int column = 0; column < kTileCells; ++column) {
      if (CellsFromRim(column, row) >= (kTileCells - kPlatform) / 2) tile.At(column, row) = {};
    }
  }
}

// Square stones in rows that are shifted against each other, one cell of hole between them.
void SteppingStones(double d, Random& random, Tile& tile) {
  constexpr int kPlatform = 40, kRim = 2, kBetween = 1;  // cells
  const int stone = std::max(2, Cells(1.5 * (1.05 - d))), pitch = stone + kBetween;
  std::vector<int> shift(kTileCells / pitch + 1);
  for (int& s : shift) s = static_cast<int>(random.Below(static_cast<uint32_t>(pitch)));
  FillLevel(
      [&](int column, int row) {
        const int from_rim = CellsFromRim(column, row);
        const bool ground = from_rim < kRim || from_rim >= (kTileCells - kPlatform) / 2;
        const bool on_stone = row % pitch < stone && (column + shift[row / pitch]) % pitch < stone;
        return ground || on_stone ? 0.0 : -kHoleDepth;
      },
      tile);
}

void Gap(double d, Random&, Tile& tile) {
  constexpr int kPlatform = 30;  // cells
  const int inner = (kTileCells - kPlatform) / 2, outer = inner - Cells(d);
  FillLevel(
      [&](int column, int row) {
        const int from_rim = CellsFromRim(column, row);
        return from_rim >= outer && from_rim < inner ? -kHoleDepth : 0.0;
      },
      tile);
}

void Pit(double d, Random&, Tile& tile) {
  constexpr int kPlatform = 40;  // cells
  FillLevel(
      [&](int column, int row) {
        return CellsFromRim(column, row) >= (kTileCells - kPlatform) / 2 ? -d : 0.0;
      },
      tile);
}

// sin * sin: its nodes are the rim, and the tile's middle.
void Waves(double d, Random&, Tile& tile) {
  constexpr double kWave = 2;  // m
  const double k = 2 * std::numbers::pi / kWave;
  FillSurface(
      [&](int i, int j) { return 0.2 * d * std::sin(k * Corner(i)) * std::sin(k * Corner(j)); },
      tile);
}

void RandomRough(double d, Random& random, Tile& tile) {
  const LatticeNoise noise(0.1 * d, random);
  FillSurface(noise, tile);
}

// Lee et al. 2020, table S2: roughness 0 to 0.05 m, frequency 0.2 to 1, amplitude 0.2 to 3 m. From
// small bumps to long hills, so that the slope grows with difficulty: amplitude * frequency =
// 0.2 * 3^d.
void LeeHills(double d, Random& random, Tile& tile) {
  const double frequency = std::pow(0.2, d), amplitude = 0.2 * std::pow(15, d);
  const GradientNoise hills(frequency, random);
  const LatticeNoise roughness(0.05 * d, random);
  FillSurface(
      [&](int i, int j) {
        return amplitude * LessRim(hills, i * kCellSize, j * kCellSize) + roughness(i, j);
      },
      tile);
}

// Steps: width 0.1 to 0.5 m, height 0.05 to 0.3 m: square columns of random heights.
void LeeSteps(double d, Random& random, Tile& tile) {
  constexpr int kRim = 1;
  const int width = Cells(Mix(0.5, 0.1, d)), across = kTileCells / width + 1;
  const double highest = Mix(0.05, 0.3, d);
  std::vector<double> height(across * across);
  for (double& h : height) h = random.Uniform(0, highest);
  FillLevel(
      [&](int column, int row) {
        const bool rim = CellsFromRim(column, row) < kRim;
        return rim ? 0.0 : height[row / width * across + column / width];
      },
      tile);
}

// Stairs: width 0.1 to 0.5 m, height 0.02 to 0.2 m.
void LeeStairs(double d, Random&, Tile& tile) {
  FillStairs(-Mix(0.02, 0.2, d), Cells(Mix(0.5, 0.1, d)), tile);
}

// clang-format off
constexpr TerrainType kTypes[] = {
    // the order is part of what the random numbers are drawn for: new rows stand at the end
    {"flat", kMostDifficult, Flat,
     "flat ground, whatever the difficulty"},
    {"slope_up", kMostDifficult, SlopeUp,
     "out of a funnel with a floor of 3 m; at 1 its slope is 0.4 (22 degrees), at 1.45 30 degrees"},
    {"slope_down", kMostDifficult, SlopeDown,
     "down a pyramid with a top of 3 m; at 1 its slope is 0.4 (22 degrees), at 1.45 30 degrees"},
    {"rough_slope", kMostDifficult, RoughSlope,
     "down such a pyramid, with noise of +-5 cm at every difficulty"},
    {"stairs_up", kMostDifficult, StairsUp,
     "up nine steps of 0.3 m; at 0 they are 5 cm high, at 1 23 cm, at 1.4 30 cm"},
    {"stairs_down", kMostDifficult, StairsDown,
     "down nine steps of 0.3 m; at 0 they are 5 cm high, at 1 23 cm, at 1.4 30 cm"},
    {"discrete", kMostDifficult, Discrete,
     "over 20 boxes and holes of 1 to 2 m; at 0 they are up to 5 cm high or deep, at 1 25 cm"},
    {"stepping_stones", 1, SteppingStones,
     "over stones, holes of 0.1 m between them; at 0 they are 1.6 m wide, from 0.9 on 0.2 m"},
    {"gap", kMostDifficult, Gap,
     "across a gap around a platform of 3 m; at 0.6 it is 0.6 m wide, at 1 1 m"},
    {"pit", kMostDifficult, Pit,
     "out of a pit of 4 m; at 0.3 it is 0.3 m deep, at 1 1 m"},
    {"waves", kMostDifficult, Waves,
     "over bumps and hollows every 2 m; at 1 they are 0.2 m high and as steep as 32 degrees"},
    {"random_rough", kMostDifficult, RandomRough,
     "noise on a lattice of 0.2 m; at 1 +-10 cm"},
    {"lee_hills", 1, LeeHills,
     "Lee et al. 2020: hills; at 0 of 0.2 m every 1 m, at 1 of 3 m every 5 m, noise of 5 cm on them"},
    {"lee_steps", 1, LeeSteps,
     "Lee et al. 2020: square columns; at 0 0.5 m wide and up to 5 cm high, at 1 0.1 m and 30 cm"},
    {"lee_stairs", 1, LeeStairs,
     "Lee et al. 2020: up stairs; at 0 0.5 m wide and 2 cm high, at 1 0.1 m and 20 cm"},
};
// clang-format on

}  // namespace

std::span<const TerrainType> TerrainTypes() { return kTypes; }

const TerrainType& FindTerrainType(std::string_view name) {
  for (const TerrainType& type : kTypes) {
    if (type.name == name) return type;
  }
  throw std::invalid_argument(fmt::format("unknown terrain '{}'", name));
}

}  // namespace doggo::sim
