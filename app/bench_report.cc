#include "app/bench_report.h"

#include <fmt/format.h>
#include <mujoco/mujoco.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/training/worker_pool.h"
#include "app/bench/yardsticks.h"
#include "app/config.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

using Json = nlohmann::ordered_json;

struct Row {
  const char* name;
  const char* label;
  int digits;
};

// Every figure there may be, in the order of the table.
constexpr Row kRows[] = {
    // clang-format off
    {"env.ratio_one_thread",          "environment step / bare mj_step, 1 thread", 3},
    {"env.ratio_all_threads",         "... all threads",                           3},
    {"env.ratio_randomized",          "... 1 thread, everything random",           3},
    {"env.reset_over_step",           "a reset / a control step",                  2},
    {"env.states_equal",              "states equal to the task's, share",        3},
    {"env.steps_per_s",               "environment steps /s, 1 thread",            0},
    {"env.us_per_mj_step",            "bare mj_step, us",                          2},
    {"model.tuned_over_default",      "tuned model / MuJoCo's defaults",           2},
    {"terrain.step_over_flat",        "step on rough ground / on the plane",       3},
    {"terrain.scan_share",            "... share of it that the scans take",       3},
    {"learner.of_peak.512-256-128",   "PPO update / peak, 512-256-128",            3},
    {"learner.of_peak.128-128-128",   "... 128-128-128",                           3},
    {"learner.of_peak.64-64",         "... 64-64, mini-batches of 64",             3},
    {"learner.over_torch.512-256-128","PPO update / PyTorch, 512-256-128",         2},
    {"learner.over_torch.128-128-128","... 128-128-128",                           2},
    {"learner.over_torch.64-64",      "... 64-64, mini-batches of 64",             2},
    {"peak_gflops",                   "peak of one core, GFLOP/s",                 1},
    {"bandwidth_gb_per_s",            "memory bandwidth of one core, GB/s",        1},
    {"train.of_roofline",             "training / roofline",                       3},
    {"train.env_steps_per_s",         "training, environment steps /s",            0},
    {"allocations_per_iteration",     "heap allocations an iteration, at most",    0},
    {"iteration_p99_over_p50",        "iteration time, p99 / p50",                 2},
    {"startup_s",                     "program start to first training step, s",   3},
    {"scaling.two_over_one",          "2 threads / 1, collect + update",           2},
    {"memory_mb_4096_envs",           "4,096 environments x 32 steps, MB",         0},
    // clang-format on
};

bool IsListed(const std::string& name) {
  return std::any_of(std::begin(kRows), std::end(kRows),
                     [&](const Row& row) { return name == row.name; });
}

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

std::string Compiler() {
#if defined(__clang__)
  return fmt::format("clang++ {}.{}", __clang_major__, __clang_minor__);
#else
  return fmt::format("g++ {}.{}", __GNUC__, __GNUC_MINOR__);
#endif
}

// The place of a dotted name in nested objects.
Json& Place(Json& json, const std::string& name) {
  const size_t dot = name.find('.');
  if (dot == std::string::npos) return json[name];
  return Place(json[name.substr(0, dot)], name.substr(dot + 1));
}

// last_reason: of the row above, which is not said twice.
void AddFigure(TextTable& table, const std::string& label, int digits, const bench::Figure& f,
               std::string& last_reason) {
  if (!f.value) {
    table.Add({label, "-", f.reason == last_reason ? "(likewise)" : f.reason});
    last_reason = f.reason;
    return;
  }
  last_reason.clear();
  const bool single = f.value->low == f.value->high;
  table.Add({label, fmt::format("{:.{}f}", f.value->median, digits),
             single
                 ? ""
                 : fmt::format("{:.{}f} to {:.{}f}", f.value->low, digits, f.value->high, digits)});
}

}  // namespace

std::string MachineSentence(int threads) {
  return fmt::format("{}, {} of {} processors, {}; {}, {}, MuJoCo {}", ProcessorName(), threads,
                     agent::AvailableProcessors(), bench::PeakInstructions(), Version(), Compiler(),
                     mj_versionString());
}

std::string BenchTable(const bench::Results& results) {
  TextTable table({{"figure"}, {"median", true}, {"half of the readings"}});
  std::string last_reason;
  for (const Row& row : kRows) {
    const auto figure = results.figures.find(row.name);
    if (figure == results.figures.end()) continue;
    AddFigure(table, row.label, row.digits, figure->second, last_reason);
  }
  for (const auto& [name, figure] : results.figures) {
    if (!IsListed(name)) AddFigure(table, name, 2, figure, last_reason);
  }
  std::string text = results.figures.empty() ? "" : table.Print();
  const bool refused = std::any_of(results.figures.begin(), results.figures.end(),
                                   [](const auto& named) { return !named.second.value; });
  if (refused) {
    text += fmt::format(
        "\n  -  No figure is given where a core's peak drifts by more than {:.0f} % while it is\n"
        "     measured, or other work takes more of it: repeat it on an idle machine.\n",
        100 * bench::kMaxDrift);
  }
  if (results.behaviour_hash.empty()) return text;
  return fmt::format("{}{}  behaviour hash {}\n", text, text.empty() ? "" : "\n",
                     results.behaviour_hash);
}

std::string BenchJson(const bench::Results& results, int threads) {
  Json json, spread = Json::object(), reasons = Json::object();
  for (const Row& row : kRows) {
    Place(json, row.name) = nullptr;
    if (!results.figures.contains(row.name))
      reasons[row.name] = "not measured: its suite was not asked for";
  }
  for (const auto& [name, figure] : results.figures) {
    if (figure.value) {
      Place(json, name) = figure.value->median;
      spread[name] = {figure.value->low, figure.value->high};
    } else {
      Place(json, name) = nullptr;
      reasons[name] = figure.reason;
    }
  }
  json["behaviour_hash"] = results.behaviour_hash.empty() ? Json() : Json(results.behaviour_hash);
  json["spread"] = spread;
  json["reasons"] = reasons;
  json["machine"] = {{"processor", ProcessorName()}, {"processors", agent::AvailableProcessors()},
                     {"threads", threads},           {"instructions", bench::PeakInstructions()},
                     {"version", Version()},         {"compiler", Compiler()},
                     {"mujoco", mj_versionString()}};
  return json.dump(2) + "\n";
}

}  // namespace doggo::app
