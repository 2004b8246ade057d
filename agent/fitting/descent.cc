#include "agent/fitting/descent.h"

namespace doggo::agent {

Matrix Descend(const Objective& objective, const OptimizerConfig& optimizer,
               const ScheduleConfig& rate, const ConstVectorRef& start, int steps) {
  OptimizerState state = MakeOptimizerState(optimizer, static_cast<int>(start.size()));
  const ParameterRange all = {0, static_cast<int>(start.size())};
  Matrix iterates(start.size(), steps + 1);
  iterates.col(0) = start;
  Vector theta = start, gradient(start.size());
  for (int t = 1; t <= steps; ++t) {
    objective(theta, &gradient);
    Step(optimizer, static_cast<Real>(RateAt(rate, t, steps)), gradient, {&all, 1}, state, theta);
    if (!theta.allFinite()) return iterates.leftCols(t);
    CurrentIterate(optimizer, state, theta, iterates.col(t));
  }
  return iterates;
}

}  // namespace doggo::agent
