// Examples to learn from: what goes in and what should come out. Examples are columns.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

struct Dataset {
  Matrix inputs;   // (features x examples)
  Matrix targets;  // (outputs x examples); classes: one row per class, see one_hot.h
  std::vector<std::string> input_names, target_names;  // one per row

  int size() const { return static_cast<int>(inputs.cols()); }
};

// The named examples (0 .. size-1), in that order; one named twice is there twice.
Dataset Select(const Dataset& data, std::span<const int> examples);

}  // namespace doggo::agent
