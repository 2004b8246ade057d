// The standard protocol: how well a policy follows commands, falls, stands still and spends energy.
//
// Always in the reference physics (sim/robot ReferencePhysics), with nominal friction, no pushes,
// the default terminations and the deterministic policy, whatever the training used. The error is
// the base's velocity in the heading frame minus the command, at every control step but those of
// the first second after a change of command.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "agent/policy/policy.h"
#include "agent/training/worker_pool.h"
#include "sim/interface/config_field.h"
#include "sim/locomotion/config.h"

namespace doggo::evaluation {

struct EvaluationConfig {
  int episodes = 100;
  double episode_length = 20;  // s
  Range vx = {-1, 1}, vy = {-0.5, 0.5}, yaw_rate = {-1, 1};
  double hold = 5;  // s
  double standing_share = 0.1;
  int seed = 1000;

  // of ./doggo eval alone
  int fall_episodes = 1000;
  int grid = 9;  // commands along each side of the box
};
ConfigFields Fields(EvaluationConfig& config);

// The world that policies are judged in, under these commands.
sim::LocomotionConfig JudgedWorld(const sim::LocomotionConfig& trained,
                                  const sim::CommandConfig& commands);

struct Tracking {
  int episodes = 0;
  int falls = 0;     // episodes that ended by a fall, numerical trouble included
  int diverged = 0;  // of these, by numerical trouble
  double linear_rmse = 0, yaw_rmse = 0;  // m/s, rad/s
};

struct Evaluation {
  Tracking tracking;
  double standing_drift =
      0;  // m, the largest over its robots, from the first second of standing to the last
  double cost_of_transport = 0;  // |mechanical power| / (weight * speed), walking forwards at the
                                 // largest vx of the box, at most 1 m/s
  double transport_speed = 0;    // m/s, reached there
};

// Tracking alone. Stops as soon as more than max_falls robots have fallen; the errors are then
// those up to there.
Tracking EvaluateTracking(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                          const EvaluationConfig& config, const std::string& root,
                          agent::WorkerPool& pool, int max_falls = std::numeric_limits<int>::max());

// The whole protocol.
Evaluation Evaluate(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                    const EvaluationConfig& config, const std::string& root,
                    agent::WorkerPool& pool);

// The upper end of the 95 % confidence interval of a share of which `events` of `trials` were seen
// (Clopper and Pearson 1934).
double UpperBound95(int events, int trials);

// {"episodes":100,"tracking":{"lin_rmse_mps":...,"yaw_rmse_radps":...},"falls":{...},"standing":{"drift_cm":...},"energy":{...},"steps_trained":...}
std::string ToJson(const Evaluation& evaluation, const agent::Policy& policy);

}  // namespace doggo::evaluation
