#include <fmt/format.h>

#include <deque>
#include <memory>

#include "agent/training/trainer.h"
#include "app/bench/suites.h"
#include "app/bench/worlds.h"
#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

constexpr int kIterationsPerRepeat = 2;

// The same training on some threads: its every iteration does the same work, bit for bit.
struct Runner {
  Runner(const Training& training, const std::string& root, int num_threads)
      : threads(num_threads),
        env(MakeWorld(training, root)),
        trainer(env, training.learner, training.seed, num_threads) {}

  double Run() {
    double sum = 0;
    for (int k = 0; k < kIterationsPerRepeat; ++k) {
      const agent::IterationReport& report = trainer.Iterate();
      sum += report.collect_seconds + report.update_seconds;
    }
    return sum;
  }

  int threads;
  sim::ParallelEnv env;
  agent::Trainer trainer;
  std::vector<double> seconds;
};

std::string Name(int threads) {
  return fmt::format("scaling.{}_over_one", threads == 2 ? "two" : std::to_string(threads));
}

}  // namespace

void MeasureScaling(const Settings& settings, Results& results) {
  if (settings.threads < 2) {
    results.Refuse(Name(2), "one processor only");
    return;
  }
  // 1, 2, 4, ... and all
  std::deque<Runner> runners;
  for (int threads = 1; threads < settings.threads; threads *= 2)
    runners.emplace_back(settings.training, settings.root, threads);
  runners.emplace_back(settings.training, settings.root, settings.threads);
  for (Runner& runner : runners) runner.Run();

  PeakWatch peak(settings.threads);
  for (int repeat = 0; repeat < settings.repeats; ++repeat) {
    settings.check();
    peak.Read();
    for (Runner& runner : runners) runner.seconds.push_back(runner.Run());
  }
  for (const Runner& runner : runners) {
    if (runner.threads == 1) continue;
    results.Add(Name(runner.threads), Ratios(runners.front().seconds, runner.seconds),
                peak.TroubleByWallTime());
  }
}

}  // namespace doggo::bench
