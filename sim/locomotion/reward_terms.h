// The terms of the reward, one by one: formula, unit and source above each. rewards.cc has the
// table.
//
// Notation: H the heading frame (z vertical), B the base frame; v, w linear and angular velocity; g
// the unit gravity vector; c the command (vx, vy, yaw rate) that the action was chosen under; q0
// the default pose; a the action; tau the torque; theta a leg's phase, swing where sin theta > 0;
// v_f the velocity of a foot, h its height: that of its lowest point above the ground.
//
// Sources: legged_gym (Rudin et al. 2021, "Learning to walk in minutes using massively parallel
// deep reinforcement learning"), MuJoCo Playground (Go1 joystick task), mjlab (velocity task),
// Isaac Lab, Hwangbo et al. 2019 ("Learning agile and dynamic motor skills for legged robots",
// table S3).
#pragma once

#include <algorithm>
#include <cmath>

#include "sim/locomotion/rewards.h"

namespace doggo::sim::reward_terms {

inline double Square(double x) { return x * x; }

// --- follow the command

// The base's velocity in the frame in which the command is meant.
inline const Eigen::Vector3d& Velocity(const Transition& t, const RewardConfig& config) {
  return config.tracking_frame == "base" ? t.now.v_B : t.now.v_H;
}
inline const Eigen::Vector3d& AngularVelocity(const Transition& t, const RewardConfig& config) {
  return config.tracking_frame == "base" ? t.now.w_B : t.now.w_H;
}

// |(c_x, c_y, 0) - v|^2 and |(0, 0, c_yaw) - w|^2: all that was not commanded counts as error.
inline double LinearError2(const Transition& t, const RewardConfig& config) {
  return (Eigen::Vector3d(t.command.x(), t.command.y(), 0) - Velocity(t, config)).squaredNorm();
}
inline double AngularError2(const Transition& t, const RewardConfig& config) {
  return (Eigen::Vector3d(0, 0, t.command.z()) - AngularVelocity(t, config)).squaredNorm();
}

// Width s of the tracking kernels: narrowed geometrically over the first steps of the training, so
// that the reward first leads towards the command and then demands precision.
inline double TrackingWidth(const Transition& t, const RewardConfig& config) {
  const double done = std::clamp(t.training_steps / config.tracking_anneal_steps, 0.0, 1.0);
  return config.tracking_width_start *
         std::pow(config.tracking_width_end / config.tracking_width_start, done);
}

// exp(-|c_xy - v_xy|^2 / s^2), in (0, 1].  legged_gym `tracking_lin_vel` (frame B, s = 0.5 m/s).
inline double TrackLinearVelocity(const Transition& t, const RewardConfig& config) {
  const double error2 = (t.command.head<2>() - Velocity(t, config).head<2>()).squaredNorm();
  return std::exp(-error2 / Square(TrackingWidth(t, config)));
}

// exp(-(c_yaw - w_z)^2 / s^2), in (0, 1].  legged_gym `tracking_ang_vel` (frame B, s = 0.5 rad/s).
inline double TrackYawRate(const Transition& t, const RewardConfig& config) {
  return std::exp(-Square(t.command.z() - AngularVelocity(t, config).z()) /
                  Square(TrackingWidth(t, config)));
}

// exp(-(|c_xy - v_xy|^2 + v_z^2) / s^2), in (0, 1].  mjlab `track_linear_velocity` (frame B).
inline double TrackLinearVelocity3d(const Transition& t, const RewardConfig& config) {
  return std::exp(-LinearError2(t, config) / Square(config.linear_width_3d));
}

// exp(-((c_yaw - w_z)^2 + |w_xy|^2) / s^2), in (0, 1].  mjlab `track_angular_velocity` (frame B).
inline double TrackAngularVelocity3d(const Transition& t, const RewardConfig& config) {
  return std::exp(-AngularError2(t, config) / Square(config.angular_width_3d));
}

// -K(x) = 1 / (e^x + 2 + e^-x), in [0, 1/4], with the kernel K of Hwangbo et al. 2019, where c K is
// a cost. Their table prints c < 0, so that the cost would be greatest where there is no error, and
// the time step as a factor of x, so that the error would hardly count; their code does neither.
inline double LogisticKernel(double x) { return 1 / (std::exp(x) + 2 + std::exp(-x)); }

// -K(s |c - v|).  Hwangbo et al. 2019, base linear velocity (frame B).
inline double TrackLinearVelocityLogistic(const Transition& t, const RewardConfig& config) {
  return LogisticKernel(config.linear_logistic_scale * std::sqrt(LinearError2(t, config)));
}

// -K(s |c - w|).  Hwangbo et al. 2019, base angular velocity (frame B).
inline double TrackAngularVelocityLogistic(const Transition& t, const RewardConfig& config) {
  return LogisticKernel(config.angular_logistic_scale * std::sqrt(AngularError2(t, config)));
}

// --- a calm base

// v_z^2 in H, (m/s)^2.  Playground `lin_vel_z`.
inline double VerticalVelocity(const Transition& t, const RewardConfig&) {
  return Square(t.now.v_H.z());
}

// v_z^2 in B, (m/s)^2.  legged_gym `lin_vel_z`.
inline double Heave(const Transition& t, const RewardConfig&) { return Square(t.now.v_B.z()); }

// |w_xy|^2 in B, (rad/s)^2.  legged_gym `ang_vel_xy`.
inline double RollPitchRate(const Transition& t, const RewardConfig&) {
  return t.now.w_B.head<2>().squaredNorm();
}

// |w_xy|^2 in H, (rad/s)^2: how fast gravity turns in B, |dg_B/dt|^2.  Playground `ang_vel_xy`.
inline double TiltRate(const Transition& t, const RewardConfig&) {
  return t.now.w_H.head<2>().squaredNorm();
}

// |g_xy|^2 in B: sin^2 of the tilt.  legged_gym `orientation`.
inline double Tilt(const Transition& t, const RewardConfig&) {
  return t.now.gravity_B.head<2>().squaredNorm();
}

// |g - (0, 0, -1)| in B: 2 sin(tilt / 2).  Hwangbo et al. 2019, orientation.
inline double TiltDistance(const Transition& t, const RewardConfig&) {
  return (t.now.gravity_B + Eigen::Vector3d::UnitZ()).norm();
}

// exp(-|g_xy|^2 / s^2) in B, in (0, 1].  mjlab `upright`, on flat ground.
inline double Upright(const Transition& t, const RewardConfig& config) {
  return std::exp(-t.now.gravity_B.head<2>().squaredNorm() / Square(config.upright_width));
}

// (z - z_target)^2, m^2; z above the ground below.  legged_gym `base_height`.
inline double BaseHeight(const Transition& t, const RewardConfig& config) {
  return Square(t.now.base_height - config.base_height_target);
}

// dp^2 + dr^2, rad^2: pitch and roll against those of the plane that fits the ground under the
// robot. A nose that points up by a, sin a = -g_x in B, is to be so where the ground rises by tan a
// = slope_x; and likewise to the left.
inline double TiltToGround(const Transition& t, const RewardConfig&) {
  const Eigen::Vector3d& g = t.now.gravity_B;
  const double up = std::asin(std::clamp(-g.x(), -1.0, 1.0)), left_up = std::atan2(-g.y(), -g.z());
  return Square(up - std::atan(t.ground.slope.x())) +
         Square(left_up - std::atan(t.ground.slope.y()));
}

// min((z - z_ground - z_target)^2, 0.1), m^2; z_ground the mean height of the ground under the
// robot.
inline double BaseClearance(const Transition& t, const RewardConfig& config) {
  constexpr double kMost = 0.1;  // m^2
  return std::min(kMost, Square(t.now.p_W.z() - t.ground.mean_height - config.base_height_target));
}

// --- little effort, smooth

// |tau|^2, (N m)^2.  legged_gym `torques`; Hwangbo et al. 2019, torque.
inline double Torque(const Transition& t, const RewardConfig&) {
  return t.now.torque.squaredNorm();
}

// |tau|, N m.  Hwangbo et al. 2019, the released code.
inline double TorqueNorm(const Transition& t, const RewardConfig&) { return t.now.torque.norm(); }

// |tau| + sum |tau_j|, N m.  Playground `torques`.
inline double TorqueNorms(const Transition& t, const RewardConfig&) {
  return t.now.torque.norm() + t.now.torque.lpNorm<1>();
}

// |tau - tau_before|^2, (N m)^2.  Hwangbo et al. 2019, smoothness.
inline double TorqueRate(const Transition& t, const RewardConfig&) {
  return (t.now.torque - t.before.torque).squaredNorm();
}

// Mean of sum |tau_j qd_j| over the physics steps, W.  Playground `energy`, there at the last one.
inline double Energy(const Transition& t, const RewardConfig&) { return t.work / t.step_dt; }

// sum max(tau_j qd_j, 0), W: braking is free.  The power in Lee et al. 2020, "Learning quadrupedal
// locomotion over challenging terrain", cost of transport.
inline double PositivePower(const Transition& t, const RewardConfig&) {
  return t.now.torque.cwiseProduct(t.now.qd).cwiseMax(0).sum();
}

// |qd|^2, (rad/s)^2.  legged_gym `dof_vel`; Hwangbo et al. 2019, joint speed.
inline double JointSpeed(const Transition& t, const RewardConfig&) {
  return t.now.qd.squaredNorm();
}

// |(qd - qd_before) / dt|^2, (rad/s^2)^2.  legged_gym `dof_acc`.
inline double JointAcceleration(const Transition& t, const RewardConfig&) {
  return ((t.now.qd - t.before.qd) / t.step_dt).squaredNorm();
}

// |a - a_before|^2.  legged_gym `action_rate`.
inline double ActionRate(const Transition& t, const RewardConfig&) {
  return (t.action - t.previous_action).squaredNorm();
}

// |a - 2 a_before + a_before_that|^2.  Margolis and Agrawal 2022, "Walk these ways",
// `action_smoothness_2`.
inline double ActionSmoothness(const Transition& t, const RewardConfig&) {
  return (t.action - 2 * t.previous_action + t.older_action).squaredNorm();
}

// --- within the limits of the drives

// sum of how far each joint is beyond its soft limits, rad.  legged_gym, Playground, mjlab
// `dof_pos_limits`; there the soft limits are a share of the range.
inline double JointLimits(const Transition& t, const RewardConfig& config) {
  return (config.joint_limit_margin - t.now.limit_distance.array()).cwiseMax(0).sum();
}

// sum min(max(|qd_j| - limit, 0), 1), rad/s.  legged_gym `dof_vel_limits`.
inline double JointSpeedLimits(const Transition& t, const RewardConfig& config) {
  constexpr double kMostOfAJoint = 1;  // rad/s
  return (t.now.qd.array().abs() - config.joint_speed_limit)
      .cwiseMax(0)
      .cwiseMin(kMostOfAJoint)
      .sum();
}

// sum max(|tau_j| - limit, 0), N m.  legged_gym `torque_limits`.
inline double TorqueLimits(const Transition& t, const RewardConfig& config) {
  return (t.now.torque.array().abs() - config.torque_limit).cwiseMax(0).sum();
}

// --- near the default pose

// sum of w (q - q0)^2, rad^2. While moving w = 1 for HAA and nearly nothing for HFE and KFE;
// while standing the same large w for all, or the body creeps further over its feet.
inline double Pose(const Transition& t, const RewardConfig& config) {
  if (!t.stepping) return config.standing_pose * t.now.pose_error.squaredNorm();
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const auto error = t.now.pose_error.segment<3>(3 * leg);
    sum += Square(error[0]) + config.moving_leg_pose * (Square(error[1]) + Square(error[2]));
  }
  return sum;
}

// sum over the legs of w . (q - q0)^2, w one number each for HAA, HFE and KFE.
inline double WeightedPoseError2(const Transition& t, const Eigen::Vector3d& w) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg)
    sum += w.dot(t.now.pose_error.segment<3>(3 * leg).cwiseAbs2());
  return sum;
}

// exp(-sum w (q - q0)^2), in (0, 1].  Playground `pose`.
inline double PoseKernel(const Transition& t, const RewardConfig& config) {
  return std::exp(-WeightedPoseError2(
      t, {config.pose_kernel_haa, config.pose_kernel_hfe, config.pose_kernel_kfe}));
}

// exp(-mean over the joints of ((q - q0) / s)^2), in (0, 1]; s narrow where the command is to
// stand.  mjlab `variable_posture`.
inline double Posture(const Transition& t, const RewardConfig& config) {
  const bool moving = t.commanded();
  const double hip = moving ? config.posture_moving_hip : config.posture_standing_hip;
  const double knee = moving ? config.posture_moving_knee : config.posture_standing_knee;
  const Eigen::Vector3d w(1 / Square(hip), 1 / Square(hip), 1 / Square(knee));
  return std::exp(-WeightedPoseError2(t, w) / kNumJoints);
}

// sum |q - q0| where the command is to stand, rad.  Playground `stand_still`; legged_gym has it
// too, but takes turning on the spot for standing.
inline double StandStill(const Transition& t, const RewardConfig&) {
  return t.commanded() ? 0 : t.now.pose_error.lpNorm<1>();
}

// How far the base is from where the clock stopped, m; 0 while it runs. What creeps slower than
// exploration shakes it shows in a sum over time only.
inline double StandingDrift(const Transition& t, const RewardConfig&) {
  return t.stepping ? 0 : (t.now.p_W.head<2>() - t.stop_W).norm();
}

// --- the gait clock

// Number of feet that touch the ground when the clock says stance, and do not when it says swing.
inline double ContactSchedule(const Transition& t, const RewardConfig&) {
  return static_cast<double>((t.now.contact != t.swing).count());
}

// Sum over swinging feet of |h - h_target sin theta|, m: a smooth arc.
inline double SwingHeight(const Transition& t, const RewardConfig& config) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.swing[leg])
      sum += std::abs(t.now.foot_height[leg] - config.swing_target * std::sin(t.leg_phase[leg]));
  }
  return sum;
}

// Sum over feet in stance of max(h, 0), m.
inline double StanceHeight(const Transition& t, const RewardConfig&) {
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (!t.swing[leg]) sum += std::max(0.0, t.now.foot_height[leg]);
  }
  return sum;
}

// Sum over swinging feet of min(e, 0.3), m: how much h is below h_way + h_target sin theta, or 0.4
// times how much it is above; h_way the highest ground on the foot's way, above that below it: just
// ahead, and before the swing's last third also further on.
inline double SwingClearance(const Transition& t, const RewardConfig& config) {
  constexpr double kMost = 0.3;       // m
  constexpr double kTooHigh = 0.4;    // factor
  constexpr double kLooksFar = -0.3;  // cos theta
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (!t.swing[leg]) continue;
    double way = std::max(0.0, t.ground.near_rise[leg]);
    if (std::cos(t.leg_phase[leg]) > kLooksFar) way = std::max(way, t.ground.far_rise[leg]);
    const double missing =
        way + config.swing_target * std::sin(t.leg_phase[leg]) - t.now.foot_height[leg];
    sum += std::min(kMost, missing > 0 ? missing : -kTooHigh * missing);
  }
  return sum;
}

// --- steps

// Speed of each foot along the ground, m/s.
inline LegScalars FootSpeed(const Transition& t) {
  return FootVelocity(t).topRows<2>().colwise().norm().transpose().array();
}

// Sum over feet that touch down of (time of the flight - target), s; 0 unless |c_xy| > 0.1 m/s.
// legged_gym `feet_air_time`.
inline double FeetAirTime(const Transition& t, const RewardConfig& config) {
  constexpr double kWalking = 0.1;  // m/s
  if (t.command.head<2>().norm() <= kWalking) return 0;
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.touchdown[leg]) sum += t.air_time[leg] - config.air_time_target;
  }
  return sum;
}

// Number of feet that have been in the air for longer than flight_min and less than flight_max,
// where the command is to move.  mjlab `air_time`.
inline double FeetInFlight(const Transition& t, const RewardConfig& config) {
  if (!t.commanded()) return 0;
  return static_cast<double>(
      (!t.now.contact && t.air_time > config.flight_min && t.air_time < config.flight_max).count());
}

// Variance over the feet of the time in the air plus that of the time on the ground, each cut off
// at 0.5 s, s^2.  Isaac Lab, Spot, `air_time_variance`; there of the last times that are complete,
// here of those under way, so that a leg that never steps counts.
inline double AirTimeVariance(const Transition& t, const RewardConfig&) {
  constexpr double kLongest = 0.5;  // s
  const auto variance = [](const LegScalars& x) {
    return (x - x.mean()).square().sum() / (kNumLegs - 1);
  };
  return variance(t.air_time.min(kLongest)) + variance(t.ground_time.min(kLongest));
}

// Sum over the feet of |h - target| |v_f,xy|, m^2/s, where the command is to move.  mjlab
// `foot_clearance`.
inline double FootClearance(const Transition& t, const RewardConfig& config) {
  if (!t.commanded()) return 0;
  return ((t.now.foot_height - config.foot_height_target).abs() * FootSpeed(t)).sum();
}

// Sum over the feet of |h - target| sqrt(|v_f,xy|), m (m/s)^0.5.  Playground `feet_clearance`.
inline double FootClearanceRoot(const Transition& t, const RewardConfig& config) {
  return ((t.now.foot_height - config.foot_height_target).abs() * FootSpeed(t).sqrt()).sum();
}

// Sum over feet in the air of (h - target)^2 |v_f,xy|, m^3/s.  Hwangbo et al. 2019, foot clearance.
inline double FootClearanceSquared(const Transition& t, const RewardConfig& config) {
  const LegScalars speed = FootSpeed(t);
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (!t.now.contact[leg])
      sum += Square(t.now.foot_height[leg] - config.foot_height_target) * speed[leg];
  }
  return sum;
}

// Sum over feet that touch down of (highest point of the flight / target - 1)^2, where the command
// is to move.  Playground `feet_height`, mjlab `foot_swing_height`.
inline double FootSwingPeak(const Transition& t, const RewardConfig& config) {
  if (!t.commanded()) return 0;
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.touchdown[leg]) sum += Square(t.peak_height[leg] / config.foot_height_target - 1);
  }
  return sum;
}

// --- contacts

// Sum over feet on the ground now and a step ago of min(|v_f,xy|^2, 4), (m/s)^2.
inline double FootSlip(const Transition& t, const RewardConfig&) {
  constexpr double kMostOfAFoot = 4;  // (m/s)^2
  const LegPoints v = FootVelocity(t);
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.now.contact[leg] && t.before.contact[leg])
      sum += std::min(v.col(leg).head<2>().squaredNorm(), kMostOfAFoot);
  }
  return sum;
}

// Sum over feet on the ground of |v_f,xy|^2, (m/s)^2, where the command is to move.  Playground
// `feet_slip`, mjlab `foot_slip`.
inline double FootSlipMoving(const Transition& t, const RewardConfig&) {
  if (!t.commanded()) return 0;
  const LegScalars speed = FootSpeed(t);
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.now.contact[leg]) sum += Square(speed[leg]);
  }
  return sum;
}

// Sum over feet on the ground of |v_f,xy|, m/s.  Hwangbo et al. 2019, foot slip.
inline double FootSlipSpeed(const Transition& t, const RewardConfig&) {
  const LegScalars speed = FootSpeed(t);
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.now.contact[leg]) sum += speed[leg];
  }
  return sum;
}

// Sum over feet that touch down of the largest |F| of the step, N, where the command is to move.
// mjlab `soft_landing`, there the last |F| of the step.
inline double SoftLanding(const Transition& t, const RewardConfig&) {
  if (!t.commanded()) return 0;
  double sum = 0;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    if (t.touchdown[leg]) sum += t.now.foot_peak_force[leg];
  }
  return sum;
}

// Sum over the feet of max(|F| - limit, 0), N; |F| the largest of the step.  legged_gym
// `feet_contact_forces`, there the last.
inline double ContactForce(const Transition& t, const RewardConfig& config) {
  return (t.now.foot_peak_force - config.contact_force_limit).max(0).sum();
}

// 1 where a foot is pushed sideways, |F_xy| > 5 |F_z|: it hits something upright.  legged_gym
// `stumble`.
inline double Stumble(const Transition& t, const RewardConfig&) {
  constexpr double kSteep = 5;
  const LegPoints& force = t.now.foot_force_W;
  const LegScalars sideways = force.topRows<2>().colwise().norm().transpose().array();
  const LegScalars upright = force.row(2).transpose().array().abs();
  return (sideways > kSteep * upright).any() ? 1 : 0;
}

// Number of feet that touched something upright: |n_z| < 0.5, n the contact's normal.
inline double WallContact(const Transition& t, const RewardConfig&) {
  return static_cast<double>(t.now.wall_contact.count());
}

// Number of thighs and shanks that touched something.  legged_gym `collision`.
inline double Collision(const Transition& t, const RewardConfig&) {
  return static_cast<double>(t.now.thigh_contact.count() + t.now.shank_contact.count());
}

// Number of contacts of parts other than feet by more than 10 N, summed over the physics steps.
// mjlab `shank_collision`, `trunk_head_collision`.
inline double HardContact(const Transition& t, const RewardConfig&) { return t.now.body_contacts; }

// 1 where the episode ends by a fall. The weight is per second, as all are: -50 costs 1.0 at 50 Hz.
inline double Fall(const Transition& t, const RewardConfig&) { return t.fell ? 1 : 0; }

}  // namespace doggo::sim::reward_terms
