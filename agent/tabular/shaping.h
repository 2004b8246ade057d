// Potential-based shaping of a tabular Markov decision process (Ng, Harada, Russell 1999):
//   R'(s, a) = R(s, a) + gamma E[Phi(s')] - Phi(s)
// leaves every policy's rank as it was: V' = V - Phi, Q' = Q - Phi. Phi of terminal states must be
// 0, or what is earned would depend on where the episode ends.
#pragma once

#include "agent/tabular/mdp.h"

namespace doggo::agent {

// potential: (states). Throws std::invalid_argument where it is not 0 in a terminal state.
Mdp Shaped(const Mdp& mdp, const Eigen::VectorXd& potential);

}  // namespace doggo::agent
