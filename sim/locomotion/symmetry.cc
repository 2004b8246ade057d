#include "sim/locomotion/symmetry.h"

#include <array>

#include "sim/robot/robot.h"
#include "sim/terrain/height_scan.h"

namespace doggo::sim {
namespace {

// Which leg takes the place of LF, RF, LH, RH.
constexpr std::array<int, kNumLegs> kSwapLeftRight = {1, 0, 3, 2};
constexpr std::array<int, kNumLegs> kSwapForeAft = {2, 3, 0, 1};

void Append(Mirror& mirror, std::initializer_list<float> signs) {
  for (float sign : signs) {
    mirror.from.push_back(static_cast<int>(mirror.from.size()));
    mirror.sign.push_back(sign);
  }
}

// Three numbers of each leg: the legs change places, the numbers their signs.
void AppendLegs(const std::array<int, kNumLegs>& swap, const std::array<float, 3>& sign, int first,
                Mirror& mirror) {
  for (int leg = 0; leg < kNumLegs; ++leg) {
    for (int k = 0; k < 3; ++k) {
      mirror.from.push_back(first + 3 * swap[leg] + k);
      mirror.sign.push_back(sign[k]);
    }
  }
}

void AppendUnchanged(int size, Mirror& mirror) {
  for (int k = 0; k < size; ++k) Append(mirror, {1});
}

void AppendScan(const ScanGrid& grid, bool left_right, Mirror& mirror) {
  const int first = static_cast<int>(mirror.from.size());
  for (int i = 0; i < grid.along; ++i) {
    for (int j = 0; j < grid.across; ++j) {
      mirror.from.push_back(first + (left_right ? grid.Index(i, grid.across - 1 - j)
                                                : grid.Index(grid.along - 1 - i, j)));
      mirror.sign.push_back(1);
    }
  }
}

}  // namespace

int Size(Quantity quantity) {
  switch (quantity) {
    case Quantity::kVector:
    case Quantity::kPseudoVector:
      return 3;
    case Quantity::kPlanarVector:
    case Quantity::kTrotPhase:
      return 2;
    case Quantity::kTurn:
    case Quantity::kScalar:
    case Quantity::kForeAftFrame:
      return 1;
    case Quantity::kJoints:
    case Quantity::kJointScalars:
      return kNumJoints;
    case Quantity::kLegVectors:
      return 3 * kNumLegs;
    case Quantity::kLegs:
      return kNumLegs;
    case Quantity::kFineScan:
      return kFineGrid.size();
    case Quantity::kCoarseScan:
      return kCoarseGrid.size();
    case Quantity::kFootScan:
      return kNumLegs * static_cast<int>(kFootDistances.size());
  }
  return 0;
}

bool HasMirror(Reflection reflection, Quantity quantity) {
  return reflection == Reflection::kLeftRight ||
         (quantity != Quantity::kCoarseScan && quantity != Quantity::kFootScan);
}

Mirror MirrorOf(Reflection reflection, std::span<const Quantity> quantities) {
  const bool lr = reflection == Reflection::kLeftRight;
  const auto& swap = lr ? kSwapLeftRight : kSwapForeAft;
  const std::array<float, 3> joint_sign =
      lr ? std::array{-1.f, 1.f, 1.f} : std::array{1.f, -1.f, -1.f};  // HAA HFE KFE

  Mirror mirror;
  for (Quantity quantity : quantities) {
    const int first = static_cast<int>(mirror.from.size());
    switch (quantity) {
      case Quantity::kVector:
        lr ? Append(mirror, {1, -1, 1}) : Append(mirror, {-1, 1, 1});
        break;
      case Quantity::kPseudoVector:
        lr ? Append(mirror, {-1, 1, -1}) : Append(mirror, {1, -1, -1});
        break;
      case Quantity::kPlanarVector:
        lr ? Append(mirror, {1, -1}) : Append(mirror, {-1, 1});
        break;
      case Quantity::kTurn:
        Append(mirror, {-1});
        break;
      case Quantity::kScalar:
        Append(mirror, {1});
        break;
      case Quantity::kTrotPhase:
        Append(mirror, {-1, -1});
        break;
      case Quantity::kForeAftFrame:
        Append(mirror, {lr ? 1.f : -1.f});
        break;
      case Quantity::kJoints:
        AppendLegs(swap, joint_sign, first, mirror);
        break;
      case Quantity::kJointScalars:
        AppendLegs(swap, {1, 1, 1}, first, mirror);
        break;
      case Quantity::kLegVectors:
        AppendLegs(swap, lr ? std::array{1.f, -1.f, 1.f} : std::array{-1.f, 1.f, 1.f}, first,
                   mirror);
        break;
      case Quantity::kLegs:
        for (int leg = 0; leg < kNumLegs; ++leg) {
          mirror.from.push_back(first + swap[leg]);
          mirror.sign.push_back(1);
        }
        break;
      case Quantity::kFineScan:
        AppendScan(kFineGrid, lr, mirror);
        break;
      case Quantity::kCoarseScan:
        lr ? AppendScan(kCoarseGrid, true, mirror) : AppendUnchanged(Size(quantity), mirror);
        break;
      case Quantity::kFootScan:
        if (!lr) {
          AppendUnchanged(Size(quantity), mirror);
          break;
        }
        for (int leg = 0; leg < kNumLegs; ++leg) {
          for (int k = 0; k < static_cast<int>(kFootDistances.size()); ++k) {
            mirror.from.push_back(first + swap[leg] * static_cast<int>(kFootDistances.size()) + k);
            mirror.sign.push_back(1);
          }
        }
        break;
    }
  }
  return mirror;
}

}  // namespace doggo::sim
