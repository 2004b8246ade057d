#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/config.h"
#include "app/interrupt.h"
#include "app/resume.h"
#include "app/text_table.h"
#include "app/training_run.h"
#include "app/watched_training.h"

namespace doggo::app {
namespace {

Display DisplayOf(const TrainOptions& options) {
  if (options.quiet) return Display::kQuiet;
  return isatty(STDOUT_FILENO) && !options.plain ? Display::kLive : Display::kPlain;
}

Evaluation TrainAndJudge(TrainingRun& run, const TrainOptions& options) {
  run.Train(DisplayOf(options));
  if (options.profile) fmt::print("{}\n", run.Profile());
  if (!IsQuadruped(run.config())) {
    run.JudgeReturn();
    return {};
  }
  return run.Judge();
}

// One run, in a window too where that is asked for.
void TrainAndShow(TrainingRun& run, std::optional<ShowWindow>& window,
                  const TrainOptions& options) {
  HandleInterrupts();
  if (!options.quiet) run.Introduce();
  if (!window) {
    TrainAndJudge(run, options);
    return;
  }
  Watch(*window, run.config(), options.robots, run.NamedPolicy(), [&](NewestPolicy& newest) {
    run.TellPolicyTo([&](agent::Policy policy) { newest.Put(std::move(policy)); });
    TrainAndJudge(run, options);
    fmt::print("\nThe window shows the policy until you close it (Escape).\n");
    std::fflush(stdout);
  });
}

void CheckTogether(const TrainOptions& options) {
  if (options.resume && !options.from.empty())
    throw std::runtime_error(
        "--resume and --from: a run that goes on has its own policy; give one of them");
  if (options.resume && options.seeds)
    throw std::runtime_error("--resume and --seeds: resume one run at a time");
  if (options.watch && options.seeds)
    throw std::runtime_error("--watch and --seeds: watch one run at a time");
}

int Resume(const TrainOptions& options) {
  const Resumption resumption =
      PlanResumption(options.resume->empty() ? options.config : *options.resume, options.overrides);
  for (const ChangedKey& change : resumption.changes)
    fmt::print("Changed: {} {} -> {}\n", change.key, change.before, change.now);
  std::optional<ShowWindow> window;  // before the run: without a display, it stays as it is
  if (options.watch) window.emplace();
  TrainingRun run(resumption);
  TrainAndShow(run, window, options);
  return 0;
}

// ---- seeds in turn

struct SeedResult {
  int seed;
  RunState state;
  Evaluation evaluation;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

std::string SeedTable(const std::vector<SeedResult>& results) {
  TextTable table({{"seed", true},
                   {"m/s", true},
                   {"rad/s", true},
                   {"falls", true},
                   {"drift cm", true},
                   {"transport", true},
                   {"walks after s", true},
                   {"M steps", true},
                   {"s", true}});
  const auto row = [&](const std::string& name, const std::vector<SeedResult>& of) {
    const auto median = [&](auto&& value) {
      std::vector<double> values;
      for (const SeedResult& result : of) values.push_back(value(result));
      return Median(values);
    };
    const bool walks = std::all_of(
        of.begin(), of.end(), [](const SeedResult& result) { return result.state.tests.walks; });
    using R = const SeedResult&;
    const auto text = [](double value, int digits) {
      return fmt::format("{:.{}f}", value, digits);
    };
    table.Add({name, text(median([](R r) { return r.evaluation.tracking.linear_rmse; }), 3),
               text(median([](R r) { return r.evaluation.tracking.yaw_rmse; }), 3),
               text(median([](R r) { return double(r.evaluation.tracking.falls); }), 0),
               text(median([](R r) { return 100 * r.evaluation.standing_drift; }), 1),
               text(median([](R r) { return r.evaluation.cost_of_transport; }), 2),
               walks ? text(median([](R r) { return r.state.walking_seconds; }), 1) : "-",
               walks ? text(median([](R r) { return r.state.walking_steps * 1e-6; }), 2) : "-",
               text(median([](R r) { return r.state.seconds; }), 0)});
  };
  for (const SeedResult& result : results) row(fmt::format("{}", result.seed), {result});
  if (results.size() > 1) row("median", results);
  return table.Print();
}

int TrainSeeds(Config config, const TrainOptions& options) {
  const std::filesystem::path folder =
      config.run.folder.empty() ? NewFolder(config.name) : std::filesystem::path(config.run.folder);
  HandleInterrupts();
  std::vector<SeedResult> results;
  for (int k = 0; k < *options.seeds && !Interrupted(); ++k, ++config.seed) {
    config.run.folder = (folder / fmt::format("seed_{}", config.seed)).string();
    TrainingRun run(config, options.from);
    if (!options.quiet) run.Introduce();
    const Evaluation evaluation = TrainAndJudge(run, options);
    results.push_back({config.seed, run.state(), evaluation});
    fmt::print("\n");
  }
  fmt::print("{}", SeedTable(results));
  return 0;
}

}  // namespace

int Train(const TrainOptions& options) {
  CheckTogether(options);
  if (options.resume) return Resume(options);
  const Config config = LoadConfig(
      options.config.empty() ? "configs/anymal_flat.yaml" : options.config, options.overrides);
  if (options.seeds) RequireQuadruped(config, "train --seeds (of others, see compare)");
  if (options.watch) RequireQuadruped(config, "train --watch");
  if (options.seeds) return TrainSeeds(config, options);
  std::optional<ShowWindow> window;  // before the run's folder: without a display, none is made
  if (options.watch) window.emplace();
  TrainingRun run(config, options.from);
  TrainAndShow(run, window, options);
  return 0;
}

}  // namespace doggo::app
