// Small worlds with known answers.
#pragma once

#include "agent/tabular/mdp.h"

namespace doggo::agent {

// Two states, two actions: 0 stays, 1 changes over. Staying in state 1 earns 1, all else nothing.
// Best: go there, stay: V = (gamma, 1) / (1 - gamma).
Mdp TwoStates(double gamma = 0.9);

// States 0 .. length-1 in a row, of which the last is terminal. Action 0 goes left (state 0
// stays), 1 goes right; with probability `slip` the other happens. The step into the last state
// earns 1. Without slip V(s) = gamma^(length - 2 - s).
Mdp Chain(int length, double gamma = 0.9, double slip = 0);

// rows x columns cells, cell (r, c) is state r * columns + c; start top left, the terminal goal
// bottom right; actions north, east, south, west, a wall leaves one where one is. With probability
// `slip` one moves at a right angle to what was meant, to either side alike. Each step costs
// step_cost, the one into the goal earns 1.
Mdp Gridworld(int rows, int columns, double gamma = 0.95, double slip = 0.1,
              double step_cost = 0.04);

}  // namespace doggo::agent
