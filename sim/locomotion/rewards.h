// The reward, a table: each row a pure function of one control step.
//
//   reward of a step = step_dt * sum over the rows of weight * k * value
//
// where k is 1 for an objective (following the command, not falling) and the curriculum factor for
// every other row.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

// Weights (per second), and the parameters of the terms. A weight of zero switches its term off.
// The formulas stand in reward_terms.h.
struct RewardConfig {
  // --- weights

  // follow the command
  double track_linear_velocity = 1.0;
  double track_yaw_rate = 0.5;
  double track_linear_velocity_3d = 0;
  double track_angular_velocity_3d = 0;
  double track_linear_velocity_logistic = 0;
  double track_angular_velocity_logistic = 0;

  // a calm base
  double vertical_velocity = -2.0;
  double heave = 0;
  double roll_pitch_rate = -0.05;
  double tilt_rate = 0;
  double tilt = -5.0;
  double tilt_distance = 0;
  double upright = 0;
  double base_height = 0;
  double tilt_to_ground = 0;
  double base_clearance = 0;

  // little effort, smooth
  double torque = -2.5e-5;
  double torque_norm = 0;
  double torque_norms = 0;
  double torque_rate = 0;
  double energy = 0;
  double positive_power = 0;
  double joint_speed = 0;
  double joint_acceleration = -1e-7;
  double action_rate = -0.01;
  double action_smoothness = 0;

  // within the limits of the drives
  double joint_limits = 0;
  double joint_speed_limits = 0;
  double torque_limits = 0;

  // near the default pose
  double pose = -0.3;
  double pose_kernel = 0;
  double posture = 0;
  double stand_still = 0;
  double standing_drift = 0;

  // the gait clock
  double contact_schedule = 0.1;
  double swing_height = -3.0;
  double stance_height = -1.0;
  double swing_clearance = 0;

  // steps
  double feet_air_time = 0;
  double feet_in_flight = 0;
  double air_time_variance = 0;
  double foot_clearance = 0;
  double foot_clearance_root = 0;
  double foot_clearance_squared = 0;
  double foot_swing_peak = 0;

  // contacts
  double foot_slip = -0.1;
  double foot_slip_moving = 0;
  double foot_slip_speed = 0;
  double soft_landing = 0;
  double contact_force = 0;
  double stumble = 0;
  double wall_contact = 0;
  double collision = 0;
  double hard_contact = 0;

  double fall = -50.0;

  // --- parameters

  std::string tracking_frame = "heading";                          // or "base"
  double tracking_width_start = 0.5, tracking_width_end = 0.2236;  // m/s, rad/s
  double tracking_anneal_steps = 500e3;                            // environment steps
  double linear_width_3d = 0.5;                                    // m/s; mjlab
  double angular_width_3d = 0.7071;                                // rad/s; mjlab: sqrt(0.5)
  double linear_logistic_scale = 4;   // s/m; Hwangbo et al. 2019, table S3
  double angular_logistic_scale = 1;  // s/rad; Hwangbo et al. 2019, table S3

  double upright_width = 0.4472;    // mjlab: sqrt(0.2)
  double base_height_target = 0.5;  // m; legged_gym

  double joint_limit_margin = 0;   // rad; legged_gym: soft limits = limits
  double joint_speed_limit = 7.5;  // rad/s; ANYdrive 3 in Isaac Lab
  double torque_limit = 80;        // N m; legged_gym, ANYmal C

  double moving_leg_pose = 0.2, standing_pose = 5;
  double pose_kernel_haa = 1, pose_kernel_hfe = 1, pose_kernel_kfe = 0.1;  // 1/rad^2; Playground
  double posture_standing_hip = 0.05, posture_standing_knee = 0.1;         // rad; mjlab
  double posture_moving_hip = 0.3, posture_moving_knee = 0.6;              // rad; mjlab

  double swing_target = 0.09;                  // m
  double air_time_target = 0.5;                // s; legged_gym (Playground: 0.1)
  double flight_min = 0.05, flight_max = 0.5;  // s; mjlab
  double foot_height_target = 0.1;             // m; Playground, mjlab (Hwangbo et al. 2019: 0.07)
  double contact_force_limit = 350;            // N; legged_gym, flat ground (rough: 500)

  // legged_gym: a sum below zero counts as zero, or a robot that does badly would rather fall; the
  // fall itself is added afterwards.
  bool only_positive = false;
  double lowest = -1e6;  // 1/s; a sum below this counts as this

  // Hwangbo et al. 2019: see CurriculumFactor. A start of 1 switches it off.
  double curriculum_start = 1;
  double curriculum_rate = 0.997;
  double curriculum_interval = 100e3;  // environment steps; one iteration of their training
};
ConfigFields Fields(RewardConfig& config);

struct RewardTerm {
  std::string_view name;
  double RewardConfig::*weight;
  double (*value)(const Transition&, const RewardConfig&);  // finite; remembers nothing
  bool objective;         // what the robot is there for: the curriculum does not scale it
  std::string_view unit;  // of the value; "1" where it has none
  std::string_view meaning;
};

std::span<const RewardTerm> RewardTerms();

// The rows whose weight is not zero, in the order of the table.
struct ActiveReward {
  const RewardTerm* term;
  double weight;
};
std::vector<ActiveReward> ActiveRewards(const RewardConfig& config);

// k_j = k_0^(r^j) after j intervals of training, from k_0 towards 1: the robot first learns to
// follow its command at all, then to do it well. Hwangbo et al. 2019, "Learning agile and dynamic
// motor skills for legged robots": k_{j+1} = k_j^r.
double CurriculumFactor(const Transition& t, const RewardConfig& config);

// The reward of a control step. What each row contributes, weight * k * value * step_dt, is written
// to per_term (one number per row); these add up to the reward unless only_positive cuts it.
double SumRewards(std::span<const ActiveReward> rows, const Transition& t,
                  const RewardConfig& config, std::span<double> per_term);

}  // namespace doggo::sim
