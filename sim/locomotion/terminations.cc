#include "sim/locomotion/terminations.h"

#include <cmath>
#include <numbers>

namespace doggo::sim {
namespace {

// The base's z axis is further than max_tilt from the vertical.
bool Tilt(const Transition& t, const TerminationConfig& config) {
  return -t.now.gravity_B.z() < std::cos(config.max_tilt);
}

bool BaseHeight(const Transition& t, const TerminationConfig& config) {
  return t.now.p_W.z() < config.min_base_height;
}

bool KneeHeight(const Transition& t, const TerminationConfig& config) {
  return t.now.knee_height.minCoeff() < config.min_knee_height;
}

constexpr TerminationTerm kTerms[] = {
    {"tilt", &TerminationConfig::tilt, Tilt, "the base tips over"},
    {"base_height", &TerminationConfig::base_height, BaseHeight, "the base sinks to the ground"},
    {"knee_height", &TerminationConfig::knee_height, KneeHeight, "a knee comes down to the ground"},
};

}  // namespace

std::span<const TerminationTerm> TerminationTerms() { return kTerms; }

ConfigFields Fields(TerminationConfig& c) {
  ConfigFields fields;
  for (const TerminationTerm& term : kTerms) {
    fields.push_back({std::string(term.name), &(c.*term.enabled), "",
                      "end the episode when " + std::string(term.meaning)});
  }
  fields.push_back({"max_tilt", &c.max_tilt, "rad", "how far it may tip", 0, std::numbers::pi});
  fields.push_back(
      {"min_base_height", &c.min_base_height, "m", "how low the base may come", -10, 10});
  fields.push_back(
      {"min_knee_height", &c.min_knee_height, "m", "how low a knee may come", -10, 10});
  fields.push_back({"max_speed", &c.max_speed, "m/s, rad/s",
                    "faster than this is numerical trouble, not motion", 1, 1e6});
  return fields;
}

bool HasFallen(const Transition& t, const TerminationConfig& config) {
  for (const TerminationTerm& term : kTerms) {
    if (config.*term.enabled && term.holds(t, config)) return true;
  }
  return false;
}

}  // namespace doggo::sim
