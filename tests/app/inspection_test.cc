#include "app/inspection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/inspection_page.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

using Json = nlohmann::json;

// Everything that a row can say is said by some row of this.
Config Rich() {
  return LoadConfig("configs/anymal_flat.yaml",
                    {"observations.policy=[base_linear_velocity noise=0.1 delay=1..2, "
                     "projected_gravity, command_velocity, command_yaw_rate, joint_position "
                     "history=3, last_action clip=2, gait_phase, moving]",
                     "observations.critic=[base_linear_velocity, command_velocity, gait_phase]",
                     "randomization.kp=[0.8, 1.2]", "randomization.latency=[0, 3]",
                     "randomization.push_force=[-50, 50]", "randomization.push_duration=[0.1, 0.2]",
                     "terminations.joint_limit=true", "commands.heading_share=0.5"});
}

class Inspecting : public ::testing::Test {
 protected:
  Config config_ = Rich();
  sim::LocomotionTask task_{config_.world, SourceRoot().string(), config_.train.environments};
  Inspection in_ = Inspect(config_, task_);
};

TEST_F(Inspecting, ObservationRowsFollowEachOtherAndFillBothLists) {
  std::map<std::string, int> next;
  for (const ObservationRow& row : in_.observations) {
    EXPECT_EQ(row.first, next[row.list]) << row.name;
    next[row.list] += row.size;
  }
  EXPECT_EQ(next["policy"], task_.spec().policy_dim);
  EXPECT_EQ(next["critic"], task_.spec().critic_dim);
}

TEST_F(Inspecting, EveryActiveRewardAppearsOnce) {
  std::map<std::string, double> weights;
  for (const RewardRow& row : in_.rewards)
    EXPECT_TRUE(weights.emplace(row.name, row.weight).second) << row.name << " appears twice";
  ASSERT_EQ(weights.size(), task_.rewards().size());
  for (const sim::ActiveReward& reward : task_.rewards())
    EXPECT_EQ(weights.at(std::string(reward.term->name)), reward.weight);
}

// joint angles and speeds, base pose and velocity: with the warm start they are MuJoCo's qpos, qvel
// and qacc.
TEST_F(Inspecting, StateRowsOfThePhysicsHaveTheSizesOfTheModel) {
  int size = 0;
  for (const StateRow& row : in_.state) {
    EXPECT_GT(row.size, 0) << row.name;
    if (row.place == "physics") size += row.size;
  }
  EXPECT_EQ(size, task_.model().nq + 2 * task_.model().nv);
}

TEST_F(Inspecting, RandomizationListsWhatVariesAndNothingElse) {
  std::set<std::string> names;
  for (const RandomizationRow& row : in_.randomization) names.insert(row.name);
  const std::set<std::string> expected = {
      "friction",      "kp",         "latency",    "joint_position", "base_velocity",
      "push_interval", "push_speed", "push_force", "push_duration"};
  EXPECT_EQ(names, expected);
}

TEST_F(Inspecting, TerminationsTellTheirThresholds) {
  std::map<std::string, EndRow> rows;
  for (const EndRow& row : in_.terminations) rows[row.name] = row;
  EXPECT_EQ(rows.at("tilt").condition, "max_tilt 0.927");
  EXPECT_EQ(rows.at("joint_limit").condition, "joint_limit_margin 0");
  EXPECT_EQ(rows.at("diverged").condition, "max_speed 200");
  EXPECT_TRUE(rows.at("time_out").truncation);
  EXPECT_FALSE(rows.count("base_contact"));
}

TEST_F(Inspecting, JsonHasEveryTableAndEveryRowSaysWhatItIs) {
  in_.trials = {Try(config_, TrialActions::kZero, 3), Try(config_, TrialActions::kRandom, 3)};
  const Json json = Json::parse(ToJson(in_));
  for (const char* table : {"state", "action", "observations", "rewards", "terminations",
                            "randomization", "timing", "commands"}) {
    ASSERT_TRUE(json.at(table).is_array() && !json.at(table).empty()) << table;
    for (const Json& row : json.at(table)) {
      for (const char* key : {"name", "meaning", "unit"})
        EXPECT_FALSE(row.at(key).get<std::string>().empty()) << table << " " << row.dump();
    }
  }
  for (const Json& row : json.at("observations")) {
    for (const char* key : {"list", "first", "size", "scale", "noise", "delay", "history"})
      EXPECT_FALSE(row.at(key).is_null()) << key;
  }
  EXPECT_EQ(json.at("contract"), Json::parse(task_.spec().contract));
  EXPECT_TRUE(json.at("warnings").is_array());
  EXPECT_TRUE(json.at("rewards")[0].at("measured").contains("random_actions"));
}

TEST_F(Inspecting, PageFitsTheScreenAndNamesEveryRow) {
  in_.trials = {Try(config_, TrialActions::kZero, 3), Try(config_, TrialActions::kRandom, 3)};
  in_.episode = InspectEpisode(config_, 0, 1);
  in_.warnings = {"a warning"};
  const std::string page = InspectionPage(in_);
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  for (const ObservationRow& row : in_.observations)
    EXPECT_NE(page.find(" " + row.name + " "), std::string::npos) << row.name;
  for (const RewardRow& row : in_.rewards)
    EXPECT_NE(page.find(" " + row.name + " "), std::string::npos) << row.name;
  EXPECT_TRUE(page.ends_with("a warning\n"));
}

TEST_F(Inspecting, TrialsAreRepeatableOrderedAndTellActionsApart) {
  const Trial zero = Try(config_, TrialActions::kZero, 20);
  const Trial random = Try(config_, TrialActions::kRandom, 20);
  const Trial again = Try(config_, TrialActions::kRandom, 20);
  ASSERT_EQ(random.observations.size(), task_.policy_layout().rows().size());
  double moved = 0;
  for (size_t k = 0; k < random.observations.size(); ++k) {
    const Spread &row = random.observations[k], &same = again.observations[k];
    EXPECT_LE(row.min, row.mean);
    EXPECT_LE(row.mean, row.max);
    EXPECT_TRUE(row.min == same.min && row.mean == same.mean && row.max == same.max);
    moved += std::abs(row.mean - zero.observations[k].mean);
  }
  EXPECT_GT(moved, 0);
  double shares = 0;
  for (size_t k = 0; k < random.rewards.size(); ++k) {
    EXPECT_EQ(random.rewards[k].per_second, again.rewards[k].per_second);
    shares += std::abs(random.rewards[k].share);
  }
  EXPECT_NEAR(shares, 1, 1e-12);
}

// Under actions that throw the robots about, some fall: each end has its reason.
TEST_F(Inspecting, TrialsCountTheEndsOfEpisodes) {
  config_.world.action.scale = 3;
  const Trial trial = Try(config_, TrialActions::kRandom, 100);
  int ends = 0;
  for (const EpisodeEnds& row : trial.ends) ends += row.episodes;
  EXPECT_GT(ends, 0);
  ASSERT_EQ(trial.ends.size(), in_.terminations.size());
  for (size_t k = 0; k < trial.ends.size(); ++k)
    EXPECT_EQ(trial.ends[k].reason, in_.terminations[k].name);
}

TEST_F(Inspecting, AnEpisodeIsWhatDrawRandomizedDraws) {
  const DrawnEpisode episode = InspectEpisode(config_, 5, 3);
  sim::Randomized drawn =
      sim::DrawRandomized(config_.world.randomization, static_cast<uint64_t>(config_.seed), 5, 3);
  ASSERT_EQ(episode.rows.size(), sim::RandomizationTerms().size());
  for (size_t k = 0; k < episode.rows.size(); ++k) {
    const sim::RandomizationTerm& term = sim::RandomizationTerms()[k];
    const double* values = term.values(drawn);
    EXPECT_EQ(episode.rows[k].name, term.name);
    EXPECT_EQ(episode.rows[k].values, std::vector<double>(values, values + term.size));
  }
  EXPECT_NE(InspectEpisode(config_, 5, 4).rows[0].values, episode.rows[0].values);
}

TEST(TextTable, LeavesOutEmptyColumnsAndWrapsTheLast) {
  TextTable table({{"a"}, {"b"}, {"n", true}, {""}});
  table.Add({"x", "", "7", "one two three four five six"});
  table.Add({"yy", "", "10", "seven"});
  EXPECT_EQ(table.Print(/*width=*/31),
            "  a    n\n"
            "  x    7  one two three four\n"
            "          five six\n"
            "  yy  10  seven\n");
}

}  // namespace
}  // namespace doggo::app
