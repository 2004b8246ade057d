#include "sim/locomotion/config.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace doggo::sim {

ConfigFields Fields(ActionConfig& c) {
  return {
      {"scale", &c.scale, "rad", "joint target = default pose + prior + scale * action", 1e-3, 10},
      {"clip", &c.clip, "", "actions are cut off at +-this", 0.1, 1000},
  };
}

ConfigFields Fields(LocomotionConfig& c) {
  ConfigFields fields = {
      {"episode_length", &c.episode_length, "s", "an episode is cut off after this time", 0.1, 1e6},
      {"symmetry",
       &c.symmetry,
       "",
       "mirror images that share one canonical frame: none, left-right, or fore-aft too",
       {},
       {},
       {"none", "left_right", "full"}},
  };
  fields[0].changeable = true;
  // the model and the length of a step make the state; how a step is solved does not
  AddSection(
      fields, "physics",
      Except({"model", "exact_base", "timestep", "substeps"}, Changeable(Fields(c.physics))));
  AddSection(fields, "drive", Fields(c.drive));
  AddSection(fields, "action", Fields(c.action));
  AddSection(fields, "gait", Fields(c.gait));
  AddSection(fields, "terrain", Fields(c.terrain));
  AddSection(fields, "terrain_curriculum", Changeable(Fields(c.terrain_curriculum)));
  AddSection(fields, "commands", Changeable(Fields(c.commands)));
  AddSection(fields, "observations",
             Except({"policy", "critic"}, Changeable(Fields(c.observations))));
  AddSection(fields, "rewards", Changeable(Fields(c.rewards)));
  AddSection(fields, "terminations", Changeable(Fields(c.terminations)));
  AddSection(fields, "randomization", Changeable(Fields(c.randomization)));
  return fields;
}

const LocomotionConfig& Checked(const LocomotionConfig& config) {
  const auto refuse = [](const std::string& why) { throw std::invalid_argument(why); };
  if (config.observations.policy.empty())
    refuse("observations.policy: is empty; the policy must see something");
  if (config.observations.critic.empty())
    refuse("observations.critic: is empty; the value function must see something");
  if (config.commands.standing_share + config.commands.forward_share > 1)
    refuse("commands.standing_share and commands.forward_share: together they are above 1");
  if (config.physics.contacts == "feet") {
    const std::pair<const char*, bool> needs_body[] = {
        {"terminations.base_contact", config.terminations.base_contact},
        {"terminations.body_contact", config.terminations.body_contact},
        {"rewards.collision", config.rewards.collision != 0},
        {"rewards.hard_contact", config.rewards.hard_contact != 0},
    };
    for (const auto& [key, asked] : needs_body) {
      if (asked)
        refuse(
            fmt::format("{}: nothing but the feet can touch the ground with "
                        "physics.contacts=feet; set that to all",
                        key));
    }
  }
  if (!config.terrain.types.empty()) {
    const TerrainCurriculumConfig& curriculum = config.terrain_curriculum;
    if (curriculum.start_level >= config.terrain.levels)
      refuse(
          fmt::format("terrain_curriculum.start_level: there is no level {}; the last of "
                      "terrain.levels={} is {}",
                      curriculum.start_level, config.terrain.levels, config.terrain.levels - 1));
    if (curriculum.lowest_start_level > curriculum.start_level)
      refuse(
          fmt::format("terrain_curriculum.lowest_start_level: {} is above "
                      "terrain_curriculum.start_level={}",
                      curriculum.lowest_start_level, curriculum.start_level));
  }
  return config;
}

}  // namespace doggo::sim
