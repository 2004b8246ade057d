#include <fmt/format.h>

#include <algorithm>

#include "agent/training/trainer.h"
#include "app/bench/allocations.h"
#include "app/bench/bare_loop.h"
#include "app/bench/child_process.h"
#include "app/bench/operations.h"
#include "app/bench/suites.h"
#include "app/bench/worlds.h"
#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

constexpr int kIterationsPerRepeat = 11;
constexpr int kWarmUpIterations = 3;  // caches and buffers; "after the third"
constexpr int kRecordedSteps = 100;

// Seconds from the start of `doggo train` until it says where its run folder is: the last thing
// that it does before the first training step.
double StartSeconds(const Settings& settings) {
  const TemporaryFolder folder;
  const double start = WallSeconds();
  ChildProcess program(
      {settings.program, "train", "--plain", "run.folder=" + (folder.path() / "run").string()});
  while (const auto line = program.ReadLine()) {
    if (line->starts_with("Run folder:")) return WallSeconds() - start;
  }
  throw std::runtime_error(
      fmt::format("bench: {} train ended before it trained", settings.program));
}

void MeasureStart(const Settings& settings, Results& results) {
  std::vector<double> seconds;
  StartSeconds(settings);  // the files are in memory from then on
  for (int repeat = 0; repeat < settings.repeats; ++repeat) {
    settings.check();
    seconds.push_back(StartSeconds(settings));
  }
  results.Add("startup_s", seconds);
}

}  // namespace

void MeasureTraining(const Settings& settings, Results& results) {
  const Training& training = settings.training;
  sim::ParallelEnv env = MakeWorld(training, settings.root);
  agent::Trainer trainer(env, training.learner, training.seed, settings.threads);
  for (int k = 0; k < kWarmUpIterations; ++k) trainer.Iterate();

  // the yardsticks: bare physics of the same robots, peak
  const auto& task = static_cast<const sim::LocomotionTask&>(env.task());
  const Recording recording =
      Record(task, training.seed, /*shard=*/0, training.shard_size, kRecordedSteps);
  BareLoop bare(task, training.seed, recording);
  bare.Run();
  const int substeps = training.world.physics.substeps;
  const double physics_steps = double{kRecordedSteps} * training.shard_size * substeps;
  const double operations = OperationsPerStep(trainer.networks(), training.learner);
  const double steps_per_iteration = trainer.rollout().size();

  PeakWatch peak(settings.threads);
  std::vector<double> speed, of_roofline, iteration_seconds;
  long allocations = 0;
  for (int repeat = 0; repeat < settings.repeats; ++repeat) {
    peak.Read();
    const double bare_start = CpuSeconds();
    bare.Run();
    const double physics = (CpuSeconds() - bare_start) / physics_steps;
    std::vector<double> seconds;
    for (int k = 0; k < kIterationsPerRepeat; ++k) {
      settings.check();
      const AllocationCounter counter;
      const double start = WallSeconds();
      trainer.Iterate();
      seconds.push_back(WallSeconds() - start);
      allocations = std::max(allocations, counter.count());
    }
    iteration_seconds.insert(iteration_seconds.end(), seconds.begin(), seconds.end());
    speed.push_back(steps_per_iteration / Quantile(seconds, 0.5));
    of_roofline.push_back(speed.back() / Roofline(settings.threads, substeps, physics, operations,
                                                  peak.peaks().back()));
  }
  const std::string drift = peak.TroubleByWallTime();
  results.Add("train.of_roofline", of_roofline, drift);
  results.Add("train.env_steps_per_s", speed, drift);
  results.Add("iteration_p99_over_p50",
              {Quantile(iteration_seconds, 0.99) / Quantile(iteration_seconds, 0.5)}, drift);
  results.Add("allocations_per_iteration", {static_cast<double>(allocations)},
              CanCountAllocations() ? "" : "calls of malloc are counted with glibc only");
  MeasureStart(settings, results);
}

}  // namespace doggo::bench
