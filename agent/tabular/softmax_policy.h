// A policy of one parameter for each state and action, and the exact gradient of what it earns:
// what every policy-gradient estimator must give in the mean.
#pragma once

#include <Eigen/Core>

#include "agent/tabular/mdp.h"

namespace doggo::agent {

//   pi(s, a) = e^theta(s, a) / sum_b e^theta(s, b),   theta (states x actions)
Eigen::MatrixXd SoftmaxPolicy(const Eigen::MatrixXd& theta);

// The policy gradient theorem (Sutton, McAllester, Singh, Mansour 2000), of J = E sum_t gamma^t
// r_t:
//   dJ/dtheta(s, a) = d(s) / (1 - gamma) pi(s, a) (Q(s, a) - V(s))
// with d the discounted state distribution. (states x actions)
Eigen::MatrixXd ExactPolicyGradient(const Mdp& mdp, const Eigen::MatrixXd& theta);

}  // namespace doggo::agent
