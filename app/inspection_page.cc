// InspectionPage: the tables as plain text, 80 columns.
#include "app/inspection_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/text_table.h"

namespace doggo::app {
namespace {

std::string Number(double value) { return fmt::format("{:.4g}", value); }

std::string Between(const Range& range) {
  if (range.low == range.high) return Number(range.low);
  return fmt::format("{} .. {}", Number(range.low), Number(range.high));
}

std::string Unit(const Described& row) { return row.unit == "1" ? "" : row.unit; }

std::string Indices(int first, int size) {
  return size == 1 ? fmt::format("{}", first) : fmt::format("{}..{}", first, first + size - 1);
}

std::string Section(const std::string& title, const std::string& more = "") {
  return fmt::format("\n{}{}{}\n", title, more.empty() ? "" : ": ", more);
}

std::string Sentence(const std::string& text) {
  std::string lines;
  for (const std::string& line : Wrap(text, 78)) lines += fmt::format("  {}\n", line);
  return lines;
}

std::string Timing(const Inspection& in) {
  TextTable table({{""}, {""}, {""}, {""}});
  for (const TimingRow& row : in.timing) {
    const double value = row.value.low;
    const bool whole = row.value.low == row.value.high && value == std::floor(value);
    table.Add({row.name, whole ? fmt::format("{:.0f}", value) : Between(row.value), Unit(row),
               row.meaning});
  }
  return Section("Timing") + table.Print();
}

std::string State(const Inspection& in) {
  std::string text = Section("State", "what the next step depends on");
  for (const std::string place : {"physics", "record"}) {
    TextTable table({{""}, {"", true}, {""}, {""}});
    for (const StateRow& row : in.state) {
      if (row.place == place)
        table.Add({row.name, fmt::format("{}", row.size), Unit(row), row.meaning});
    }
    text += place == "physics"
                ? fmt::format("  in MuJoCo's state, {} numbers:\n", in.state_numbers)
                : fmt::format("  in the robot's own record, {} bytes:\n", in.record_bytes);
    text += table.Print();
  }
  return text;
}

std::string Action(const Inspection& in) {
  TextTable table({{""}, {"default", true}, {"reach", true}, {"joint's range", true}, {""}});
  for (const ActionRow& row : in.action)
    table.Add(
        {row.name, Number(row.default_pose), Between(row.reach), Between(row.joint), row.unit});
  return Section(fmt::format("Action ({})", in.action_dim), "a target angle for each joint") +
         Sentence(in.action_formula) +
         Sentence(fmt::format("drive {}: kp {} N m/rad, kd {} N m s/rad, torque up to {} N m",
                              in.drive.model, in.drive.kp, in.drive.kd, in.drive.torque_limit)) +
         table.Print();
}

std::string ObservationList(const Inspection& in, const std::string& list) {
  TextTable table({{"", true},
                   {""},
                   {"unit"},
                   {"scale", true},
                   {"noise", true},
                   {"clip", true},
                   {"delay", true},
                   {"history", true},
                   {""}});
  for (const ObservationRow& row : in.observations) {
    if (row.list != list) continue;
    const Range delay{static_cast<double>(row.min_delay), static_cast<double>(row.max_delay)};
    table.Add({Indices(row.first, row.size), row.name, Unit(row), Number(row.scale),
               row.noise > 0 ? "+-" + Number(row.noise) : "",
               std::isfinite(row.clip) ? "+-" + Number(row.clip) : "",
               row.max_delay > 0 ? Between(delay) : "",
               row.history > 1 ? fmt::format("{}", row.history) : "", row.meaning});
  }
  return table.Print();
}

std::string Observations(const Inspection& in) {
  std::string text =
      Section(fmt::format("Observation, policy ({})", in.policy_dim), "value times scale") +
      ObservationList(in, "policy");
  text += Section(fmt::format("Observation, critic ({})", in.critic_dim),
                  in.critic_sees_the_same ? "the same" : "value times scale");
  return in.critic_sees_the_same ? text : text + ObservationList(in, "critic");
}

std::string Rewards(const Inspection& in) {
  TextTable table({{""}, {""}, {"weight", true}, {"of"}, {""}});
  for (const RewardRow& row : in.rewards) {
    table.Add({row.objective ? "*" : "", row.name, Number(row.weight), Unit(row), row.meaning});
  }
  return Section("Reward", "the sum of weight * value, per second; * the objective") +
         table.Print();
}

std::string Ends(const Inspection& in) {
  TextTable table({{""}, {""}, {""}, {""}});
  for (const EndRow& row : in.terminations)
    table.Add({row.name, row.condition, Unit(row), row.meaning});
  return Section("End of an episode") + table.Print();
}

std::string Randomization(const Inspection& in) {
  TextTable table({{"at"}, {""}, {"", true}, {"from", true}, {""}, {""}});
  for (const RandomizationRow& row : in.randomization) {
    const std::string effect =
        row.fields.empty() ? "" : fmt::format(" ({})", fmt::join(row.fields, ", "));
    table.Add({row.when, row.name, row.size > 1 ? fmt::format("{} x", row.size) : "",
               Between(row.range), Unit(row), row.meaning + effect});
  }
  return Section("Randomization", "uniform; in brackets the fields of the model that change") +
         table.Print();
}

std::string Commands(const Inspection& in) {
  TextTable table({{""}, {""}, {""}, {""}});
  for (const CommandRow& row : in.commands) {
    if (row.in_use) table.Add({row.name, row.value, Unit(row), row.meaning});
  }
  return Section("Command") + table.Print();
}

std::string Symmetries(const Inspection& in) {
  TextTable table({{""}, {""}});
  for (const Described& row : in.symmetries) table.Add({row.name, row.meaning});
  for (const Described& row : in.canonical) table.Add({row.name, row.meaning});
  return in.symmetries.empty() ? Section("Symmetries", "none are used")
                               : Section("Symmetries") + table.Print();
}

// The lists stand in tables of their own.
std::string Contract(const Inspection& in) {
  TextTable table({{""}, {""}});
  const auto contract = nlohmann::ordered_json::parse(in.contract);
  for (const auto& [key, value] : contract.items()) {
    if (value.is_array()) {
      table.Add({key, fmt::format("{} rows", value.size())});
      continue;
    }
    if (!value.is_object()) {
      table.Add({key, value.dump()});
      continue;
    }
    std::vector<std::string> parts;
    const bool are_sentences = key == "rules" || key == "frames";
    for (const auto& [name, part] : value.items()) {
      const std::string text = part.is_string() ? part.get<std::string>() : part.dump();
      if (are_sentences) table.Add({fmt::format("{}.{}", key, name), text});
      parts.push_back(fmt::format("{} {}", name, text));
    }
    if (!are_sentences) table.Add({key, fmt::format("{}", fmt::join(parts, ", "))});
  }
  return Section("Contract", "what a robot must keep to, saved with the policy") + table.Print();
}

std::string Warnings(const Inspection& in) {
  if (in.warnings.empty()) return "";
  std::string text = Section("Warnings");
  for (const std::string& warning : in.warnings) text += Sentence(warning);
  return text;
}

}  // namespace

std::string InspectionPage(const Inspection& in) {
  std::string text = fmt::format("{}: the Markov decision process as configured\n", in.name);
  for (const auto part : {Timing, State, Action, Observations, Rewards, Ends, Commands,
                          Randomization, Symmetries, Contract})
    text += part(in);
  return text + TrialPage(in) + EpisodePage(in) + Warnings(in);
}

}  // namespace doggo::app
