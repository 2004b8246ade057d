// What a robot, or another simulator, needs to know to run a policy of this task: nothing else of
// the configuration is needed to act as the environment does.
#pragma once

#include <string>

#include "sim/locomotion/config.h"

namespace doggo::sim {

// Raised when a key changes its meaning or goes; new keys leave it as it is. Policies of before
// have no "version" in their contract, and lack the geometry that the trot needs.
// Version 3 has a trot of exact kinematics, or one that sees the ground; whoever knows version 2
// alone could not make it. Without these a contract still is of version 2.
inline constexpr int kContractVersion = 3, kPlainTrotVersion = 2;

// EnvSpec::contract, as JSON; SI units, radians.
//   version, control_dt_s, physics (as trained), units, frames, rules (in words: how an observation
//   is made, what an action means, how the clock runs, what the trot adds)
//   observations   in order: name, first (its first number), size, unit, scale, history, meaning;
//                  clip, trained_with_noise, trained_with_delay_steps where there are
//   joints, default_pose_rad, joint_low_rad, joint_high_rad (null: unlimited)     in this order
//   legs, feet_B_m (4 x 3), leg_inverse_rad_per_m (4 x 3 x 3: joints x foot), base_height_m
//   action (scale_rad, clip), drive, gait, command
std::string Contract(const LocomotionConfig& config, const Robot& robot,
                     const ObservationLayout& policy);

}  // namespace doggo::sim
