// The least that the physics of a task can cost: a loop of mj_step that drives the same robots
// through the same states by the same controls, with nothing around it.
//
// A recording holds what a task did to MuJoCo; a bare loop repeats it, to the bit, without the
// task: no targets, measurements, rewards, observations, ends.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/environment/parallel_env.h"
#include "sim/environment/simulations.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::bench {

// Actions of all robots at a step: 0.3 times a standard normal number each, the same at every call.
void DrawActions(int shard, int step, Batch& action);  // (action_dim x shard_size)

// One shard's robots over so many control steps from the beginning.
struct Recording {
  // Physics without an interruption, from a state: a new one where an episode begins or a push
  // changes the velocities between two steps.
  struct Stretch {
    int first = 0, steps = 0;    // control steps
    std::vector<double> state;   // MuJoCo's, whole, before the first
    std::vector<double> fields;  // the robot's values of the randomised fields of the model
    std::vector<double> end;     // qpos after the last; it follows from all velocities on the way
  };
  struct Robot {
    std::vector<Stretch> stretches;
    Eigen::MatrixXd control;  // (actuators x control steps), held over the physics steps of each
    Eigen::MatrixXd push;     // (6 x control steps): force and torque on the base, N, N m
    std::vector<std::byte> record;  // the task's, after the last step
  };
  int shard = 0, steps = 0;
  std::vector<Robot> robots;

  int num_stretches() const;
};

// Lets the task run under DrawActions and writes down what it does. The robots are those of a
// ParallelEnv of the same task, seed and shard size, from its first Reset on. Throws
// std::invalid_argument where the drive changes its controls within a control step.
Recording Record(const sim::LocomotionTask& task, uint64_t seed, int shard, int shard_size,
                 int steps);

class BareLoop {
 public:
  // The task and the recording must outlive it.
  BareLoop(const sim::LocomotionTask& task, uint64_t seed, const Recording& recording);

  // All robots, one after another.
  void Run();

  // After Run: at the end of how many stretches the robot was, bit for bit, where the task had it.
  int EqualEnds() const;

 private:
  const sim::LocomotionTask& task_;
  const Recording& recording_;
  sim::Simulations robots_;
  std::vector<std::vector<double>> ends_;  // of every stretch, robot after robot
};

// After as many steps under DrawActions: how many of the environment's robots have the record, bit
// for bit, that the recording ends with.
int EqualRecords(const sim::ParallelEnv& env, const Recording& recording);

}  // namespace doggo::bench
