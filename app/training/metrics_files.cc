#include "app/training/metrics_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/training/event_file.h"

namespace doggo::app {
namespace {

using Report = agent::IterationReport;
using Around = IterationSurroundings;

// Every iteration of a training has as many steps.
double StepsPerSecond(const Report& r) {
  return static_cast<double>(r.env_steps) / static_cast<double>(r.iteration) /
         (r.collect_seconds + r.update_seconds);
}

// clang-format off
struct Column {
  const char* name;  // in metrics.csv and metrics.jsonl
  const char* tag;   // in TensorBoard; "": not there
  double (*value)(const Report&, const Around&);
};
constexpr Column kColumns[] = {
    {"iteration",            "",                         [](const Report& r, const Around&) { return static_cast<double>(r.iteration); }},
    {"env_steps",            "",                         [](const Report& r, const Around&) { return static_cast<double>(r.env_steps); }},
    {"seconds",              "time/seconds",             [](const Report&, const Around& a) { return a.seconds; }},
    {"collect_seconds",      "time/collect_seconds",     [](const Report& r, const Around&) { return r.collect_seconds; }},
    {"update_seconds",       "time/update_seconds",      [](const Report& r, const Around&) { return r.update_seconds; }},
    {"reward_per_second",    "train/reward_per_second",  [](const Report& r, const Around&) { return r.reward_per_second; }},
    {"policy_loss",          "loss/policy",              [](const Report& r, const Around&) -> double { return r.loss.policy; }},
    {"value_loss",           "loss/value",               [](const Report& r, const Around&) -> double { return r.loss.value; }},
    {"entropy",              "policy/entropy",           [](const Report& r, const Around&) -> double { return r.loss.entropy; }},
    {"kl",                   "policy/kl",                [](const Report& r, const Around&) -> double { return r.loss.kl; }},
    {"clip_fraction",        "policy/clip_fraction",     [](const Report& r, const Around&) -> double { return r.loss.clip_fraction; }},
    {"explained_variance",   "train/explained_variance", [](const Report& r, const Around&) { return r.explained_variance; }},
    {"policy_gradient_norm", "gradient/policy_norm",     [](const Report& r, const Around&) { return r.policy_gradient_norm; }},
    {"critic_gradient_norm", "gradient/critic_norm",     [](const Report& r, const Around&) { return r.critic_gradient_norm; }},
    {"std",                  "policy/std",               [](const Report& r, const Around&) { return r.mean_std; }},
    {"rate",                 "train/learning_rate",      [](const Report& r, const Around&) { return r.rate; }},
    {"episodes",             "train/episodes",           [](const Report& r, const Around&) { return static_cast<double>(r.episodes); }},
};
// Behind those of the environments' metrics.
constexpr Column kLastColumns[] = {
    {"diverged",                 "train/diverged",           [](const Report&, const Around& a) { return a.diverged; }},
    {"test/linear_rmse",         "test/linear_rmse",         [](const Report&, const Around& a) { return a.test.linear_rmse; }},
    {"test/yaw_rmse",            "test/yaw_rmse",            [](const Report&, const Around& a) { return a.test.yaw_rmse; }},
    {"test/fall_share",          "test/fall_share",          [](const Report&, const Around& a) { return a.test.fall_share; }},
    {"machine/steps_per_second", "machine/steps_per_second", [](const Report& r, const Around&) { return StepsPerSecond(r); }},
    {"machine/other_seconds",    "machine/other_seconds",    [](const Report&, const Around& a) { return a.other_seconds; }},
    {"machine/memory_mb",        "machine/memory_mb",        [](const Report&, const Around& a) { return a.memory_mb; }},
    {"machine/allocations",      "machine/allocations",      [](const Report&, const Around& a) { return a.allocations; }},
};
// clang-format on

// The first line of a file, in cells.
std::vector<std::string> HeadOf(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line, cell;
  std::getline(in, line);
  std::istringstream cells(line);
  std::vector<std::string> head;
  while (std::getline(cells, cell, ',')) head.push_back(cell);
  return head;
}

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

  if (csv_.size() > 0) {
    columns_ = HeadOf(folder / "metrics.csv");
  } else {
    for (const Column& column : kColumns) columns_.emplace_back(column.name);
    for (const std::string& name : metric_names_) columns_.push_back("episode/" + name);
    for (const Column& column : kLastColumns) columns_.emplace_back(column.name);
    csv_.Add(fmt::format("{}\n", fmt::join(columns_, ",")));
  }
  for (AppendFile& events : events_)
    if (events.size() == 0) events.Add(EventFileHead(Now()));
}

void MetricsFiles::Add(const Report& report, const IterationSurroundings& surroundings) {
  // an empty cell, and null, where no episode ended or no test was due
  nlohmann::ordered_json json;
  std::vector<Scalar> scalars;
  const auto add = [&](const std::string& name, std::string_view tag, double value) {
    json[name] = value;
    if (!tag.empty() && std::isfinite(value)) scalars.push_back({tag, value});
  };
  std::vector<std::string> tags;
  for (const std::string& name : metric_names_) tags.push_back("episode/" + name);
  for (const Column& c : kColumns) add(c.name, c.tag, c.value(report, surroundings));
  for (size_t k = 0; k < tags.size(); ++k)
    add(tags[k], tags[k], report.episode_metrics.empty() ? NAN : report.episode_metrics[k]);
  for (const Column& c : kLastColumns) add(c.name, c.tag, c.value(report, surroundings));

  std::string line;
  for (const std::string& column : columns_) {
    const auto found = json.find(column);
    const double value = found == json.end() ? NAN : found->get<double>();
    line += std::isfinite(value) ? fmt::format("{:.9g},", value) : ",";
  }
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
