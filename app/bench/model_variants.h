// The same robot under MuJoCo's defaults, to see what tuning the model is worth.
#pragma once

#include <string>

#include "app/bench/bare_loop.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::bench {

// The task's scene as its file describes it, geoms that are only looked at included, all parts of
// the robot colliding, and MuJoCo's default options (mj_defaultOption): Newton, 100 iterations of
// 50 line-search steps to 1e-8, pyramidal cone, impratio 1. What belongs to the task stays: step,
// integrator, gravity, gains and limits of the drives, armature, the ground's friction. Throws
// std::runtime_error where the file cannot be read.
sim::ModelPtr DefaultModel(const sim::LocomotionTask& task, const std::string& root);

// Physics steps of any model of the robot along one recording: its controls, from its states, which
// are set anew every kResync control steps, so that all models simulate the same motion and no
// robot of theirs lies on the ground where the task's would have begun an episode.
class ModelRace {
 public:
  static constexpr int kResync = 10;

  // Both must outlive it.
  ModelRace(const sim::LocomotionTask& task, const Recording& recording);

  // CPU seconds of the whole recording, mj_step alone.
  double Run(const mjModel& model) const;

 private:
  struct Piece {
    int robot, first, steps;
    Eigen::VectorXd qpos, qvel, warmstart;
  };
  const sim::LocomotionTask& task_;
  const Recording& recording_;
  std::vector<Piece> pieces_;
};

}  // namespace doggo::bench
