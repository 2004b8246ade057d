#include "sim/locomotion/rewards.h"

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

// Notation: H the heading frame (z vertical), B the base frame; v, w linear and angular velocity; c
// the command (vx, vy, yaw rate) that the action was chosen under; theta a leg's phase, swing where
// sin theta > 0.

double Square(double x) { return x * x; }

// Width s of the tracking kernels: narrowed geometrically over the first steps of the training, so
// that the reward first leads towards the command and then demands precision.
double TrackingWidth(const Transition& t, const RewardConfig& config) {
  const double done = std::clamp(t.training_steps / config.tracking_anneal_steps, 0.0, 1.0);
  return config.tracking_width_start *
         std::pow(config.tracking_width_end / config.tracking_width_start, done);
}

// exp(-|c_xy - v_xy|^2 / s^2), in (0, 1].  Rudin et al. 2021, legged_gym `tracking_lin_vel` (s =
// 0.5).
double TrackLinearVelocity(const Transition& t, const RewardConfig& config) {
  const double error2 = (t.command.head<2>() - t.now.v_H.head<2>()).squaredNorm();
  return std::exp(-error2 / Square(TrackingWidth(t, config)));
}

// exp(-(c_yaw - w_z)^2 / s^2), in (0, 1].  legged_gym `tracking_ang_vel`.
double TrackYawRate(const Transition& t, const RewardConfig& config) {
  return std::exp(-Square(t.command.z() - t.now.w_H.z()) / Square(TrackingWidth(t, config)));
}

// v_z^2, (m/s)^2.  legged_gym `lin_vel_z`.
double VerticalVelocity(const Transition& t, const RewardConfig&) { return Square(t.now.v_H.z()); }

// |w_xy|^2 in B, (rad/s)^2.  legged_gym `ang_vel_xy`.
double RollPitchRate(const Transition& t, const RewardConfig&) {
  return t.now.w_B.head<2>().squaredNorm();
}

// |g_xy|^2 of the unit gravity vector in B: sin^2 of the tilt.  legged_gym `orientation`.
double Tilt(const Transition& t, const RewardConfig&) {
  return t.now.gravity_B.head<2>().squaredNorm();
}

// |tau|^2, (N m)^2.  legged_gym `torques`.
double Torque(const Transition& t, const RewardConfig&) { return t.now.torque.squaredNorm(); }

// |(qd - qd_before) / dt|^2, (rad/s^2)^2.  legged_gym `dof_acc`.
double JointAcceleration(const Transition& t, const RewardConfig&) {
  return ((t.now.qd - t.before.qd) / t.step_dt).squaredNorm();
}

// |a - a_before|^2.  legged_gym `action_rate`.
double ActionRate(const Transition& t, const RewardConfig&) {
  return (t.action - t.previous_action).squaredNorm();
}

// sum of w (q - q0)^2, rad^2. While moving w = 1 for HAA and nearly nothing for HFE and KFE;
// while standing the same large w for all, or the body creeps further over its feet.
double Pose(const Transition& t, const RewardConfig& config) {
  if (!t.stepping) return config.standing_pose * t.now.pose_error.squaredNorm();
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const auto error = t.now.pose_error.segment<3>(3 * leg);
    sum += Square(error[0]) + config.moving_leg_pose * (Square(error[1]) + Square(error[2]));
  }
  return sum;
}

// Number of feet that touch the ground when the clock says stance, and do not when it says swing.
double ContactSchedule(const Transition& t, const RewardConfig&) {
  return static_cast<double>((t.now.contact != t.swing).count());
}

// Sum over swinging feet of |z - h sin theta|, m: the foot's lowest point against a smooth arc.
double SwingHeight(const Transition& t, const RewardConfig& config) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.swing[leg])
      sum += std::abs(t.now.foot_height[leg] - config.swing_target * std::sin(t.leg_phase[leg]));
  }
  return sum;
}

// Sum over feet in stance of their height above the ground, m.
double StanceHeight(const Transition& t, const RewardConfig&) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (!t.swing[leg]) sum += std::max(0.0, t.now.foot_height[leg]);
  }
  return sum;
}

// Sum over feet on the ground now and a step ago of min(|v_xy|^2, 4), (m/s)^2; v from the way of
// the foot's centre.
double FootSlip(const Transition& t, const RewardConfig&) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (!t.now.contact[leg] || !t.before.contact[leg]) continue;
    const Eigen::Vector2d way = (t.now.foot_W - t.before.foot_W).col(leg).head<2>();
    sum += std::min((way / t.step_dt).squaredNorm(), 4.0);
  }
  return sum;
}

// 1 where the episode ends by a fall. The weight is per second, as all are: -50 costs 1.0 at 50 Hz.
double Fall(const Transition& t, const RewardConfig&) { return t.fell ? 1 : 0; }

constexpr RewardTerm kTerms[] = {
    {"track_linear_velocity", &RewardConfig::track_linear_velocity, TrackLinearVelocity,
     "follow the commanded velocity"},
    {"track_yaw_rate", &RewardConfig::track_yaw_rate, TrackYawRate,
     "follow the commanded turning rate"},
    {"vertical_velocity", &RewardConfig::vertical_velocity, VerticalVelocity,
     "base moving up and down"},
    {"roll_pitch_rate", &RewardConfig::roll_pitch_rate, RollPitchRate, "base rolling and pitching"},
    {"tilt", &RewardConfig::tilt, Tilt, "base not level"},
    {"torque", &RewardConfig::torque, Torque, "effort of the joints"},
    {"joint_acceleration", &RewardConfig::joint_acceleration, JointAcceleration, "jerky joints"},
    {"action_rate", &RewardConfig::action_rate, ActionRate, "jumping actions"},
    {"pose", &RewardConfig::pose, Pose, "joints away from the default pose"},
    {"contact_schedule", &RewardConfig::contact_schedule, ContactSchedule,
     "feet that touch when the clock says so"},
    {"swing_height", &RewardConfig::swing_height, SwingHeight, "swinging feet off their arc"},
    {"stance_height", &RewardConfig::stance_height, StanceHeight, "standing feet off the ground"},
    {"foot_slip", &RewardConfig::foot_slip, FootSlip, "feet sliding over the ground"},
    {"fall", &RewardConfig::fall, Fall, "the end of an episode by a fall"},
};

}  // namespace

std::span<const RewardTerm> RewardTerms() { return kTerms; }

ConfigFields Fields(RewardConfig& c) {
  ConfigFields fields;
  for (const RewardTerm& term : kTerms) {
    fields.push_back({std::string(term.name), &(c.*term.weight), "1/s",
                      "weight: " + std::string(term.meaning), -1e4, 1e4});
  }
  fields.push_back({"tracking_width_start", &c.tracking_width_start, "m/s, rad/s",
                    "width of the tracking kernels at first", 1e-3, 10});
  fields.push_back({"tracking_width_end", &c.tracking_width_end, "m/s, rad/s",
                    "and after tracking_anneal_steps", 1e-3, 10});
  fields.push_back({"tracking_anneal_steps", &c.tracking_anneal_steps, "",
                    "environment steps until the width is narrow", 1, 1e12});
  fields.push_back({"swing_target", &c.swing_target, "m", "height of the swing's arc", 0, 0.5});
  fields.push_back({"moving_leg_pose", &c.moving_leg_pose, "",
                    "weight of HFE and KFE in `pose` while moving", 0, 10});
  fields.push_back({"standing_pose", &c.standing_pose, "",
                    "weight of every joint in `pose` while standing", 0, 100});
  return fields;
}

}  // namespace doggo::sim
