#include "app/metrics_files.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/event_file.h"

namespace doggo::app {
namespace {

using Report = agent::IterationReport;

// clang-format off
struct Column {
  const char* name;  // in metrics.csv and metrics.jsonl
  const char* tag;   // in TensorBoard; "": not there
  double (*value)(const Report&, double seconds);
};
constexpr Column kColumns[] = {
    {"iteration",            "",                         [](const Report& r, double) { return static_cast<double>(r.iteration); }},
    {"env_steps",            "",                         [](const Report& r, double) { return static_cast<double>(r.env_steps); }},
    {"seconds",              "time/seconds",             [](const Report&, double seconds) { return seconds; }},
    {"collect_seconds",      "time/collect_seconds",     [](const Report& r, double) { return r.collect_seconds; }},
    {"update_seconds",       "time/update_seconds",      [](const Report& r, double) { return r.update_seconds; }},
    {"reward_per_second",    "train/reward_per_second",  [](const Report& r, double) { return r.reward_per_second; }},
    {"policy_loss",          "loss/policy",              [](const Report& r, double) -> double { return r.loss.policy; }},
    {"value_loss",           "loss/value",               [](const Report& r, double) -> double { return r.loss.value; }},
    {"entropy",              "policy/entropy",           [](const Report& r, double) -> double { return r.loss.entropy; }},
    {"kl",                   "policy/kl",                [](const Report& r, double) -> double { return r.loss.kl; }},
    {"clip_fraction",        "policy/clip_fraction",     [](const Report& r, double) -> double { return r.loss.clip_fraction; }},
    {"explained_variance",   "train/explained_variance", [](const Report& r, double) { return r.explained_variance; }},
    {"policy_gradient_norm", "gradient/policy_norm",     [](const Report& r, double) { return r.policy_gradient_norm; }},
    {"critic_gradient_norm", "gradient/critic_norm",     [](const Report& r, double) { return r.critic_gradient_norm; }},
    {"std",                  "policy/std",               [](const Report& r, double) { return r.mean_std; }},
    {"rate",                 "train/learning_rate",      [](const Report& r, double) { return r.rate; }},
    {"episodes",             "train/episodes",           [](const Report& r, double) { return static_cast<double>(r.episodes); }},
};
// clang-format on

double Now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

MetricsFiles::MetricsFiles(const std::filesystem::path& folder,
                           const std::vector<std::string>& metric_names, bool tensorboard,
                           const Sizes& keep)
    : metric_names_(metric_names),
      csv_(folder / "metrics.csv", keep.csv),
      jsonl_(folder / "metrics.jsonl", keep.jsonl) {
  if (tensorboard) events_.emplace_back(folder / "events.out.tfevents.doggo", keep.events);

  if (csv_.size() == 0) {
    std::string head;
    for (const Column& column : kColumns) head += fmt::format("{},", column.name);
    for (const std::string& name : metric_names_) head += fmt::format("episode/{},", name);
    head.back() = '\n';
    csv_.Add(head);
  }
  for (AppendFile& events : events_)
    if (events.size() == 0) events.Add(EventFileHead(Now()));
}

void MetricsFiles::Add(const Report& report, double seconds) {
  // an empty cell, and null, where no episode ended
  std::string line;
  nlohmann::ordered_json json;
  std::vector<Scalar> scalars;
  const auto add = [&](const std::string& name, std::string_view tag, double value) {
    line += std::isfinite(value) ? fmt::format("{:.9g},", value) : ",";
    json[name] = value;
    if (!tag.empty() && std::isfinite(value)) scalars.push_back({tag, value});
  };
  for (const Column& column : kColumns) add(column.name, column.tag, column.value(report, seconds));
  std::vector<std::string> tags;
  for (const std::string& name : metric_names_) tags.push_back("episode/" + name);
  for (size_t k = 0; k < tags.size(); ++k)
    add(tags[k], tags[k], report.episode_metrics.empty() ? NAN : report.episode_metrics[k]);
  line.back() = '\n';

  csv_.Add(line);
  jsonl_.Add(json.dump() + '\n');
  for (AppendFile& events : events_) events.Add(EventRecord(Now(), report.env_steps, scalars));
}

void MetricsFiles::Write() {
  csv_.Write();
  jsonl_.Write();
  for (AppendFile& events : events_) events.Write();
}

void MetricsFiles::Sync() {
  csv_.Sync();
  jsonl_.Sync();
  for (AppendFile& events : events_) events.Sync();
}

MetricsFiles::Sizes MetricsFiles::sizes() const {
  return {.csv = csv_.size(),
          .jsonl = jsonl_.size(),
          .events = events_.empty() ? 0 : events_[0].size()};
}

}  // namespace doggo::app
