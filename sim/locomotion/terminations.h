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
  bool base_contact = false;
  bool body_contact = false;
  bool joint_limit = false;
  bool belly = false;

  double max_tilt = 0.927;        // rad; cos = 0.6
  double min_base_height = 0.30;  // m
  double min_knee_height = 0.05;  // m
  double joint_limit_margin = 0;  // rad
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

// Index of the first enabled row that holds; -1 where none does.
int FirstHolding(const Transition& t, const TerminationConfig& config);

inline bool HasFallen(const Transition& t, const TerminationConfig& config) {
  return FirstHolding(t, config) >= 0;
}

}  // namespace doggo::sim
