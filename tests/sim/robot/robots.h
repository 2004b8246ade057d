// ANYmal on flat ground as the tests use it, and how its legs are laid out.
#pragma once

#include "sim/interface/random.h"
#include "sim/robot/robot.h"

namespace doggo::sim {

inline constexpr std::array<double, kNumLegs> kForward = {1, 1, -1, -1};   // sx of LF RF LH RH
inline constexpr std::array<double, kNumLegs> kLeftward = {1, -1, 1, -1};  // sy

inline Robot LoadAnymal(const PhysicsConfig& physics = {}, const DriveConfig& drive = {}) {
  return LoadRobot(physics, drive, DOGGO_SOURCE_DIR);
}

// Every joint uniform in +-half_width.
inline Joints RandomJoints(double half_width, Random& random) {
  return Joints::NullaryExpr([&] { return random.Uniform(-half_width, half_width); });
}

// The foot's centre in the base frame at a leg's angles HAA HFE KFE, in closed form; dimensions of
// ANYbotics' URDF (models/anymal/README.md).
inline Eigen::Vector3d FootPosition(int leg, const Eigen::Vector3d& angles) {
  const double sx = kForward[leg], sy = kLeftward[leg];
  const double haa = angles[0], a = sx * angles[1], b = sx * (angles[1] + angles[2]);
  const double x = 0.0599 - 0.285 * std::sin(a) + 0.08795 * std::cos(b) - 0.31547 * std::sin(b);
  const double z = -0.285 * std::cos(a) - 0.08795 * std::sin(b) - 0.31547 * std::cos(b);
  const double y = (0.08381 + 0.1003 + 0.01305) * sy;
  return {sx * (0.2999 + x), 0.104 * sy + y * std::cos(haa) - z * std::sin(haa),
          y * std::sin(haa) + z * std::cos(haa)};
}

}  // namespace doggo::sim
