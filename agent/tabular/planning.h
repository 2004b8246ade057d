// Exact answers about a tabular Markov decision process: what a policy is worth, and which is best
// (Bellman 1957; Howard 1960; Sutton, Barto 2018, chapter 4).
#pragma once

#include <Eigen/Core>

#include "agent/tabular/mdp.h"

namespace doggo::agent {

// Under a policy: P_pi(s, s') = sum_a pi(s, a) p(s' | s, a),  R_pi(s) = sum_a pi(s, a) R(s, a).
Eigen::MatrixXd TransitionsUnder(const Mdp& mdp, const Eigen::MatrixXd& policy);
Eigen::VectorXd RewardsUnder(const Mdp& mdp, const Eigen::MatrixXd& policy);

//   V = R_pi + gamma P_pi V  =>  (I - gamma P_pi) V = R_pi,   solved exactly.
Eigen::VectorXd EvaluatePolicy(const Mdp& mdp, const Eigen::MatrixXd& policy);

//   Q(s, a) = R(s, a) + gamma sum_s' p(s' | s, a) V(s')
Eigen::MatrixXd ActionValues(const Mdp& mdp, const Eigen::VectorXd& V);

//   J = sum_s start(s) V(s)
double ExpectedReturn(const Mdp& mdp, const Eigen::MatrixXd& policy);

//   d = (1 - gamma) sum_t gamma^t Pr(s_t = .)  =>  (I - gamma P_pi^T) d = (1 - gamma) start
Eigen::VectorXd DiscountedStateDistribution(const Mdp& mdp, const Eigen::MatrixXd& policy);

struct Plan {
  Eigen::VectorXd V;       // (states): of the policy
  Eigen::MatrixXd policy;  // deterministic; of equally good actions the first
  int sweeps = 0;          // until nothing changed any more
};
// V <- max_a Q(., a) until no state changes by more than `tolerance`.
Plan ValueIteration(const Mdp& mdp, double tolerance = 1e-12);
// Evaluate exactly, be greedy, again, until the policy stays.
Plan PolicyIteration(const Mdp& mdp);

}  // namespace doggo::agent
