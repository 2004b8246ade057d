// The gait clock: when each leg should swing, and where its foot would then go.
//
// The clock is one phase that advances while the robot is asked to move; each leg follows it with
// an offset. The trajectory prior turns phase and command into joint angles: a small open-loop trot
// that the policy's action is added to, so that exploration begins near walking (Iscen et al. 2018,
// "Policies modulating trajectory generators"; Lee et al. 2020, "Learning quadrupedal locomotion
// over challenging terrain").
#pragma once

#include <numbers>
#include <string>

#include "sim/interface/config_field.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

struct GaitConfig {
  bool clock = true;
  double frequency = 2.0;  // Hz
  bool prior = true;
  double prior_lift = 0.12;                 // m
  double settle_time = 0.5;                 // s
  double restart_speed = 0.3;               // m/s
  double prior_stride = 0.8;                // share of the stride that the command would need
  std::string prior_kinematics = "linear";  // or "exact"
  bool prior_terrain = false;
};
ConfigFields Fields(GaitConfig& config);

// Phase offsets of a trot: diagonal legs together. LF RF LH RH.
inline const Eigen::Array<double, kNumLegs, 1> kTrotOffsets = {0, std::numbers::pi,
                                                               std::numbers::pi, 0};

// Sets leg_phase and swing from the phase; standing (or no clock), every leg is in stance.
void SetLegPhases(const GaitConfig& config, Transition& t);

// Starts the clock where the robot is asked to move.
void HeedCommand(const GaitConfig& config, Transition& t);

// The clock after a control step. It runs while the robot is asked to move or moves faster than
// restart_speed, and for settle_time after that up to the end of the step under way: so a robot
// that stops puts its feet under itself before it stands, and one that is pushed steps again (Lee
// et al. 2020, supplement S3: 0.5 s and 0.3 m/s).
void AdvanceClock(const GaitConfig& config, Transition& t);

// Horizontal velocity that the command gives to the place of a leg's foot in the default pose, H.
Eigen::Vector2d CommandedVelocity(const Robot& robot, const Eigen::Vector3d& command, int leg);

// How much the ground raises the trot's foot above where it would be on the plane under the robot,
// m: by the ground below it; in swing by the highest on the rest of its way.
double PriorRise(const GaitConfig& config, const Ground& ground, const Transition& t, int leg,
                 const Eigen::Vector2d& velocity);

// Joint offsets from the default pose (rad) at t's leg phases and command; zero while standing.
Joints PriorOffsets(const GaitConfig& config, const Robot& robot, const Transition& t,
                    const Ground& ground);

}  // namespace doggo::sim
