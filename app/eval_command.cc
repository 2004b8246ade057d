#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "app/commands.h"
#include "app/config_file.h"
#include "app/episode_stills.h"
#include "app/evaluation/report.h"
#include "app/evaluation_gate.h"
#include "app/evaluation_page.h"
#include "app/evaluation_progress.h"
#include "app/interrupt.h"
#include "app/loaded_run.h"
#include "app/recorded_episode.h"
#include "app/text_distance.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;
using evaluation::Report;
using evaluation::Suite;

std::vector<const Suite*> ChosenSuites(const EvalOptions& options) {
  std::vector<std::string> asked, names;
  for (size_t begin = 0; begin < options.suites.size();) {
    const size_t end = std::min(options.suites.find(',', begin), options.suites.size());
    asked.push_back(options.suites.substr(begin, end - begin));
    begin = end + 1;
  }
  for (const Suite& suite : evaluation::Suites()) names.emplace_back(suite.name);
  for (const std::string& name : asked) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw std::invalid_argument(fmt::format("--suite {}: there are {}{}", name,
                                              fmt::join(names, ", "),
                                              DidYouMean(NearestName(name, names))));
  }
  std::vector<const Suite*> chosen;
  for (const Suite& suite : evaluation::Suites()) {
    const bool named = std::find(asked.begin(), asked.end(), suite.name) != asked.end();
    if (asked.empty() ? !options.quick || suite.quick : named) chosen.push_back(&suite);
  }
  return chosen;
}

// A gate that nothing has to pass is a mistake.
void CheckAsksForSomething(const EvalOptions& options, const std::string& file,
                           const std::vector<evaluation::Criterion>& criteria,
                           const std::vector<const Suite*>& suites) {
  if (!options.gate) return;
  const auto asked = [&](const evaluation::FigureInfo& figure) {
    return std::any_of(criteria.begin(), criteria.end(),
                       [&](const evaluation::Criterion& c) { return c.key == figure.key; });
  };
  for (const Suite* suite : suites)
    if (std::any_of(suite->figures.begin(), suite->figures.end(), asked)) return;
  throw std::invalid_argument(
      fmt::format("--gate: none of the suites that are to run has a threshold in {}", file));
}

// Before minutes of work for it.
void CheckWritable(const std::string& file) {
  if (file.empty() || file == "-") return;
  const fs::path folder = fs::absolute(file).parent_path();
  if (fs::is_directory(file) || access(folder.c_str(), W_OK) != 0)
    throw std::runtime_error(fmt::format("{}: cannot be written; name another file", file));
}

int RandomEpisodeCount(const EvalOptions& options, const evaluation::EvaluationConfig& protocol,
                       const std::vector<const Suite*>& suites) {
  const bool falls =
      std::any_of(suites.begin(), suites.end(), [](const Suite* s) { return s->name == "falls"; });
  return falls && !options.quick ? std::max(protocol.fall_episodes, protocol.episodes)
                                 : protocol.episodes;
}

std::string Heading(const LoadedRun& loaded) {
  return fmt::format("{}, {}, {:.2f} M steps: in the reference physics, seed {}\n",
                     loaded.config.name, loaded.run.policy.string(),
                     static_cast<double>(loaded.policy.steps_trained) * 1e-6,
                     loaded.config.evaluation.seed);
}

// Where the episodes worth looking at are kept: beside the page, else the JSON, else in the run's
// folder. A policy file that belongs to no run gets a folder in runs/: its own is not ours to fill.
fs::path ReplayFolder(const EvalOptions& options, const LoadedRun& loaded, bool second) {
  const char* const name = second ? "failures_b" : "failures";
  if (!options.html.empty()) return fs::path(options.html).parent_path() / name;
  if (!options.json.empty() && options.json != "-")
    return fs::path(options.json).parent_path() / name;
  if (!loaded.run.folder.empty()) return loaded.run.folder / name;
  return fs::path("runs") / fmt::format("{}_{}", loaded.run.policy.stem().string(), name);
}

// Returns how many. A full disk is no reason to lose the evaluation.
size_t WriteReplays(const Report& report, const Config& config, const fs::path& folder) {
  size_t written = 0;
  try {
    for (const evaluation::SuiteResult& suite : report.suites) {
      for (const evaluation::Failure& failure : suite.failures) {
        fs::create_directories(folder);
        Config copy = config;
        copy.world = *failure.world;
        sim::Replay replay = failure.replay;
        replay.configuration = PrintConfig(Fields(copy), /*with_comments=*/false);
        WriteReplayFile(replay, folder / (failure.id + ".replay"));
        ++written;
      }
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "The episodes were not kept: {}\n", error.what());
  }
  return written;
}

constexpr size_t kStillsOfASuite = 2;

// The ends of each suite's first episodes, beside their replays and for the page. Without OpenGL or
// ffmpeg there are none.
std::map<std::string, std::string> WriteStills(const Report& report, const fs::path& folder) {
  std::map<std::string, std::string> stills;
  try {
    std::optional<EpisodeStills> camera;
    for (const evaluation::SuiteResult& suite : report.suites) {
      for (size_t k = 0; k < std::min(kStillsOfASuite, suite.failures.size()); ++k) {
        const evaluation::Failure& failure = suite.failures[k];
        const fs::path png = folder / (failure.id + ".png");
        if (!camera) camera.emplace();
        camera->Write(failure, SourceRoot().string(), png);
        std::ifstream file(png, std::ios::binary);
        stills[failure.id] = Base64({std::istreambuf_iterator<char>(file), {}});
      }
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "There are no pictures of episodes: {}\n", error.what());
  }
  return stills;
}

std::string CommandLine(const EvalOptions& options) {
  std::string line = "./doggo eval";
  for (const std::string& word : {options.run, options.other})
    if (!word.empty()) line += " " + word;
  for (const std::string& setting : options.overrides) line += " " + setting;
  if (options.quick) line += " --quick";
  if (!options.suites.empty()) line += " --suite " + options.suites;
  return line + " --html " + options.html;
}

Report JudgeRun(const EvalOptions& options, const LoadedRun& loaded,
                const evaluation::EvaluationConfig& protocol,
                const std::vector<const Suite*>& suites, bool live) {
  agent::WorkerPool pool(loaded.config.threads());
  EvaluationProgress progress(live, static_cast<int>(suites.size()));
  evaluation::Context context{
      .policy = loaded.policy,
      .trained = loaded.config.world,
      .protocol = protocol,
      .root = SourceRoot().string(),
      .pool = pool,
      .random_episodes = RandomEpisodeCount(options, protocol, suites),
      .progress = [&](const std::string& drill, double share) { progress.Show(drill, share); },
      .stopped = [] { return Interrupted(); },
  };
  Report report = evaluation::Judge(
      context, suites, [&](const Suite& suite) { progress.Begin(std::string(suite.name)); });
  report.policy = loaded.run.policy.string();
  return report;
}

}  // namespace

int Eval(const EvalOptions& options) {
  // everything that may be wrong, before minutes of work
  const std::vector<const Suite*> suites = ChosenSuites(options);
  const std::string criteria_file =
      options.gate.value_or("").empty() ? "configs/eval.yaml" : *options.gate;
  const std::vector<evaluation::Criterion> criteria = ReadCriteria(criteria_file);
  CheckAsksForSomething(options, criteria_file, criteria, suites);
  CheckWritable(options.json);
  CheckWritable(options.html);
  std::vector<LoadedRun> runs = {LoadRun(options.run, options.overrides)};
  if (!options.other.empty()) runs.push_back(LoadRun(options.other, options.overrides));
  HandleInterrupts();

  const bool to_stdout = options.json == "-";
  const bool live = !to_stdout && isatty(STDOUT_FILENO) != 0;
  EvaluationPageInput page{.criteria = criteria_file, .command = CommandLine(options)};
  for (const LoadedRun& loaded : runs) {
    if (!to_stdout) {
      fmt::print("{}", Heading(loaded));
      std::fflush(stdout);
    }
    // both by the protocol of the first
    page.reports.push_back(JudgeRun(options, loaded, runs[0].config.evaluation, suites, live));
    page.verdicts.push_back(Verdicts(page.reports.back(), criteria));
    const fs::path folder = ReplayFolder(options, loaded, page.reports.size() > 1);
    page.replays.push_back(folder.string());
    const size_t replays = WriteReplays(page.reports.back(), loaded.config, folder);
    page.stills.emplace_back();
    if (replays > 0 && !options.html.empty())
      page.stills.back() = WriteStills(page.reports.back(), folder);
    if (replays > 0 && !to_stdout)
      fmt::print("{} episodes to look at: ./doggo play --replay {}/ID.replay\n", replays,
                 folder.string());
  }

  const std::string json = Json(page.reports).dump(2) + "\n";
  if (to_stdout) {
    fmt::print("{}", json);
  } else {
    fmt::print("{}", Text(page.reports));
    for (size_t k = 0; k < runs.size(); ++k)
      fmt::print("\n{}{}:\n{}", runs.size() > 1 ? page.reports[k].policy + " by " : "",
                 criteria_file, VerdictText(page.verdicts[k]));
    if (!options.json.empty()) WriteTextFile(options.json, json);
  }
  if (!options.html.empty()) WriteTextFile(options.html, EvaluationPage(page));
  if (Interrupted()) return 130;
  const bool passed = std::all_of(page.verdicts.begin(), page.verdicts.end(), AllPassed);
  return options.gate && !passed ? 1 : 0;
}

}  // namespace doggo::app
