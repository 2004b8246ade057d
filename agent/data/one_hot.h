// Classes as vectors and back: class c of K is the unit vector e_c of R^K.
#pragma once

#include <span>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

// (classes x examples): 1 in row labels[k] of column k, else 0. Throws std::invalid_argument on a
// label outside 0 .. classes-1.
Matrix OneHot(std::span<const int> labels, int classes);

// The row of the largest element of every column, the lowest row among equal ones; the arg min is
// ArgMax(-x). A column that holds a NaN has no largest element: -1, which is no class and so never
// counts as a right answer.
std::vector<int> ArgMax(const ConstMatrixRef& x);

}  // namespace doggo::agent
