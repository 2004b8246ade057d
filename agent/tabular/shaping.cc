#include "agent/tabular/shaping.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doggo::agent {

Mdp Shaped(const Mdp& mdp, const Eigen::VectorXd& potential) {
  for (int s = 0; s < mdp.states; ++s) {
    if (mdp.terminal[s] && potential[s] != 0)
      throw std::invalid_argument(
          fmt::format("shaping: the potential of the terminal state {} is {:g}; it must be 0", s,
                      potential[s]));
  }
  Mdp shaped = mdp;
  for (int a = 0; a < mdp.actions; ++a)
    shaped.R.col(a) += mdp.gamma * mdp.P[a] * potential - potential;
  for (int s = 0; s < mdp.states; ++s)
    if (mdp.terminal[s]) shaped.R.row(s).setZero();
  return shaped;
}

}  // namespace doggo::agent
