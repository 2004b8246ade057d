// What policy and critic see, a table: each row writes a few numbers of one control step.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/locomotion/symmetry.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

struct ObservationTerm {
  std::string_view name;
  Quantity quantity;  // gives its size and its mirror images
  double scale;       // what is written is multiplied by this, to be of the order of 1
  void (*write)(const Transition&, double* out);
  std::string_view meaning;

  int size() const { return Size(quantity); }
};

std::span<const ObservationTerm> ObservationTerms();

// Throws std::invalid_argument naming the known ones.
const ObservationTerm& FindObservationTerm(std::string_view name);

struct ObservationConfig {
  std::vector<std::string> policy;  // names of rows, in order; default: all
  std::vector<std::string> critic;

  ObservationConfig();
};
ConfigFields Fields(ObservationConfig& config);

// A list of rows, laid out one after another.
struct ObservationLayout {
  std::vector<const ObservationTerm*> terms;
  int size = 0;

  explicit ObservationLayout(const std::vector<std::string>& names);

  void Write(const Transition& t, float* out) const;
  Mirror MirrorBy(Reflection reflection) const;
  // First row of the named term, -1 if it is not in the list.
  int Row(std::string_view name) const;
};

}  // namespace doggo::sim
