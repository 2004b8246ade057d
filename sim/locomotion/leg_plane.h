// The leg as two links in a plane: the joint angles that put a foot somewhere.
#pragma once

#include "sim/robot/robot.h"

namespace doggo::sim {

// Offsets of HAA, HFE and KFE from the default pose (rad) that move the foot of a leg by `shift`
// (m, B). HFE and KFE are exact for the shift in the leg's plane: p is the foot from HFE's axis,
// l1 and l2 the lengths from there to the knee and from the knee to the foot,
//   cos k = (|p|^2 - l1^2 - l2^2) / (2 l1 l2),   k the knee's angle between them, bent as in the
//                                                default pose, never straight nor folded
//   HFE = atan2(-p_x, -p_z) - atan2(l2 sin k, l1 + l2 cos k)
// HAA swings the leg sideways as a pendulum of the foot's depth, to first order.
Eigen::Vector3d LegOffsets(const Robot& robot, int leg, const Eigen::Vector3d& shift);

}  // namespace doggo::sim
