#include "app/run_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/config.h"
#include "app/config_file.h"
#include "app/run_folder.h"
#include "app/run_lock.h"
#include "app/run_state.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::array<const char*, 7> kConditionNames = {
    "training", "finished", "stopped", "crashed", "fit", "older version", "damaged"};

Json ReadJson(const fs::path& path) {
  std::ifstream in(path);
  return Json::parse(in, nullptr, /*allow_exceptions=*/false);
}

// The last whole line of a file that may be growing; "" where there is none.
std::string LastLine(const fs::path& path) {
  constexpr std::streamoff kEnough = 1 << 16;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return "";
  in.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(in.tellg()) - kEnough));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.resize(text.rfind('\n') + 1);  // to nothing where there is no line end
  if (text.empty()) return "";
  text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

uint64_t BytesIn(const fs::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const uintmax_t size = entry.is_regular_file(error) ? entry.file_size(error) : 0;
    if (!error) bytes += size;
  }
  return bytes;
}

// Of run.json ("2026-03-01T12:30:05+0100"), else of the folder.
std::time_t StartOf(const fs::path& folder, const Json& record) {
  std::tm start{};
  start.tm_isdst = -1;
  if (record.is_object() && record.contains("started") && record["started"].is_string()) {
    const std::string text = record["started"];
    if (const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S%z", &start);
        end != nullptr && *end == 0) {
      const long offset = start.tm_gmtoff;
      return timegm(&start) - offset;
    }
  }
  std::error_code error;
  const auto changed = fs::last_write_time(folder, error);
  if (error) return 0;
  return std::chrono::system_clock::to_time_t(
      std::chrono::file_clock::to_sys(std::chrono::time_point_cast<std::chrono::seconds>(changed)));
}

// What the files say; throws where one is missing or not as it was written.
void Read(RunSummary& run, const Json& record) {
  const fs::path& folder = run.folder;
  if (fs::exists(folder / "fit.json") || fs::exists(folder / "epochs.csv")) {
    run.condition = RunCondition::kFit;
    return;
  }
  if (!record.is_object()) throw std::runtime_error("run.json: missing, or not JSON");
  run.best = TestedPolicyFrom(record.value("best", Json()));
  if (const std::string line = LastLine(folder / "metrics.jsonl"); !line.empty()) {
    const Json last = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!last.is_object() || !last.contains("iteration") || !last.contains("env_steps"))
      throw std::runtime_error("metrics.jsonl: its last line is damaged");
    run.iterations = static_cast<int64_t>(last["iteration"].get<double>());
    run.env_steps = static_cast<int64_t>(last["env_steps"].get<double>());
  }
  if (fs::exists(folder / "evaluation.json")) {
    const Json evaluation = ReadJson(folder / "evaluation.json");
    if (!evaluation.is_object()) throw std::runtime_error("evaluation.json: not JSON");
    if (!evaluation.contains("return")) {  // that of a small world
      run.linear_rmse = evaluation.at("tracking").at("lin_rmse_mps").get<double>();
      run.yaw_rmse = evaluation.at("tracking").at("yaw_rmse_radps").get<double>();
    }
  }
  try {
    run.of_iterations = LoadConfig(folder / "config.yaml", {}).train.iterations;
  } catch (const ConfigError& error) {
    const std::string version = VersionOf(record);
    if (version.empty() || version == Version()) throw;
    run.condition = RunCondition::kOlder;
    run.damage = fmt::format("of {}: {}", version, error.what());
    return;
  }
  const std::string state = record.value("state", "");
  const bool ended = state.empty() && run.linear_rmse;  // of a version that did not note it
  run.condition = IsBeingTrained(folder)         ? RunCondition::kTraining
                  : state == "finished" || ended ? RunCondition::kFinished
                  : state == "stopped"           ? RunCondition::kStopped
                                                 : RunCondition::kCrashed;
}

}  // namespace

std::string NameOf(RunCondition condition) {
  return kConditionNames.at(static_cast<size_t>(condition));
}

std::string Age(double seconds) {
  const double s = std::max(0.0, seconds);
  if (s < 60) return fmt::format("{:.0f} s", std::floor(s));
  if (s < 3600) return fmt::format("{:.0f} min", std::floor(s / 60));
  if (s < 86400) return fmt::format("{:.0f} h", std::floor(s / 3600));
  return fmt::format("{:.0f} d", std::floor(s / 86400));
}

RunSummary Summarize(const fs::path& folder) {
  RunSummary run;
  run.folder = folder;
  run.bytes = BytesIn(folder);
  const Json record = ReadJson(folder / "run.json");
  run.started = StartOf(folder, record);
  try {
    Read(run, record);
  } catch (const std::exception& error) {
    run.condition = RunCondition::kDamaged;
    run.damage = error.what();
  }
  return run;
}

std::vector<RunSummary> ListRuns(const fs::path& root) {
  std::vector<RunSummary> runs;
  for (const fs::path& folder : RunFolders(root)) runs.push_back(Summarize(folder));
  std::stable_sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
    return a.started != b.started ? a.started > b.started : a.folder > b.folder;
  });
  return runs;
}

//   runs/2026-03-01_12-30-05_anymal_flat
//     finished   450/450   1.84 M steps   0.039 m/s   0.042 rad/s      3.1 MB     2 h ago
std::string RunTable(const std::vector<RunSummary>& runs, std::time_t now) {
  std::string text;
  bool any_test = false;
  for (const RunSummary& run : runs) {
    text += run.folder.string() + "\n";
    const std::string age = Age(std::difftime(now, run.started)) + " old";
    const std::string size = fmt::format("{:.1f} MB", static_cast<double>(run.bytes) * 1e-6);
    const RunCondition c = run.condition;
    if (c == RunCondition::kDamaged || c == RunCondition::kFit || c == RunCondition::kOlder) {
      text += fmt::format("  {:<13} {:>42} {:>9} {:>10}\n", NameOf(c), "", size, age);
      if (run.damage.empty()) continue;
      for (const std::string& line : Wrap(run.damage, 76)) text += "    " + line + "\n";
      continue;
    }
    // not judged yet: the best of its tests
    const bool tested = !run.linear_rmse && run.best;
    any_test = any_test || tested;
    const auto number = [&](const std::optional<double>& judged, double TestedPolicy::*best) {
      return judged   ? fmt::format("{:.3f}", *judged)
             : tested ? fmt::format("{:.3f}", (*run.best).*best)
                      : std::string("-");
    };
    text +=
        fmt::format("  {:<8} {:>9} {:>6} M steps {:>6} m/s {:>6} rad/s{} {:>8} {:>10}\n", NameOf(c),
                    fmt::format("{}/{}", run.iterations, run.of_iterations),
                    fmt::format("{:.2f}", static_cast<double>(run.env_steps) * 1e-6),
                    number(run.linear_rmse, &TestedPolicy::linear_rmse),
                    number(run.yaw_rmse, &TestedPolicy::yaw_rmse), tested ? "*" : " ", size, age);
  }
  if (any_test) text += "* not judged yet: the best test on the way\n";
  return text;
}

std::string ToJson(const std::vector<RunSummary>& runs) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const RunSummary& run : runs) {
    nlohmann::ordered_json json = {{"folder", run.folder.string()},
                                   {"state", NameOf(run.condition)},
                                   {"started", static_cast<int64_t>(run.started)},
                                   {"iterations", run.iterations},
                                   {"of_iterations", run.of_iterations},
                                   {"env_steps", run.env_steps},
                                   {"lin_rmse_mps", nullptr},
                                   {"yaw_rmse_radps", nullptr},
                                   {"bytes", run.bytes}};
    if (run.linear_rmse) json["lin_rmse_mps"] = *run.linear_rmse;
    if (run.yaw_rmse) json["yaw_rmse_radps"] = *run.yaw_rmse;
    if (run.best) json["best_test"] = ToJson(*run.best);
    if (!run.damage.empty()) json["damage"] = run.damage;
    list.push_back(std::move(json));
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace doggo::app
