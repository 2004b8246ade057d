#include "agent/tabular/mdp.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace doggo::agent {
namespace {

constexpr double kRounding = 1e-9;  // of sums of probabilities

[[noreturn]] void Refuse(const std::string& why) {
  throw std::invalid_argument("Markov decision process: " + why);
}

void CheckDistribution(const Eigen::VectorXd& p, const std::string& name) {
  if (!p.allFinite() || (p.array() < 0).any())
    Refuse(fmt::format("{} holds a number that is no probability", name));
  if (std::abs(p.sum() - 1) > kRounding)
    Refuse(fmt::format("{} sums to {:g}; a distribution sums to 1", name, p.sum()));
}

}  // namespace

Mdp MakeMdp(int states, int actions, double gamma) {
  Mdp mdp{.states = states,
          .actions = actions,
          .P = {},
          .R = {},
          .gamma = gamma,
          .start = {},
          .terminal = {}};
  mdp.P.assign(actions, Eigen::MatrixXd::Zero(states, states));
  mdp.R = Eigen::MatrixXd::Zero(states, actions);
  mdp.start = Eigen::VectorXd::Unit(states, 0);
  mdp.terminal.assign(states, false);
  return mdp;
}

void Check(const Mdp& mdp) {
  const int S = mdp.states, A = mdp.actions;
  if (S < 1 || A < 1) Refuse("there must be a state and an action");
  if (std::ssize(mdp.P) != A || std::ssize(mdp.terminal) != S || mdp.start.size() != S ||
      mdp.R.rows() != S || mdp.R.cols() != A)
    Refuse(fmt::format("P, R, start or terminal does not fit {} states and {} actions", S, A));
  if (!(mdp.gamma >= 0 && mdp.gamma < 1))
    Refuse(fmt::format("gamma is {:g}; it must lie in [0, 1)", mdp.gamma));
  if (!mdp.R.allFinite()) Refuse("R holds a number that is not finite");
  CheckDistribution(mdp.start, "start");
  for (int a = 0; a < A; ++a) {
    if (mdp.P[a].rows() != S || mdp.P[a].cols() != S)
      Refuse(fmt::format("P of action {} is not {} x {}", a, S, S));
    for (int s = 0; s < S; ++s) {
      CheckDistribution(mdp.P[a].row(s), fmt::format("row {} of P of action {}", s, a));
      if (mdp.terminal[s] && (mdp.P[a](s, s) != 1 || mdp.R(s, a) != 0))
        Refuse(fmt::format("state {} is terminal, but action {} leaves it or is rewarded", s, a));
    }
  }
}

Eigen::MatrixXd UniformPolicy(const Mdp& mdp) {
  return Eigen::MatrixXd::Constant(mdp.states, mdp.actions, 1.0 / mdp.actions);
}

}  // namespace doggo::agent
