// The quadruped's task with everything random that can be, each a little.
#pragma once

#include <numbers>
#include <string>

#include "sim/locomotion/config.h"

namespace doggo::sim {

// Every row of RandomizationTerms() varies, pushes and changes of command come often, the policy's
// observations are noisy, late and remembered, the critic sees every observation there is, and
// every reward has a weight.
inline LocomotionConfig EverythingRandom() {
  LocomotionConfig config;
  config.physics.contacts = "all";  // some rewards are of parts that touch
  config.commands.hold = {0.2, 2};
  config.commands.forward_share = 0.1;
  config.commands.heading_share = 0.3;
  config.commands.curriculum = true;

  config.randomization = {.friction = {0.4, 1.25},
                          .base_mass = {-5, 5},
                          .base_com = {-0.03, 0.03},
                          .base_inertia = {0.9, 1.1},
                          .link_mass = {0.9, 1.1},
                          .kp = {0.9, 1.1},
                          .kd = {0.9, 1.1},
                          .motor_strength = {0.9, 1.1},
                          .latency = {0, 2},
                          .armature = {0.9, 1.1},
                          .joint_damping = {0, 0.5},
                          .joint_friction = {0, 0.5},
                          .encoder_bias = {-0.02, 0.02},
                          .gyro_bias = {-0.05, 0.05},
                          .imu_tilt = {-0.03, 0.03},
                          .gravity = {-0.3, 0.3},
                          .joint_scale = {0.9, 1.1},
                          .joint_position = 0.1,
                          .joint_speed = 1,
                          .base_velocity = 0.5,
                          .tilt = 0.1,
                          .heading = std::numbers::pi,
                          .drop_height = 0.05,
                          .push_interval = 1,
                          .push_speed = {-1, 1},
                          .push_turn = {-0.5, 0.5},
                          .push_force = {-100, 100},
                          .push_duration = {0.05, 0.3}};

  config.observations.policy = {"base_linear_velocity noise=0.1",
                                "base_angular_velocity noise=0.2 delay=0..1",
                                "projected_gravity noise=0.05 delay=1",
                                "command_velocity",
                                "command_yaw_rate",
                                "joint_position noise=0.01 delay=0..2 history=3",
                                "joint_velocity noise=1.5 delay=0..2 history=2 clip=2",
                                "last_action history=2",
                                "gait_phase",
                                "moving",
                                "fore_aft_frame"};
  config.symmetry = "left_right";  // some rows have no fore-aft image
  config.observations.critic.clear();
  for (const ObservationTerm& term : ObservationTerms())
    config.observations.critic.emplace_back(term.name);

  for (const RewardTerm& term : RewardTerms()) {
    constexpr double kSmall = -1e-4;  // 1/s
    if (config.rewards.*term.weight == 0) config.rewards.*term.weight = kSmall;
  }
  return config;
}

}  // namespace doggo::sim
