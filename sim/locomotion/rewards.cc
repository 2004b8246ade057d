#include "sim/locomotion/rewards.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "sim/locomotion/reward_terms.h"

namespace doggo::sim {
namespace {

using namespace reward_terms;

// What the robot is there for, and how it should go about it.
constexpr bool kObjective = true, kManner = false;

constexpr RewardTerm kTerms[] = {
    {"track_linear_velocity", &RewardConfig::track_linear_velocity, TrackLinearVelocity, kObjective,
     "1", "follow the commanded velocity"},
    {"track_yaw_rate", &RewardConfig::track_yaw_rate, TrackYawRate, kObjective, "1",
     "follow the commanded turning rate"},
    {"track_linear_velocity_3d", &RewardConfig::track_linear_velocity_3d, TrackLinearVelocity3d,
     kObjective, "1", "follow the commanded velocity, without moving up or down"},
    {"track_angular_velocity_3d", &RewardConfig::track_angular_velocity_3d, TrackAngularVelocity3d,
     kObjective, "1", "follow the commanded turning rate, without rolling or pitching"},
    {"track_linear_velocity_logistic", &RewardConfig::track_linear_velocity_logistic,
     TrackLinearVelocityLogistic, kObjective, "1",
     "follow the commanded velocity, logistic kernel (at most 1/4)"},
    {"track_angular_velocity_logistic", &RewardConfig::track_angular_velocity_logistic,
     TrackAngularVelocityLogistic, kObjective, "1",
     "follow the commanded turning rate, logistic kernel (at most 1/4)"},

    {"vertical_velocity", &RewardConfig::vertical_velocity, VerticalVelocity, kManner, "(m/s)^2",
     "base moving up and down"},
    {"heave", &RewardConfig::heave, Heave, kManner, "(m/s)^2", "base moving along its own z axis"},
    {"roll_pitch_rate", &RewardConfig::roll_pitch_rate, RollPitchRate, kManner, "(rad/s)^2",
     "base rolling and pitching"},
    {"tilt_rate", &RewardConfig::tilt_rate, TiltRate, kManner, "(rad/s)^2",
     "base turning about horizontal axes"},
    {"tilt", &RewardConfig::tilt, Tilt, kManner, "1", "base not level"},
    {"tilt_distance", &RewardConfig::tilt_distance, TiltDistance, kManner, "1",
     "base not level, in proportion to the angle"},
    {"upright", &RewardConfig::upright, Upright, kManner, "1", "base level, at most 1"},
    {"base_height", &RewardConfig::base_height, BaseHeight, kManner, "m^2",
     "base away from base_height_target"},
    {"tilt_to_ground", &RewardConfig::tilt_to_ground, TiltToGround, kManner, "rad^2",
     "base not along the ground under the robot"},
    {"base_clearance", &RewardConfig::base_clearance, BaseClearance, kManner, "m^2",
     "base away from base_height_target above the mean ground under the robot, at most 0.1"},

    {"torque", &RewardConfig::torque, Torque, kManner, "(N m)^2", "effort of the joints"},
    {"torque_norm", &RewardConfig::torque_norm, TorqueNorm, kManner, "N m",
     "effort of the joints, in proportion to the length of the torque vector"},
    {"torque_norms", &RewardConfig::torque_norms, TorqueNorms, kManner, "N m",
     "effort of the joints, in proportion to the torque"},
    {"torque_rate", &RewardConfig::torque_rate, TorqueRate, kManner, "(N m)^2", "jumping torques"},
    {"energy", &RewardConfig::energy, Energy, kManner, "W",
     "mechanical power, driving and braking"},
    {"positive_power", &RewardConfig::positive_power, PositivePower, kManner, "W",
     "mechanical power, driving only"},
    {"joint_speed", &RewardConfig::joint_speed, JointSpeed, kManner, "(rad/s)^2", "fast joints"},
    {"joint_acceleration", &RewardConfig::joint_acceleration, JointAcceleration, kManner,
     "(rad/s^2)^2", "jerky joints"},
    {"action_rate", &RewardConfig::action_rate, ActionRate, kManner, "1", "jumping actions"},
    {"action_smoothness", &RewardConfig::action_smoothness, ActionSmoothness, kManner, "1",
     "actions that change their direction"},

    {"joint_limits", &RewardConfig::joint_limits, JointLimits, kManner, "rad",
     "joints near or beyond the ends of their ranges"},
    {"joint_speed_limits", &RewardConfig::joint_speed_limits, JointSpeedLimits, kManner, "rad/s",
     "joints faster than joint_speed_limit"},
    {"torque_limits", &RewardConfig::torque_limits, TorqueLimits, kManner, "N m",
     "torques beyond torque_limit"},

    {"pose", &RewardConfig::pose, Pose, kManner, "rad^2", "joints away from the default pose"},
    {"pose_kernel", &RewardConfig::pose_kernel, PoseKernel, kManner, "1",
     "joints near the default pose, at most 1"},
    {"posture", &RewardConfig::posture, Posture, kManner, "1",
     "joints near the default pose, stricter while standing, at most 1"},
    {"stand_still", &RewardConfig::stand_still, StandStill, kManner, "rad",
     "joints away from the default pose while told to stand"},
    {"standing_drift", &RewardConfig::standing_drift, StandingDrift, kManner, "m",
     "base away from where it stopped, while it stands"},

    {"contact_schedule", &RewardConfig::contact_schedule, ContactSchedule, kManner, "1",
     "feet that touch when the clock says so"},
    {"swing_height", &RewardConfig::swing_height, SwingHeight, kManner, "m",
     "swinging feet off their arc"},
    {"stance_height", &RewardConfig::stance_height, StanceHeight, kManner, "m",
     "standing feet off the ground"},
    {"swing_clearance", &RewardConfig::swing_clearance, SwingClearance, kManner, "m",
     "swinging feet off their arc over the highest ground on their way"},

    {"feet_air_time", &RewardConfig::feet_air_time, FeetAirTime, kManner, "s",
     "long steps, at touchdown"},
    {"feet_in_flight", &RewardConfig::feet_in_flight, FeetInFlight, kManner, "1",
     "feet in the air for a while"},
    {"air_time_variance", &RewardConfig::air_time_variance, AirTimeVariance, kManner, "s^2",
     "legs that step unlike each other"},
    {"foot_clearance", &RewardConfig::foot_clearance, FootClearance, kManner, "m^2/s",
     "moving feet away from foot_height_target"},
    {"foot_clearance_root", &RewardConfig::foot_clearance_root, FootClearanceRoot, kManner,
     "m (m/s)^0.5", "moving feet away from foot_height_target, by the root of their speed"},
    {"foot_clearance_squared", &RewardConfig::foot_clearance_squared, FootClearanceSquared, kManner,
     "m^3/s", "feet in the air away from foot_height_target, squared"},
    {"foot_swing_peak", &RewardConfig::foot_swing_peak, FootSwingPeak, kManner, "1",
     "steps higher or lower than foot_height_target, at touchdown"},

    {"foot_slip", &RewardConfig::foot_slip, FootSlip, kManner, "(m/s)^2",
     "feet sliding over the ground"},
    {"foot_slip_moving", &RewardConfig::foot_slip_moving, FootSlipMoving, kManner, "(m/s)^2",
     "feet sliding over the ground while told to move"},
    {"foot_slip_speed", &RewardConfig::foot_slip_speed, FootSlipSpeed, kManner, "m/s",
     "feet sliding over the ground, in proportion to the speed"},
    {"soft_landing", &RewardConfig::soft_landing, SoftLanding, kManner, "N", "hard touchdowns"},
    {"contact_force", &RewardConfig::contact_force, ContactForce, kManner, "N",
     "feet pressed harder than contact_force_limit"},
    {"stumble", &RewardConfig::stumble, Stumble, kManner, "1",
     "a foot that hits something upright"},
    {"wall_contact", &RewardConfig::wall_contact, WallContact, kManner, "1",
     "feet that touch something upright"},
    {"collision", &RewardConfig::collision, Collision, kManner, "1",
     "thighs and shanks that touch something"},
    {"hard_contact", &RewardConfig::hard_contact, HardContact, kManner, "1",
     "other parts than feet that are pressed hard"},

    {"fall", &RewardConfig::fall, Fall, kObjective, "1", "the end of an episode by a fall"},
};

}  // namespace

std::span<const RewardTerm> RewardTerms() { return kTerms; }

std::vector<ActiveReward> ActiveRewards(const RewardConfig& config) {
  std::vector<ActiveReward> rows;
  for (const RewardTerm& term : kTerms) {
    if (config.*term.weight != 0) rows.push_back({&term, config.*term.weight});
  }
  return rows;
}

double CurriculumFactor(const Transition& t, const RewardConfig& config) {
  if (config.curriculum_start == 1) return 1;
  const double intervals = t.training_steps / config.curriculum_interval;
  return std::pow(config.curriculum_start, std::pow(config.curriculum_rate, intervals));
}

double SumRewards(std::span<const ActiveReward> rows, const Transition& t,
                  const RewardConfig& config, std::span<double> per_term) {
  assert(per_term.size() == rows.size());
  const double k = CurriculumFactor(t, config);
  double sum = 0, fall = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& [term, weight] = rows[i];
    per_term[i] = weight * (term->objective ? 1 : k) * term->value(t, config) * t.step_dt;
    (term->weight == &RewardConfig::fall ? fall : sum) += per_term[i];
  }
  const double lowest = config.only_positive ? 0.0 : config.lowest * t.step_dt;
  return std::max(lowest, sum) + fall;
}

ConfigFields Fields(RewardConfig& c) {
  ConfigFields fields;
  for (const RewardTerm& term : kTerms) {
    fields.push_back({std::string(term.name), &(c.*term.weight),
                      term.unit == "1" ? "1/s" : fmt::format("1/s per {}", term.unit),
                      fmt::format("weight: {}", term.meaning), -1e4, 1e4});
  }
  const ConfigFields parameters = {
      {.key = "tracking_frame",
       .value = &c.tracking_frame,
       .unit = "",
       .meaning = "in which frame the command is meant: heading (z vertical) or base",
       .choices = {"heading", "base"}},
      {"tracking_width_start", &c.tracking_width_start, "m/s, rad/s",
       "width of the tracking kernels at first", 1e-3, 10},
      {"tracking_width_end", &c.tracking_width_end, "m/s, rad/s", "and after tracking_anneal_steps",
       1e-3, 10},
      {"tracking_anneal_steps", &c.tracking_anneal_steps, "",
       "environment steps until the width is narrow", 1, 1e12},
      {"linear_width_3d", &c.linear_width_3d, "m/s", "width of track_linear_velocity_3d", 1e-3, 10},
      {"angular_width_3d", &c.angular_width_3d, "rad/s", "width of track_angular_velocity_3d", 1e-3,
       10},
      {"linear_logistic_scale", &c.linear_logistic_scale, "s/m",
       "factor of the error in track_linear_velocity_logistic", 0, 100},
      {"angular_logistic_scale", &c.angular_logistic_scale, "s/rad",
       "factor of the error in track_angular_velocity_logistic", 0, 100},
      {"upright_width", &c.upright_width, "", "width of upright, as a sine of the tilt", 1e-3, 10},
      {"base_height_target", &c.base_height_target, "m", "height of the base above the ground", 0,
       10},
      {"joint_limit_margin", &c.joint_limit_margin, "rad",
       "joint_limits begins so far before the end of the range", 0, 1},
      {"joint_speed_limit", &c.joint_speed_limit, "rad/s", "where joint_speed_limits begins", 0,
       100},
      {"torque_limit", &c.torque_limit, "N m", "where torque_limits begins", 0, 1000},
      {"moving_leg_pose", &c.moving_leg_pose, "", "weight of HFE and KFE in `pose` while moving", 0,
       10},
      {"standing_pose", &c.standing_pose, "", "weight of every joint in `pose` while standing", 0,
       100},
      {"pose_kernel_haa", &c.pose_kernel_haa, "1/rad^2", "weight of HAA in pose_kernel", 0, 100},
      {"pose_kernel_hfe", &c.pose_kernel_hfe, "1/rad^2", "weight of HFE in pose_kernel", 0, 100},
      {"pose_kernel_kfe", &c.pose_kernel_kfe, "1/rad^2", "weight of KFE in pose_kernel", 0, 100},
      {"posture_standing_hip", &c.posture_standing_hip, "rad",
       "width of posture for HAA and HFE, told to stand", 1e-3, 10},
      {"posture_standing_knee", &c.posture_standing_knee, "rad",
       "width of posture for KFE, told to stand", 1e-3, 10},
      {"posture_moving_hip", &c.posture_moving_hip, "rad",
       "width of posture for HAA and HFE, told to move", 1e-3, 10},
      {"posture_moving_knee", &c.posture_moving_knee, "rad",
       "width of posture for KFE, told to move", 1e-3, 10},
      {"swing_target", &c.swing_target, "m",
       "height of the swing's arc, for swing_height and swing_clearance", 0, 0.5},
      {"air_time_target", &c.air_time_target, "s",
       "flights longer than this count for feet_air_time, shorter ones against it", 0, 10},
      {"flight_min", &c.flight_min, "s", "feet_in_flight counts flights from this", 0, 10},
      {"flight_max", &c.flight_max, "s", "to this", 0, 10},
      {"foot_height_target", &c.foot_height_target, "m",
       "height of a swinging foot, for foot_clearance* and foot_swing_peak", 1e-3, 1},
      {"contact_force_limit", &c.contact_force_limit, "N", "where contact_force begins", 0, 1e5},
      {"only_positive", &c.only_positive, "",
       "a sum of rewards below zero counts as zero; a fall is added afterwards"},
      {"lowest", &c.lowest, "1/s", "a sum of rewards below this counts as this, likewise", -1e6, 0},
      {"curriculum_start", &c.curriculum_start, "",
       "factor of all rewards but tracking and fall at first (1: no curriculum)", 1e-6, 1},
      {"curriculum_rate", &c.curriculum_rate, "",
       "the factor is raised to this power after every interval, and so grows to 1", 1e-3, 1},
      {"curriculum_interval", &c.curriculum_interval, "", "environment steps of an interval", 1,
       1e12},
  };
  fields.insert(fields.end(), parameters.begin(), parameters.end());
  return fields;
}

}  // namespace doggo::sim
