// Classes as vectors and back: class c of K is the unit vector e_c of R^K.
#pragma once

#include <span>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

// (classes x examples): 1 in row labels[k] of column k, else 0. Throws std::invalid_argument on a
// label outside 0 .. classes-1.
Matrix OneHot(std::span<const int> labels, int classes);

// The class of every column: ArgMax (agent/nn/softmax.h) of each.
std::vector<int> LabelsOf(const ConstMatrixRef& x);

}  // namespace doggo::agent
