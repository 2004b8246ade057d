// The whole task's list of configuration fields.
#include "sim/locomotion/config.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

TEST(ActionConfig, FieldsCoverTheStructAndBearItsNames) {
  ActionConfig config;
  ExpectFields(config, {{"scale", &config.scale}, {"clip", &config.clip}});
}

// Of every member with fields of its own, all of them under its name.
TEST(LocomotionConfig, FieldsNameEveryMemberAndSection) {
  LocomotionConfig config;
  auto& [episode_length, symmetry, physics, drive, action, gait, terrain, terrain_curriculum,
         commands, observations, rewards, terminations, randomization] = config;
  const ConfigFields fields = Fields(config);
  test::ExpectWellFormed(fields);
  EXPECT_EQ(fields[0].key, "episode_length");
  EXPECT_EQ(std::get<double*>(fields[0].value), &episode_length);
  EXPECT_EQ(fields[1].key, "symmetry");
  EXPECT_EQ(std::get<std::string*>(fields[1].value), &symmetry);

  std::set<std::string> keys;
  for (const ConfigField& field : fields) keys.insert(field.key);
  size_t count = 2;
  const auto expect_section = [&](const std::string& name, const ConfigFields& section) {
    for (const ConfigField& field : section) {
      EXPECT_TRUE(keys.contains(name + "." + field.key)) << name << "." << field.key;
    }
    count += section.size();
  };
  expect_section("physics", Fields(physics));
  expect_section("drive", Fields(drive));
  expect_section("action", Fields(action));
  expect_section("gait", Fields(gait));
  expect_section("terrain", Fields(terrain));
  expect_section("terrain_curriculum", Fields(terrain_curriculum));
  expect_section("commands", Fields(commands));
  expect_section("observations", Fields(observations));
  expect_section("rewards", Fields(rewards));
  expect_section("terminations", Fields(terminations));
  expect_section("randomization", Fields(randomization));
  EXPECT_EQ(fields.size(), count);
}

// --- configurations that contradict themselves

std::string Refusal(const LocomotionConfig& config) {
  return MessageOf<std::invalid_argument>([&] { Checked(config); });
}

TEST(Checked, RefusesEmptyListsOfObservations) {
  LocomotionConfig config;
  config.observations.critic.clear();
  EXPECT_EQ(Refusal(config),
            "observations.critic: is empty; the value function must see something");
}

TEST(Checked, RefusesALevelToStartAtThatThereIsNot) {
  LocomotionConfig config;
  config.terrain_curriculum.start_level = 9;
  config.terrain.levels = 9;
  EXPECT_NO_THROW(Checked(config));  // without terrain it does not count
  config.terrain.types = {"stairs_up share=1"};
  EXPECT_EQ(Refusal(config),
            "terrain_curriculum.start_level: there is no level 9; the last of terrain.levels=9 is "
            "8");
}

TEST(Checked, RefusesALowestLevelAboveTheOneToStartAt) {
  LocomotionConfig config;
  config.terrain.types = {"stairs_up share=1"};
  config.terrain_curriculum.start_level = config.terrain_curriculum.lowest_start_level = 3;
  EXPECT_NO_THROW(Checked(config));
  config.terrain_curriculum.lowest_start_level = 4;
  EXPECT_EQ(Refusal(config),
            "terrain_curriculum.lowest_start_level: 4 is above terrain_curriculum.start_level=3");
}

TEST(Checked, RefusesSharesAboveOne) {
  LocomotionConfig config;
  config.commands.standing_share = 0.7;
  config.commands.forward_share = 0.4;
  EXPECT_EQ(Refusal(config),
            "commands.standing_share and commands.forward_share: together they are above 1");
}

// Switched on, they would silently never hold.
TEST(Checked, RefusesContactsOfTheBodyWhereOnlyTheFeetCollide) {
  LocomotionConfig config;
  config.terminations.base_contact = true;
  EXPECT_EQ(Refusal(config),
            "terminations.base_contact: nothing but the feet can touch the ground with "
            "physics.contacts=feet; set that to all");
  config.physics.contacts = "all";
  EXPECT_NO_THROW(Checked(config));
  config = {};
  config.rewards.collision = -1;
  EXPECT_EQ(Refusal(config).find("rewards.collision: nothing but the feet"), 0u);
}

TEST(LocomotionConfig, DefaultsAreAmongTheChoices) {
  LocomotionConfig config;
  for (const ConfigField& field : Fields(config)) {
    if (field.choices.empty() || field.check) continue;
    const std::set<std::string> choices(field.choices.begin(), field.choices.end());
    if (auto* text = std::get_if<std::string*>(&field.value)) {
      EXPECT_TRUE(choices.contains(**text)) << field.key;
    }
    if (auto* texts = std::get_if<std::vector<std::string>*>(&field.value)) {
      for (const std::string& text : **texts) EXPECT_TRUE(choices.contains(text)) << field.key;
    }
  }
}

}  // namespace
}  // namespace doggo::sim
