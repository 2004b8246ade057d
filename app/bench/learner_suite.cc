#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <sstream>

#include "agent/training/trainer.h"
#include "app/bench/blank_world.h"
#include "app/bench/child_process.h"
#include "app/bench/operations.h"
#include "app/bench/suites.h"
#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

constexpr int kObservations = 48, kActions = 12, kSteps = 16;

// What PPO updates are measured of: both networks of these widths, ELU. The first two as large
// batches train a quadruped, the last as CleanRL does: 32 mini-batches of 64.
struct Case {
  std::vector<int> hidden;
  int examples, epochs, minibatches;

  std::string name() const { return fmt::format("{}", fmt::join(hidden, "-")); }
};
const std::vector<Case> kCases = {
    {{512, 256, 128}, 8192, 5, 4},
    {{128, 128, 128}, 8192, 5, 4},
    {{64, 64}, 2048, 10, 32},
};

class Learner {
 public:
  explicit Learner(const Case& c)
      : case_(c), world_(kObservations, kActions, 16, c.examples / kSteps / 16) {
    agent::LearnerConfig config;
    config.steps_per_iteration = kSteps;
    config.network.policy_hidden = config.network.critic_hidden = c.hidden;
    config.ppo.epochs = c.epochs;
    config.ppo.minibatches = c.minibatches;
    trainer_ = std::make_unique<agent::Trainer>(world_, config, /*seed=*/1, /*num_threads=*/1);
    operations_ = UpdateOperations(trainer_->networks(), config.ppo, c.examples);
  }

  const Case& what() const { return case_; }
  double operations() const { return operations_; }
  double Update() { return trainer_->Iterate().update_seconds; }

 private:
  Case case_;
  BlankWorld world_;
  std::unique_ptr<agent::Trainer> trainer_;
  double operations_;
};

// Seconds of some updates of the same shapes in PyTorch: {eager, compiled}, the latter empty where
// it cannot compile here.
struct TorchSeconds {
  std::vector<double> eager, compiled;
};
TorchSeconds RunTorch(const Settings& settings, const Case& c) {
  const std::string script = settings.root + "/tests/bench/torch_ppo_update.py";
  ChildProcess torch({settings.torch, script, fmt::format("{}", fmt::join(c.hidden, ",")),
                      std::to_string(c.examples), std::to_string(c.epochs),
                      std::to_string(c.minibatches)});
  TorchSeconds seconds;
  while (const auto line = torch.ReadLine()) {  // "eager 0.25"
    std::istringstream words(*line);
    std::string mode;
    double time = 0;
    words >> mode >> time;
    if (mode == "eager") seconds.eager.push_back(time);
    if (mode == "compiled") seconds.compiled.push_back(time);
    settings.check();
  }
  if (torch.Wait() != 0 || seconds.eager.empty()) {
    throw std::runtime_error(fmt::format("--torch {}: this Python cannot run {}; it needs PyTorch",
                                         settings.torch, script));
  }
  return seconds;
}

// In turn with ours, in three rounds: a Python that starts takes longer than what it measures.
void CompareWithTorch(const Settings& settings, Learner& learner, Results& results) {
  const std::string name = "learner.over_torch." + learner.what().name();
  if (settings.torch.empty()) {
    results.Refuse(name, "needs --torch PYTHON");
    return;
  }
  PeakWatch peak;
  std::vector<double> ratios;
  for (int round = 0; round < 3; ++round) {
    std::vector<double> ours;
    for (int k = 0; k < 5; ++k) {
      peak.Read();
      ours.push_back(learner.Update());
    }
    const TorchSeconds torch = RunTorch(settings, learner.what());
    double best = Quantile(torch.eager, 0.5);
    if (!torch.compiled.empty()) best = std::min(best, Quantile(torch.compiled, 0.5));
    ratios.push_back(best / Quantile(ours, 0.5));
  }
  results.Add(name, ratios, peak.TroubleByWallTime());
}

}  // namespace

void CheckTorch(const Settings& settings) {
  if (settings.torch.empty()) return;
  bool works = false;
  try {
    works = ChildProcess({settings.torch, "-c", "import torch"}).Wait() == 0;
  } catch (const std::runtime_error&) {
  }
  if (!works) {
    throw std::runtime_error(
        fmt::format("bench --torch {}: this is no Python with torch; "
                    "tests/bench/torch_environment.sh makes one",
                    settings.torch));
  }
}

void MeasureLearner(const Settings& settings, Results& results) {
  PeakWatch all_peaks;
  for (const Case& c : kCases) {
    Learner learner(c);
    PeakWatch peak;
    std::vector<double> speed;
    learner.Update();
    for (int repeat = 0; repeat < settings.repeats; ++repeat) {
      settings.check();
      peak.Read();
      all_peaks.Read();
      speed.push_back(learner.operations() / learner.Update());
    }
    // one thread computes here, but the trainer times its update by the wall clock
    results.Add("learner.of_peak." + c.name(), Ratios(speed, peak.peaks()),
                peak.TroubleByWallTime());
    CompareWithTorch(settings, learner, results);
  }
  std::vector<double> peak_gflops, bandwidth = MeasureBandwidth(settings.repeats);
  for (double peak : all_peaks.peaks()) peak_gflops.push_back(1e-9 * peak);
  for (double& b : bandwidth) b *= 1e-9;
  results.Add("peak_gflops", peak_gflops, all_peaks.TroubleByCpuTime());
  results.Add("bandwidth_gb_per_s", bandwidth, all_peaks.TroubleByCpuTime());
}

}  // namespace doggo::bench
