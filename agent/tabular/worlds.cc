#include "agent/tabular/worlds.h"

#include <algorithm>
#include <array>

namespace doggo::agent {
namespace {

void MakeTerminal(int state, Mdp& mdp) {
  mdp.terminal[state] = true;
  for (int a = 0; a < mdp.actions; ++a) {
    mdp.P[a].row(state).setZero();
    mdp.P[a](state, state) = 1;
    mdp.R(state, a) = 0;
  }
}

}  // namespace

Mdp TwoStates(double gamma) {
  Mdp mdp = MakeMdp(2, 2, gamma);
  mdp.P[0] << 1, 0, 0, 1;
  mdp.P[1] << 0, 1, 1, 0;
  mdp.R(1, 0) = 1;
  Check(mdp);
  return mdp;
}

Mdp Chain(int length, double gamma, double slip) {
  Mdp mdp = MakeMdp(length, 2, gamma);
  const int goal = length - 1;
  for (int s = 0; s < goal; ++s) {
    const int left = std::max(s - 1, 0), right = s + 1;
    for (int a = 0; a < 2; ++a) {
      const double goes_right = a == 1 ? 1 - slip : slip;
      mdp.P[a](s, left) += 1 - goes_right;
      mdp.P[a](s, right) += goes_right;
      if (right == goal) mdp.R(s, a) = goes_right;
    }
  }
  MakeTerminal(goal, mdp);
  Check(mdp);
  return mdp;
}

Mdp Gridworld(int rows, int columns, double gamma, double slip, double step_cost) {
  constexpr std::array<std::array<int, 2>, 4> kMoves = {{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}};
  Mdp mdp = MakeMdp(rows * columns, 4, gamma);
  const int goal = rows * columns - 1;
  for (int s = 0; s < goal; ++s) {
    for (int a = 0; a < 4; ++a) {
      const auto move = [&](int direction, double probability) {
        const int r = std::clamp(s / columns + kMoves[direction][0], 0, rows - 1);
        const int c = std::clamp(s % columns + kMoves[direction][1], 0, columns - 1);
        mdp.P[a](s, r * columns + c) += probability;
      };
      move(a, 1 - slip);
      move((a + 1) % 4, slip / 2);
      move((a + 3) % 4, slip / 2);
      mdp.R(s, a) = mdp.P[a](s, goal) - step_cost;
    }
  }
  MakeTerminal(goal, mdp);
  Check(mdp);
  return mdp;
}

}  // namespace doggo::agent
