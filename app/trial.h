// A short try of a configured world, without a policy: what its observations and rewards amount to.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace doggo::app {

inline constexpr int kTrialRobots = 16;

enum class TrialActions { kZero, kRandom };  // random: standard normal

// Of all robots and control steps, and of all numbers of a row.
struct Spread {
  double min, mean, max;
};

struct Contribution {
  double per_second;  // weighted
  double share;       // of the sum of the absolute values of all rows; keeps its sign
};

struct EpisodeEnds {
  std::string reason;  // a termination's name, "diverged", "time_out"
  int episodes;
};

struct Trial {
  TrialActions actions;
  int steps;                          // of each robot
  std::vector<Spread> observations;   // rows of the policy's list, as it sees them
  std::vector<Contribution> rewards;  // the active rewards, in their order
  std::vector<EpisodeEnds> ends;      // every reason that there is
};

// So many control steps of kTrialRobots robots. A function of its arguments: the random actions
// follow from config.seed.
Trial Try(const Config& config, TrialActions actions, int steps);

}  // namespace doggo::app
