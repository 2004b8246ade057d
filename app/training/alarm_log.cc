#include "app/training/alarm_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace doggo::app {
namespace {

constexpr char kFile[] = "alarms.jsonl";

std::string Line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

AlarmLog::AlarmLog(const std::filesystem::path& folder,
                   const std::vector<std::string>& metric_names, const State& before)
    : bell_(metric_names), file_(folder / kFile, before.bytes) {
  if (!before.bell.empty()) bell_.Load(before.bell);
}

std::vector<std::string> AlarmLog::Note(const agent::IterationReport& report, AlarmSample sample) {
  std::vector<std::string> told;
  for (const AlarmEvent& event : bell_.Hear(std::move(sample))) {
    if (event.over) {
      file_.Add(Line({{"iteration", report.iteration}, {"alarm", event.name}, {"over", true}}));
      told.push_back(fmt::format("iteration {}: {} is over.", report.iteration, event.name));
    } else {
      Raise(report.iteration, std::string(event.name), event.sentence);
      told.push_back(fmt::format("warning: iteration {}: {}.", report.iteration, event.sentence));
    }
  }
  return told;
}

void AlarmLog::Raise(int64_t iteration, const std::string& name, const std::string& sentence) {
  file_.Add(Line({{"iteration", iteration}, {"alarm", name}, {"says", sentence}}));
}

std::vector<LoggedAlarm> ReadAlarms(const std::filesystem::path& folder) {
  std::vector<LoggedAlarm> alarms;
  std::ifstream in(folder / kFile);
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("alarm") || !json["alarm"].is_string()) continue;
    const std::string name = json["alarm"];
    const auto iteration = json.value("iteration", int64_t{0});
    if (!json.value("over", false)) {
      alarms.push_back({iteration, -1, name, json.value("says", "")});
      continue;
    }
    const auto raised = std::find_if(alarms.rbegin(), alarms.rend(),
                                     [&](const LoggedAlarm& alarm) { return alarm.name == name; });
    if (raised != alarms.rend()) raised->over = iteration;
  }
  return alarms;
}

}  // namespace doggo::app
