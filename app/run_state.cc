#include "app/run_state.h"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace doggo::app {

nlohmann::ordered_json ToJson(const TestedPolicy& p) {
  return {
      {"iteration", p.iteration}, {"env_steps", p.env_steps},      {"falls", p.falls},
      {"episodes", p.episodes},   {"lin_rmse_mps", p.linear_rmse}, {"yaw_rmse_radps", p.yaw_rmse}};
}

std::optional<TestedPolicy> TestedPolicyFrom(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  try {
    return TestedPolicy{.iteration = json.at("iteration"),
                        .env_steps = json.at("env_steps"),
                        .falls = json.at("falls"),
                        .episodes = json.at("episodes"),
                        .linear_rmse = json.at("lin_rmse_mps"),
                        .yaw_rmse = json.at("yaw_rmse_radps")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string ToJson(const RunState& s) {
  nlohmann::ordered_json json = {{"seconds", s.seconds},
                                 {"tested_at", s.tests.tested_at},
                                 {"completed_at", s.tests.completed_at},
                                 {"walks", s.tests.walks},
                                 {"walking_seconds", s.walking_seconds},
                                 {"walking_steps", s.walking_steps},
                                 {"trouble", s.trouble.counts},
                                 {"replays", s.trouble.files},
                                 {"alarms", s.alarms.bell},
                                 {"alarms_bytes", s.alarms.bytes},
                                 {"bytes", {s.metrics.csv, s.metrics.jsonl, s.metrics.events}}};
  if (s.best) json["best"] = ToJson(*s.best);
  return json.dump();
}

RunState RunStateFromJson(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    const auto bytes = json.at("bytes").get<std::array<uint64_t, 3>>();
    return {.seconds = json.at("seconds"),
            .tests = {.tested_at = json.at("tested_at"),
                      .completed_at = json.value("completed_at", 0.0),
                      .walks = json.at("walks")},
            .walking_seconds = json.at("walking_seconds"),
            .walking_steps = json.at("walking_steps"),
            .best = TestedPolicyFrom(json.value("best", nlohmann::json())),
            .trouble = {.counts = json.at("trouble").get<sim::TroubleCounts>(),
                        .files = json.at("replays")},
            .alarms = {.bell = json.value("alarms", ""),
                       .bytes = json.value("alarms_bytes", uint64_t{0})},
            .metrics = {.csv = bytes[0], .jsonl = bytes[1], .events = bytes[2]}};
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error(
        "does not tell how its training stood; use a checkpoint that ./doggo train has written");
  }
}

std::string LayoutOf(const sim::ParallelEnv& env) {
  const sim::Task& task = env.task();
  const nlohmann::ordered_json layout = {
      {"metrics", env.spec().metric_names},
      {"randomized", task.randomized_fields()},
      {"record", task.record_size()},
      {"state", mj_stateSize(&task.model(), mjSTATE_INTEGRATION)}};
  return layout.dump();
}

std::string WhyUnlike(const std::string& before, const std::string& now) {
  if (before == now) return "";
  const auto a = nlohmann::json::parse(before, nullptr, /*allow_exceptions=*/false);
  const auto b = nlohmann::json::parse(now);
  if (!a.is_object()) return "its checkpoint does not tell what it measures";
  if (a.value("state", nlohmann::json()) != b["state"])
    return "the model file describes another robot than when it was trained";
  if (a.value("metrics", nlohmann::json()) != b["metrics"])
    return "the settings turn a reward or an end of episodes on or off, so that other things are "
           "measured (a reward that is to fade can get a tiny weight)";
  return "the settings turn something random on or off that every robot keeps values of";
}

}  // namespace doggo::app
