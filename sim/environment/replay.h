// A stretch of an environment's life, kept so that it can be stepped through again, bit for bit:
// the last second before numerical trouble, or whatever was recorded.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/mujoco/trouble.h"

namespace doggo::sim {

// How often an environment is remembered; a replay begins at the older of the last two times, or
// where the episode began.
inline constexpr double kSnapshotPeriod = 1.0;  // s of simulated time

struct Replay {
  int environment = 0;
  uint64_t seed = 0;
  Trouble trouble;      // that it ended in; kNone where it was recorded for another reason
  std::string message;  // what happened, in words
  std::string
      configuration;  // of the task, for whoever opens the file; ParallelEnv leaves it empty
  std::vector<double> state;  // MuJoCo's state row (mjSTATE_INTEGRATION) at the beginning
  std::vector<char> record;   // the task's record then
  std::vector<double>
      fields;  // the environment's values of the randomised fields, one after another
  int action_dim = 0;
  std::vector<float> actions;  // (action_dim x steps), from the beginning to the end

  int steps() const { return action_dim > 0 ? static_cast<int>(actions.size()) / action_dim : 0; }
};

// Binary, with a header and a checksum of the rest. Read throws std::runtime_error where the bytes
// are not a replay or are damaged; `name` stands for the file in messages.
void WriteReplay(const Replay& replay, std::ostream& out);
Replay ReadReplay(std::istream& in, const std::string& name);

}  // namespace doggo::sim
