// The reward, a table: each row a pure function of one control step. Reward of a step = step_dt *
// sum of weight * value.
#pragma once

#include <span>
#include <string_view>

#include "sim/interface/config_field.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

// Weights (per second), and the parameters of the terms. A weight of zero switches its term off.
struct RewardConfig {
  double track_linear_velocity = 1.0;
  double track_yaw_rate = 0.5;
  double vertical_velocity = -2.0;
  double roll_pitch_rate = -0.05;
  double tilt = -5.0;
  double torque = -2.5e-5;
  double joint_acceleration = -1e-7;
  double action_rate = -0.01;
  double pose = -0.3;
  double contact_schedule = 0.1;
  double swing_height = -3.0;
  double stance_height = -1.0;
  double foot_slip = -0.1;
  double fall = -50.0;

  double tracking_width_start = 0.5, tracking_width_end = 0.2236;  // m/s, rad/s
  double tracking_anneal_steps = 500e3;                            // environment steps
  double swing_target = 0.09;                                      // m
  double moving_leg_pose = 0.2, standing_pose = 5;
};
ConfigFields Fields(RewardConfig& config);

struct RewardTerm {
  std::string_view name;
  double RewardConfig::*weight;
  double (*value)(const Transition&, const RewardConfig&);
  std::string_view meaning;
};

std::span<const RewardTerm> RewardTerms();

}  // namespace doggo::sim
