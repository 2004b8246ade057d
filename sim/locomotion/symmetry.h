// The robot's mirror images: how left-right and fore-aft mirrors act on what the policy sees and
// does.
//
// Left-right (mirror y): swap left and right legs; HAA changes sign. Fore-aft (mirror x): swap
// front and hind legs; HFE and KFE change sign. The first is exact with a symmetric base, the
// second approximate (the centre of mass lies 1.8 cm behind the middle). Velocities mirror as
// vectors, angular ones as pseudo-vectors. A trot's mirror image is itself
// half a period later.
#pragma once

#include <span>

#include "sim/interface/vec_env.h"

namespace doggo::sim {

enum class Reflection { kLeftRight, kForeAft };

// What a group of numbers is, geometrically: that is all a mirror needs to know.
enum class Quantity {
  kVector,        // 3: velocity, gravity
  kPseudoVector,  // 3: angular velocity
  kPlanarVector,  // 2: x, y
  kTurn,          // 1: yaw, yaw rate
  kScalar,        // 1: unchanged
  kTrotPhase,     // 2: sine and cosine of the trot's clock, half a period later in the mirror
  kForeAftFrame,  // 1: changes sign in a fore-aft mirror
  kJoints,        // 12: angles, speeds, torques
  kJointScalars,  // 12: of each joint, without a direction
  kLegs,          // 4
  kLegVectors,    // 12: a vector for each leg
  kFineScan,      // heights on a grid (sim/terrain/height_scan.h)
  kCoarseScan,    // likewise, further ahead than behind: it has no fore-aft image
  kFootScan,      // heights ahead of each foot, leg by leg: likewise
};

int Size(Quantity quantity);

// Does the quantity have a mirror image that is made of the same numbers?
bool HasMirror(Reflection reflection, Quantity quantity);

// How the reflection acts on a list of such groups, one after another; one without a mirror image
// stays as it is.
Mirror MirrorOf(Reflection reflection, std::span<const Quantity> quantities);

}  // namespace doggo::sim
