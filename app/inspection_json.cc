// ToJson: the tables as JSON.
#include <nlohmann/json.hpp>

#include "app/inspection_page.h"

namespace doggo::app {
namespace {

using Json = nlohmann::ordered_json;

// A row with what it adds. (Numbers that are infinite become null.)
Json Row(const Described& row, const Json& more = Json::object()) {
  Json json = {{"name", row.name}, {"meaning", row.meaning}, {"unit", row.unit}};
  json.update(more);
  return json;
}

Json Pair(const Range& range) { return {range.low, range.high}; }

// One object for each row of a table.
template <typename Rows, typename More>
Json Table(const Rows& rows, const More& more) {
  Json table = Json::array();
  for (const auto& row : rows) table.push_back(Row(row, more(row)));
  return table;
}

const char* NameOf(const Trial& trial) {
  return trial.actions == TrialActions::kZero ? "zero_actions" : "random_actions";
}

// What the trials measured, beside the rows that they measured it of.
void AddTrials(const Inspection& in, Json& json) {
  for (const Trial& trial : in.trials) {
    for (size_t k = 0; k < trial.observations.size(); ++k) {
      const Spread& row = trial.observations[k];
      json["observations"][k]["measured"][NameOf(trial)] = {
          {"min", row.min}, {"mean", row.mean}, {"max", row.max}};
    }
    for (size_t k = 0; k < trial.rewards.size(); ++k) {
      const Contribution& row = trial.rewards[k];
      json["rewards"][k]["measured"][NameOf(trial)] = {{"per_second", row.per_second},
                                                       {"share", row.share}};
    }
    for (size_t k = 0; k < trial.ends.size(); ++k)
      json["terminations"][k]["measured"][NameOf(trial)] = {{"episodes", trial.ends[k].episodes}};
  }
  if (!in.trials.empty())
    json["rollout"] = {{"robots", kTrialRobots}, {"steps", in.trials[0].steps}};
}

}  // namespace

std::string ToJson(const Inspection& in) {
  const auto nothing = [](const Described&) { return Json::object(); };
  Json json;
  json["name"] = in.name;
  json["sizes"] = {{"policy", in.policy_dim},
                   {"critic", in.critic_dim},
                   {"action", in.action_dim},
                   {"mujoco_state_numbers", in.state_numbers},
                   {"record_bytes", in.record_bytes}};
  json["timing"] = Table(in.timing, [](const TimingRow& row) -> Json {
    if (row.value.low == row.value.high) return {{"value", row.value.low}};
    return {{"value", Pair(row.value)}};
  });
  json["state"] = Table(in.state, [](const StateRow& row) -> Json {
    return {{"size", row.size}, {"place", row.place}};
  });
  json["action_formula"] = in.action_formula;
  json["action"] = Table(in.action, [&](const ActionRow& row) -> Json {
    return {{"default", row.default_pose},
            {"reach", Pair(row.reach)},
            {"joint_range", Pair(row.joint)},
            {"drive", in.drive.model},
            {"kp", in.drive.kp},
            {"kd", in.drive.kd},
            {"torque_limit", in.drive.torque_limit}};
  });
  json["observations"] = Table(in.observations, [](const ObservationRow& row) -> Json {
    return {{"list", row.list},
            {"first", row.first},
            {"size", row.size},
            {"scale", row.scale},
            {"noise", row.noise},
            {"clip", row.clip},
            {"delay", {row.min_delay, row.max_delay}},
            {"history", row.history}};
  });
  json["rewards"] = Table(in.rewards, [](const RewardRow& row) -> Json {
    return {{"weight", row.weight}, {"objective", row.objective}};
  });
  json["terminations"] = Table(in.terminations, [](const EndRow& row) -> Json {
    return {{"kind", row.truncation ? "truncation" : "termination"}, {"condition", row.condition}};
  });
  json["commands"] = Table(in.commands, [](const CommandRow& row) -> Json {
    return {{"value", row.value}, {"in_use", row.in_use}};
  });
  json["randomization"] = Table(in.randomization, [](const RandomizationRow& row) -> Json {
    return {{"when", row.when},
            {"range", Pair(row.range)},
            {"size", row.size},
            {"model_fields", row.fields}};
  });
  json["symmetries"] = Table(in.symmetries, nothing);
  json["canonical"] = Table(in.canonical, nothing);
  json["contract"] = Json::parse(in.contract);
  json["warnings"] = in.warnings;
  AddTrials(in, json);
  if (in.episode) {
    const auto values = [](const DrawnRow& row) -> Json { return {{"values", row.values}}; };
    json["episode"] = {{"environment", in.episode->environment},
                       {"episode", in.episode->episode},
                       {"randomized", Table(in.episode->rows, values)}};
  }
  return json.dump(2) + "\n";
}

}  // namespace doggo::app
