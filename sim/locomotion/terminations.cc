#include "sim/locomotion/terminations.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace doggo::sim {
namespace {

// The base's z axis is further than max_tilt from the vertical.
bool Tilt(const Transition& t, const TerminationConfig& config) {
  return -t.now.gravity_B.z() < std::cos(config.max_tilt);
}

bool BaseHeight(const Transition& t, const TerminationConfig& config) {
  return t.now.base_height < config.min_base_height;
}

bool KneeHeight(const Transition& t, const TerminationConfig& config) {
  return t.now.knee_height.minCoeff() < config.min_knee_height;
}

// legged_gym; Hwangbo et al. 2019.
bool BaseContact(const Transition& t, const TerminationConfig&) { return t.now.base_contact; }

// mjlab, ANYmal C.
bool BodyContact(const Transition& t, const TerminationConfig&) {
  return t.now.base_contact || t.now.hip_contact.any() || t.now.thigh_contact.any() ||
         t.now.shank_contact.any();
}

// Hwangbo et al. 2019.
bool JointLimit(const Transition& t, const TerminationConfig& config) {
  return t.now.limit_distance.minCoeff() < config.joint_limit_margin;
}

// The trunk's underside would be in the ground, which it may not collide with.
bool Belly(const Transition& t, const TerminationConfig&) { return t.ground.belly_height < 0; }

constexpr TerminationTerm kTerms[] = {
    {"tilt", &TerminationConfig::tilt, Tilt, "the base tips over"},
    {"base_height", &TerminationConfig::base_height, BaseHeight, "the base sinks to the ground"},
    {"knee_height", &TerminationConfig::knee_height, KneeHeight, "a knee comes down to the ground"},
    {"base_contact", &TerminationConfig::base_contact, BaseContact, "the base touches something"},
    {"body_contact", &TerminationConfig::body_contact, BodyContact,
     "any part but a foot touches something"},
    {"joint_limit", &TerminationConfig::joint_limit, JointLimit,
     "a joint comes to the end of its range"},
    {"belly", &TerminationConfig::belly, Belly, "the trunk's underside comes down to the ground"},
};

}  // namespace

std::span<const TerminationTerm> TerminationTerms() { return kTerms; }

ConfigFields Fields(TerminationConfig& c) {
  ConfigFields fields;
  for (const TerminationTerm& term : kTerms) {
    fields.push_back({std::string(term.name), &(c.*term.enabled), "",
                      fmt::format("end the episode when {}", term.meaning)});
  }
  fields.push_back({"max_tilt", &c.max_tilt, "rad", "how far it may tip", 0, std::numbers::pi});
  fields.push_back({"min_base_height", &c.min_base_height, "m",
                    "how low the base may come above the ground", -10, 10});
  fields.push_back(
      {"min_knee_height", &c.min_knee_height, "m", "how low a knee may come", -10, 10});
  fields.push_back({"joint_limit_margin", &c.joint_limit_margin, "rad",
                    "how near a joint may come to the end of its range", 0, 1});
  fields.push_back({"max_speed", &c.max_speed, "m/s, rad/s",
                    "faster than this is numerical trouble, not motion", 1, 1e6});
  return fields;
}

int FirstHolding(const Transition& t, const TerminationConfig& config) {
  for (size_t k = 0; k < std::size(kTerms); ++k) {
    if (config.*kTerms[k].enabled && kTerms[k].holds(t, config)) return static_cast<int>(k);
  }
  return -1;
}

}  // namespace doggo::sim
