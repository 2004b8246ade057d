// Everything that defines the quadruped's task.
#pragma once

#include "sim/locomotion/commands.h"
#include "sim/locomotion/gait.h"
#include "sim/locomotion/observations.h"
#include "sim/locomotion/randomization.h"
#include "sim/locomotion/rewards.h"
#include "sim/locomotion/terminations.h"
#include "sim/robot/drive.h"
#include "sim/robot/robot.h"
#include "sim/terrain/terrain_curriculum.h"

namespace doggo::sim {

struct ActionConfig {
  double scale = 0.5;  // rad
  double clip = 6;
};
ConfigFields Fields(ActionConfig& config);

struct LocomotionConfig {
  double episode_length = 20;  // s
  std::string symmetry = "full";
  PhysicsConfig physics;
  DriveConfig drive;
  ActionConfig action;
  GaitConfig gait;
  TerrainConfig terrain;
  TerrainCurriculumConfig terrain_curriculum;
  CommandConfig commands;
  ObservationConfig observations;
  RewardConfig rewards;
  TerminationConfig terminations;
  RandomizationConfig randomization;
};
ConfigFields Fields(LocomotionConfig& config);

// The configuration itself. Throws std::invalid_argument, one sentence, where it contradicts
// itself.
const LocomotionConfig& Checked(const LocomotionConfig& config);

}  // namespace doggo::sim
