// The way that an optimiser takes over an objective: to look at optimisers, not to fit networks.
#pragma once

#include "agent/analysis/objective.h"
#include "agent/optim/optimizer.h"
#include "agent/optim/schedule.h"

namespace doggo::agent {

// The iterates of `steps` updates from `start`, (parameters x steps + 1), the start first. It ends
// early, with fewer columns, where an iterate is not finite any more.
Matrix Descend(const Objective& objective, const OptimizerConfig& optimizer,
               const ScheduleConfig& rate, const ConstVectorRef& start, int steps);

}  // namespace doggo::agent
