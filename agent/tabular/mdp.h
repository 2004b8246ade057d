// A Markov decision process small enough to be written down: what estimators and learners are
// proven against, because everything about it can be computed exactly (planning.h,
// exact_gradient.h).
//
// A policy is a matrix too: pi(s, a), the probability of action a in state s, rows sum to one.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace doggo::agent {

struct Mdp {
  int states = 0, actions = 0;
  std::vector<Eigen::MatrixXd> P;  // of every action: (states x states), P[a](s, s') = p(s' | s, a)
  Eigen::MatrixXd R;               // (states x actions): expected reward of a step
  double gamma = 0;                // discount, in [0, 1)
  Eigen::VectorXd start;           // (states): distribution of the first state
  std::vector<bool> terminal;      // (states): ends an episode; must be absorbing, without reward
};

// Nothing moves, nothing is rewarded; the first state begins. To be filled in.
Mdp MakeMdp(int states, int actions, double gamma);

// Throws std::invalid_argument in one sentence naming the row, where a row of P or the start is no
// distribution, gamma lies outside of [0, 1), a size is wrong, or a terminal state goes on.
void Check(const Mdp& mdp);

// pi(s, a) = 1 / actions
Eigen::MatrixXd UniformPolicy(const Mdp& mdp);

}  // namespace doggo::agent
