// The measurements, a function each. Every figure is a ratio to a yardstick measured in the same
// run, in turn with it, again and again (A B A B ...); its median and quartiles are kept, unless
// the core's peak drifted meanwhile (yardsticks.h). One thread is timed by the CPU time it used,
// several by the wall clock.
//
// What they add to the results (-: a plain number, not a ratio):
//
//   env       env.ratio_one_thread    environment steps (full task, no network) / bare mj_step loop
//             env.ratio_all_threads   the same on all threads
//             env.ratio_randomized    one thread, with everything random that can be
//             env.reset_over_step     time of a reset / of a control step
//             env.states_equal        share of the bare loop's stretches that end in the state, bit
//                                     for bit, in which the task's own run ended them
//             env.steps_per_s       - environment steps per second of one thread
//             env.us_per_mj_step    - microseconds, of the bare loop
//             model.tuned_over_default  physics steps per second of the model that is trained in /
//                                     of the same robot under MuJoCo's defaults (model_variants.h)
//             terrain.step_over_flat  time of an environment step on rough ground, as a training
//                                     there begins, / of the same task on the plane without scans
//             terrain.scan_share      of the step on rough ground, the scans'
//   learner   learner.of_peak.NET     PPO update, operations of its dense layers per second / peak
//             learner.over_torch.NET  seconds of the same update in PyTorch / ours; needs a Python
//                                     with torch. The better of eager and compiled
//             peak_gflops           - of one core, fused multiply-adds, float
//             bandwidth_gb_per_s    - of one core, streaming triad
//   train     train.of_roofline       end-to-end environment steps per second / operations.h's
//                                     Roofline
//             train.env_steps_per_s - collecting and learning, all threads
//             allocations_per_iteration - calls for memory, the most in an iteration after the
//             third iteration_p99_over_p50  of the time of an iteration startup_s             -
//             from the start of `doggo train` to its first training step
//   scaling   scaling.two_over_one    speed of collect + update on 2 threads / on 1
//             scaling.N_over_one      the same for N = 4, 8, ... and all threads
//   memory    memory_mb_4096_envs   - largest resident memory of `doggo train` with 4,096
//                                     environments x 32 steps and networks of 128-128-128, MB (1e6)
//   (all)     behaviour_hash          behaviour_hash.h
#pragma once

#include <functional>
#include <string>

#include "agent/training/learner.h"
#include "app/bench/results.h"
#include "sim/locomotion/config.h"

namespace doggo::bench {

struct Training {
  sim::LocomotionConfig world;
  agent::LearnerConfig learner;
  int environments = 128, shard_size = 16;
  uint64_t seed = 1;
};

struct Settings {
  Training training;
  Training rough_ground;                // its world has a terrain
  int threads = 1;                      // all that may be used
  int repeats = 9;                      // of each side of a ratio
  std::string root;                     // where models/ is
  std::string program;                  // this program, to run it as a person would
  std::string torch;                    // a Python with PyTorch; "": none
  std::function<void()> check = [] {};  // called now and then; throws to stop
};

// Throws std::runtime_error in one sentence where settings.torch is given and cannot import torch.
void CheckTorch(const Settings& settings);

void MeasureEnvironment(const Settings& settings, Results& results);
void MeasureRoughGround(const Settings& settings, Results& results);  // a part of the former
void MeasureLearner(const Settings& settings, Results& results);
void MeasureTraining(const Settings& settings, Results& results);
void MeasureScaling(const Settings& settings, Results& results);
void MeasureMemory(const Settings& settings, Results& results);

}  // namespace doggo::bench
