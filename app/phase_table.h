// Where the time of a training went (train --profile).
#pragma once

#include <string>

#include "agent/training/phases.h"

namespace doggo::app {

// A table for people: each phase's share of `threads` threads over wall_seconds; what is left over
// is the main thread's (metrics, tests, checkpoints), while the others wait.
std::string PhaseTable(const agent::PhaseSeconds& phases, double wall_seconds, int threads);

}  // namespace doggo::app
