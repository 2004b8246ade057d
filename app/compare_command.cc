#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "app/commands.h"
#include "app/comparison.h"
#include "app/config_file.h"
#include "app/interrupt.h"
#include "app/resume.h"
#include "app/training_run.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

constexpr char kReturn[] = "episode/return", kReward[] = "reward_per_second";

std::string NameOf(const std::string& file) { return fs::path(file).stem().string(); }

void Check(const CompareOptions& options) {
  if (options.configs.empty())
    throw std::runtime_error(
        "compare: name the configurations, as in ./doggo compare configs/cartpole_ppo.yaml "
        "configs/cartpole_a2c.yaml");
  std::set<std::string> names;
  for (const std::string& config : options.configs)
    if (!names.insert(NameOf(config)).second)
      throw std::runtime_error(fmt::format(
          "compare: two configurations are called '{}'; rename one file", NameOf(config)));
}

// A run that is there already must be the one that is wanted.
void CheckSame(const fs::path& folder, const Config& wanted) {
  for (const ChangedKey& change : ChangedKeys(LoadConfig(folder / "config.yaml", {}), wanted)) {
    if (change.key == "train.threads") continue;
    throw std::runtime_error(
        fmt::format("{}: was trained with {}={}, and {} is asked for; delete it, or compare in "
                    "another --folder",
                    folder.string(), change.key, change.before, change.now));
  }
}

void TrainSilently(TrainingRun& run) {
  run.Train(Display::kQuiet);
  IsQuadruped(run.config()) ? void(run.Judge()) : void(run.JudgeReturn());
}

// Trains, or goes on, or finds it done.
void EnsureTrained(const Config& config) {
  const fs::path folder = config.run.folder;
  if (!fs::exists(folder / "config.yaml")) {
    TrainingRun run(config);
    return TrainSilently(run);
  }
  CheckSame(folder, config);
  if (ReadRunRecord(folder).value("state", "") == "finished") return;
  TrainingRun run(PlanResumption(folder.string(), {}));
  TrainSilently(run);
}

}  // namespace

int Compare(const CompareOptions& options) {
  Check(options);
  std::vector<Config> configs;  // all of them, before the first is trained
  for (const std::string& file : options.configs)
    configs.push_back(LoadConfig(file, options.overrides));
  const fs::path root = options.folder;

  HandleInterrupts();
  for (size_t k = 0; k < configs.size(); ++k) {
    const int first_seed = configs[k].seed;
    for (int s = 0; s < options.seeds; ++s) {
      Config config = configs[k];
      config.seed = first_seed + s;
      config.run.folder =
          (root / NameOf(options.configs[k]) / fmt::format("seed_{}", config.seed)).string();
      fmt::print("{}, seed {}\n", NameOf(options.configs[k]), config.seed);
      std::fflush(stdout);
      EnsureTrained(config);
      if (Interrupted()) {
        fmt::print("Stopped; the same command goes on.\n");
        return 1;
      }
    }
  }

  Comparison comparison;
  comparison.metric = options.metric;
  comparison.command =
      fmt::format("./doggo compare {} --seeds {}", fmt::join(options.configs, " "), options.seeds);
  for (size_t k = 0; k < configs.size(); ++k) {
    ComparedConfig compared{NameOf(options.configs[k]), {}};
    for (int s = 0; s < options.seeds; ++s) {
      const int seed = configs[k].seed + s;
      const fs::path csv = root / compared.name / fmt::format("seed_{}", seed) / "metrics.csv";
      if (comparison.metric.empty())
        comparison.metric = HasColumn(csv, kReturn) ? kReturn : kReward;
      compared.seeds.push_back({seed, ReadCurve(csv, "env_steps", comparison.metric),
                                ReadCurve(csv, "seconds", comparison.metric)});
    }
    comparison.configs.push_back(compared);
  }

  const fs::path page = root / "comparison.html";
  WriteTextFile(page, ComparisonPage(comparison));
  if (!options.json.empty()) WriteTextFile(options.json, ToJson(comparison));
  fmt::print("\n{}\nCurves: {}\n", ComparisonTable(comparison), page.string());
  return 0;
}

}  // namespace doggo::app
