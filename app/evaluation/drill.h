// Many robots under one policy in a judged world, in parallel: whoever asks gets their
// trajectories, one after another, so that memory holds a few dozen of them at a time.
//
// What robot k does depends on world, seed and k alone: not on threads, not on the other robots.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "agent/training/worker_pool.h"
#include "app/evaluation/standard_protocol.h"
#include "app/evaluation/trajectory.h"
#include "sim/environment/parallel_env.h"

namespace doggo::evaluation {

struct RandomEpisodes;

// An episode worth looking at: `play --replay` opens it.
struct Failure {
  std::string id;      // names the file: "falls_0123"
  std::string what;    // "fell after 3.2 s: tilt"
  sim::Replay replay;  // its configuration is left empty: it is that of `world`
  std::shared_ptr<const sim::LocomotionConfig> world;
};

// Who is judged, and by what means.
struct Context {
  const agent::Policy& policy;
  const sim::LocomotionConfig& trained;
  EvaluationConfig protocol;
  std::string root;  // where models/ is
  agent::WorkerPool& pool;
  int random_episodes = 100;  // that tracking, falls and audit share

  // of the drill at work; called by the thread that runs it
  std::function<void(const std::string& drill, double share)> progress = [](const std::string&,
                                                                            double) {};
  std::function<bool()> stopped = [] { return false; };  // may be called by any thread

  std::vector<Failure> failures = {};                                   // of the suite at work
  std::shared_ptr<const RandomEpisodes> random_episodes_run = nullptr;  // once they were
};

// Thrown where context.stopped() said so.
struct Stopped {};

struct Drill {
  std::string name;  // letters, digits, '_': begins the ids of its failures
  sim::LocomotionConfig world;
  int robots = 0;
  double seconds = 0;  // s
  // A hand in the world before the robot's step (SetCommand, SetPush); true where it did something.
  // Called for different robots at once.
  std::function<bool(sim::ParallelEnv& env, int robot, int step)> hand = nullptr;
  bool falls_are_failures = true;
  // Has the robot done what it was to do? Nothing more is then asked of it. nullptr: time alone
  // ends its part.
  std::function<bool(int robot, const Sample& sample)> goal = nullptr;
  // Where a robot is, for what is told of its fall ("on stairs"); nullptr: nothing to tell.
  std::function<std::string(int robot)> place = nullptr;
};

// The failures of one drill whose replays are kept: those of the lowest numbers.
inline constexpr int kMaxFailures = 50;

using TrajectoryJudge = std::function<void(int robot, const Trajectory& trajectory)>;

// Calls `judge` once for every robot, for different ones at once, in any order. Those that fell are
// added to context.failures.
void Run(Context& context, const Drill& drill, const TrajectoryJudge& judge);

// Commands that never change, for JudgedWorld.
sim::CommandConfig Constant(const Eigen::Vector3d& velocity);

// A hand that sets each robot's command at the beginning of a step.
std::function<bool(sim::ParallelEnv&, int, int)> CommandAt(int step,
                                                           std::vector<Eigen::Vector3d> commands);

}  // namespace doggo::evaluation
