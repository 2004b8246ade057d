// When an episode ends before its time, a table: each row a pure function of one control step.
#pragma once

#include <span>
#include <string_view>

#include "sim/interface/config_field.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

struct TerminationConfig {
  bool tilt = true;
  bool base_height = true;
  bool knee_height = true;

  double max_tilt = 0.927;        // rad; cos = 0.6
  double min_base_height = 0.30;  // m
  double min_knee_height = 0.05;  // m
  double max_speed = 200;         // m/s, rad/s
};
ConfigFields Fields(TerminationConfig& config);

struct TerminationTerm {
  std::string_view name;
  bool TerminationConfig::*enabled;
  bool (*holds)(const Transition&, const TerminationConfig&);
  std::string_view meaning;
};

std::span<const TerminationTerm> TerminationTerms();

// Does any enabled row hold?
bool HasFallen(const Transition& t, const TerminationConfig& config);

}  // namespace doggo::sim
