#include "sim/locomotion/spec.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "sim/locomotion/contract.h"

namespace doggo::sim {
namespace {

void RequireForeAft(const ObservationLayout& layout) {
  for (const ObservationRow& row : layout.rows()) {
    if (!HasMirror(Reflection::kForeAft, row.term->quantity))
      throw std::invalid_argument("symmetry: full needs fore-aft images, and the observation '" +
                                  std::string(row.term->name) + "' has none; take left_right");
  }
}

std::vector<Symmetry> Symmetries(const std::string& which, const ObservationLayout& policy,
                                 const ObservationLayout& critic) {
  const Quantity action[] = {Quantity::kJoints};
  std::vector<Symmetry> symmetries;
  const auto add = [&](const char* name, Reflection reflection) {
    symmetries.push_back({name, policy.MirrorBy(reflection), critic.MirrorBy(reflection),
                          MirrorOf(reflection, action)});
  };
  if (which == "full") {
    RequireForeAft(policy);
    RequireForeAft(critic);
  }
  if (which != "none") add("left_right", Reflection::kLeftRight);
  if (which == "full") add("fore_aft", Reflection::kForeAft);
  return symmetries;
}

// In the canonical frame the robot is asked to go forwards, and the clock is in its first half
// (without a clock: it is asked to go left).
std::vector<CanonicalRule> CanonicalRules(const std::string& which, bool clock,
                                          const ObservationLayout& policy,
                                          const ObservationLayout& critic) {
  std::vector<CanonicalRule> rules;
  const auto add = [&](const char* term, int offset, int symmetry) {
    const int p = policy.Row(term), c = critic.Row(term);
    if (p < 0 || c < 0)
      throw std::invalid_argument(std::string("symmetry: needs '") + term +
                                  "' among the observations of policy and critic");
    rules.push_back({p + offset, c + offset, symmetry});
  };
  if (which == "full") add("command_velocity", 0, 1);
  if (which != "none") clock ? add("gait_phase", 0, 0) : add("command_velocity", 1, 0);
  return rules;
}

}  // namespace

EnvSpec MakeSpec(const LocomotionConfig& config, const Robot& robot,
                 const ObservationLayout& policy, const ObservationLayout& critic) {
  EnvSpec spec;
  spec.policy_dim = policy.size();
  spec.critic_dim = critic.size();
  spec.critic_sees_the_same = critic.IsSameAs(policy);
  spec.action_dim = kNumJoints;
  spec.step_dt = config.physics.step_dt();
  spec.metric_names = {"length_s", "fell", "diverged", "linear_error", "yaw_error"};
  if (config.commands.curriculum) spec.metric_names.emplace_back("command_level");
  if (!config.terrain.types.empty()) {
    spec.metric_names.emplace_back("terrain_level");
    for (const TerrainShare& share : ParseTerrainShares(config.terrain))
      spec.metric_names.push_back("terrain_level/" + share.type);
  }
  for (const TerminationTerm& term : TerminationTerms()) {
    if (config.terminations.*term.enabled)
      spec.metric_names.push_back("ended_by/" + std::string(term.name));
  }
  for (const ActiveReward& reward : ActiveRewards(config.rewards))
    spec.metric_names.push_back("reward/" + std::string(reward.term->name));
  spec.symmetries = Symmetries(config.symmetry, policy, critic);
  spec.canonical = CanonicalRules(config.symmetry, config.gait.clock, policy, critic);
  spec.contract = Contract(config, robot, policy);
  return spec;
}

}  // namespace doggo::sim
