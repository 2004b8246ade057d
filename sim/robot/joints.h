// The legs and their joints: how many, and in what order.
//
// Legs LF RF LH RH (left and right, front and hind), joints HAA HFE KFE in each (hip abduction, hip
// flexion, knee flexion).
#pragma once

#include <Eigen/Core>
#include <array>

namespace doggo::sim {

inline constexpr int kNumLegs = 4;
inline constexpr std::array<const char*, kNumLegs> kLegNames = {"LF", "RF", "LH", "RH"};
inline constexpr std::array<const char*, 3> kLegJointNames = {"HAA", "HFE", "KFE"};
inline constexpr int kNumJoints = 12;

using Joints = Eigen::Matrix<double, kNumJoints, 1>;   // leg by leg
using LegPoints = Eigen::Matrix<double, 3, kNumLegs>;  // one column per leg
using LegVectors = Eigen::Array<double, kNumLegs, 3>;  // one row per leg: x, y, z
using LegScalars = Eigen::Array<double, kNumLegs, 1>;
using LegFlags = Eigen::Array<bool, kNumLegs, 1>;

}  // namespace doggo::sim
