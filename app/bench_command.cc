#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "agent/training/worker_pool.h"
#include "app/bench/behaviour_hash.h"
#include "app/bench/suites.h"
#include "app/bench/yardsticks.h"
#include "app/bench_report.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/interrupt.h"
#include "app/run_folder.h"
#include "app/text_distance.h"
#include "app/time_to_walk.h"

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDefaultConfig = "configs/anymal_flat.yaml";
constexpr const char* kWalk = "walk";  // the only one that `bench` alone leaves out: minutes

struct Stopped {};  // by Ctrl-C

bench::Training TrainingOf(const Config& config) {
  return {config.world, config.learner, config.train.environments, config.train.shard_size,
          static_cast<uint64_t>(config.seed)};
}

// configs/bench.yaml, whose training is short.
void MeasureHash(const bench::Settings& settings, bench::Results& results) {
  results.behaviour_hash = bench::BehaviourHash(TrainingOf(LoadConfig("configs/bench.yaml", {})),
                                                settings.root, settings.threads);
}

struct Suite {
  std::string name;
  void (*measure)(const bench::Settings&, bench::Results&);
};
const std::vector<Suite> kSuites = {
    {"memory", bench::MeasureMemory},   {"env", bench::MeasureEnvironment},
    {"learner", bench::MeasureLearner}, {"train", bench::MeasureTraining},
    {"scaling", bench::MeasureScaling}, {"hash", MeasureHash},
};

void CheckSuite(const std::string& name) {
  std::vector<std::string> names = {kWalk};
  for (const Suite& suite : kSuites) names.push_back(suite.name);
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  throw std::runtime_error(
      fmt::format("bench {}: there is no such suite{}; there are env, learner, train, scaling, "
                  "memory, hash and walk",
                  name, DidYouMean(NearestName(name, names))));
}

// Figures that are compared from day to day are those of the shipped settings.
void CheckSettings(const BenchOptions& options) {
  if (options.suite == kWalk || (options.config.empty() && options.overrides.empty())) return;
  throw std::runtime_error(fmt::format(
      "bench {}: settings are for `bench walk`; the other suites measure {}",
      options.config.empty() ? options.overrides.front() : options.config, kDefaultConfig));
}

int CheckedThreads(const std::optional<int>& asked) {
  const int processors = agent::AvailableProcessors();
  if (asked && *asked > processors) {
    throw std::runtime_error(
        fmt::format("bench --threads {}: this process may use {} processor{}; more threads would "
                    "measure how they wait for each other",
                    *asked, processors, processors == 1 ? "" : "s"));
  }
  return asked.value_or(processors);
}

// Before minutes of work for it.
void CheckWritable(const std::string& file) {
  if (file.empty() || file == "-") return;
  const fs::path folder = fs::absolute(file).parent_path();
  if (fs::is_directory(file) || access(folder.c_str(), W_OK) != 0)
    throw std::runtime_error(fmt::format("{}: cannot be written; name another file", file));
}

// Seconds that this process has lived, to a hundredth (Linux: proc(5), field 22 of stat).
double SecondsLived() {
  std::ifstream file("/proc/self/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int k = 3; k < 22; ++k) fields >> skipped;
  double ticks = 0;
  fields >> ticks;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double lived = static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) -
                       ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  return fields ? std::max(0.0, lived) : 0;
}

void Deliver(const std::string& json, const std::string& file) {
  if (file == "-") {
    fmt::print("{}", json);
  } else if (!file.empty()) {
    WriteTextFile(file, json);
  }
}

int BenchWalk(const BenchOptions& options, int threads) {
  const double before = SecondsLived();
  std::vector<FirstWalk> walks;
  for (int seed = 1; seed <= options.seeds && !Interrupted(); ++seed) {
    const double loading = bench::WallSeconds();
    std::vector<std::string> settings = options.overrides;
    settings.push_back(fmt::format("seed={}", seed));
    settings.push_back(fmt::format("train.threads={}", threads));
    const Config config =
        LoadConfig(options.config.empty() ? kDefaultConfig : options.config, settings);
    const auto walk =
        TimeToWalk(config, before + bench::WallSeconds() - loading, [] { return Interrupted(); });
    if (!walk) break;
    walks.push_back(*walk);
    fmt::print(stderr, "seed {}: {:.2f} s, {:.3f} M steps{}\n", seed, walk->seconds,
               1e-6 * static_cast<double>(walk->steps), walk->walks ? "" : ", never walked");
  }
  if (options.json != "-") {
    fmt::print(
        "{}\nTime from the start of the program to the first policy that walks, tests "
        "excluded:\n\n{}",
        MachineSentence(threads), FirstWalkTable(walks));
  }
  Deliver(ToJson(walks), options.json);
  return Interrupted() ? 130 : 0;
}

}  // namespace

int Bench(const BenchOptions& options) {
  CheckSuite(options.suite);
  CheckSettings(options);
  const int threads = CheckedThreads(options.threads);
  CheckWritable(options.json);
  HandleInterrupts();
  if (options.suite == kWalk) return BenchWalk(options, threads);

  const bench::Settings settings = {
      .training = TrainingOf(LoadConfig(kDefaultConfig, {})),
      .rough_ground = TrainingOf(LoadConfig("configs/anymal_rough.yaml", {})),
      .threads = threads,
      .repeats = options.repeats,
      .root = SourceRoot().string(),
      .program = fs::read_symlink("/proc/self/exe").string(),
      .torch = options.torch,
      .check =
          [] {
            if (Interrupted()) throw Stopped();
          },
  };
  bench::CheckTorch(settings);
  bench::Results results;
  try {
    for (const Suite& suite : kSuites) {
      if (!options.suite.empty() && options.suite != suite.name) continue;
      const double start = bench::WallSeconds();
      fmt::print(stderr, "{:<8} ...", suite.name);
      suite.measure(settings, results);
      fmt::print(stderr, " {:.0f} s\n", bench::WallSeconds() - start);
    }
  } catch (const Stopped&) {
    fmt::print(stderr, " stopped by Ctrl-C\n");
  }
  if (options.json != "-") fmt::print("\n{}\n\n{}", MachineSentence(threads), BenchTable(results));
  Deliver(BenchJson(results, threads), options.json);
  return Interrupted() ? 130 : 0;
}

}  // namespace doggo::app
