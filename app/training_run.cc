#include "app/training_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

// A policy walks when it follows commands this well and no robot falls.
constexpr double kWalkingLinear = 0.20, kWalkingYaw = 0.20;  // m/s, rad/s
// Until the first policy walks, tests come more often; and not before training itself follows
// commands somewhat.
constexpr int kTestsBeforeWalking = 6;
constexpr double kTryWalkingBelow = 0.30;  // m/s, mean error of the training's own episodes

// Held-out commands for the tests on the way: fewer and shorter episodes than the final evaluation,
// other random numbers.
EvaluationConfig QuickTest(const EvaluationConfig& full) {
  EvaluationConfig quick = full;
  quick.episodes = std::min(full.episodes, 64);
  quick.episode_length = std::min(full.episode_length, 10.0);
  quick.seed = full.seed + 1;
  return quick;
}

}  // namespace

TrainingRun::TrainingRun(const Config& config)
    : config_(config),
      env_(std::make_unique<const sim::LocomotionTask>(config.world, SourceRoot().string(),
                                                       config.train.environments),
           config.train.environments, config.train.shard_size, static_cast<uint64_t>(config.seed)),
      trainer_(env_, config.learner, static_cast<uint64_t>(config.seed), config.threads()),
      pool_(config.threads()),
      folder_(CreateRunFolder(config)),
      metrics_(folder_, env_.spec().metric_names),
      trouble_(folder_) {}

void TrainingRun::Introduce() const {
  fmt::print("Training {}, seed {}, on {} thread{}. Ctrl-C saves and stops.\n", config_.name,
             config_.seed, config_.threads(), config_.threads() == 1 ? "" : "s");
  fmt::print("{} robots x {} steps an iteration, policy {}-{}-{}.\n", config_.train.environments,
             config_.learner.steps_per_iteration, env_.spec().policy_dim,
             fmt::join(config_.learner.network.policy_hidden, "-"), env_.spec().action_dim);
  fmt::print("Run folder: {}\n\n", folder_.string());
  const auto& task = static_cast<const sim::LocomotionTask&>(env_.task());
  for (const std::string& warning : sim::Warnings(task.robot()))
    fmt::print("warning: {}\n\n", warning);
  std::fflush(stdout);
}

void TrainingRun::Train(bool live) {
  Progress progress(live, config_.train.iterations, env_.spec().metric_names);
  double tested_at = 0;  // environment steps
  while (trainer_.state().iteration < config_.train.iterations && !Interrupted()) {
    const agent::IterationReport report = trainer_.Iterate();
    metrics_.Write(report, progress.seconds());
    progress.Show(report);
    if (const std::string trouble = trouble_.Note(env_); !trouble.empty()) progress.Say(trouble);
    NoteTrackingError(report);
    if (report.iteration % config_.train.checkpoint_every == 0) Save();

    const double since = static_cast<double>(report.env_steps) - tested_at;
    const double every = config_.train.test_every / (walks_ ? 1 : kTestsBeforeWalking);
    if (config_.train.test_every > 0 && since >= every &&
        (walks_ || training_error_ < kTryWalkingBelow)) {
      tested_at = static_cast<double>(report.env_steps);
      Test(progress);
    }
  }
  progress.Finish();
  Save();
  if (const std::string trouble = trouble_.Summary(); !trouble.empty())
    fmt::print("\n{}\n", trouble);
  fmt::print("\n{}: {} iterations, {:.2f} M steps in {}.\n\n", Interrupted() ? "Stopped" : "Done",
             trainer_.state().iteration, static_cast<double>(trainer_.state().env_steps) * 1e-6,
             Duration(progress.seconds()));
  std::fflush(stdout);
}

void TrainingRun::Judge() {
  const agent::Policy policy = NamedPolicy();
  const Evaluation evaluation =
      Evaluate(policy, config_.world, config_.evaluation, SourceRoot().string(), pool_);
  WriteTextFile(folder_ / "evaluation.json", ToJson(evaluation, policy));
  fmt::print("{}\n", EvaluationTable(evaluation));
  fmt::print("Judge it again:   ./doggo eval {}\nSee its settings: ./doggo config {}\n",
             folder_.string(), (folder_ / "config.yaml").string());
}

agent::Policy TrainingRun::NamedPolicy() const {
  agent::Policy policy = trainer_.CurrentPolicy();
  policy.task = config_.name;
  policy.version = Version();
  return policy;
}

void TrainingRun::Save() {
  trainer_.SaveCheckpoint(folder_ / "checkpoint.safetensors");
  agent::SavePolicy(NamedPolicy(), folder_ / "policy.safetensors");
}

// A slow mean of the tracking error in training's own episodes.
void TrainingRun::NoteTrackingError(const agent::IterationReport& report) {
  if (report.episodes == 0) return;
  const auto& names = env_.spec().metric_names;
  const auto k =
      static_cast<size_t>(std::find(names.begin(), names.end(), "linear_error") - names.begin());
  const double weight = std::min(1.0, 0.05 * report.episodes);
  training_error_ += weight * (report.episode_metrics[k] - training_error_);
}

void TrainingRun::Test(Progress& progress) {
  const agent::Policy policy = NamedPolicy();
  const Tracking test = EvaluateTracking(policy, config_.world, QuickTest(config_.evaluation),
                                         SourceRoot().string(), pool_, walks_ ? 1000 : 0);
  const int64_t steps = trainer_.state().env_steps;
  progress.ShowTest(test, steps);
  if (!walks_ && test.linear_rmse <= kWalkingLinear && test.yaw_rmse <= kWalkingYaw &&
      test.falls == 0) {
    walks_ = true;
    agent::SavePolicy(policy, folder_ / "first_walking_policy.safetensors");
    progress.Say(fmt::format(
        " * first walking policy: {}, {:.2f} M steps, {:.3f} m/s, {:.3f} rad/s, no fall",
        Duration(progress.seconds()), static_cast<double>(steps) * 1e-6, test.linear_rmse,
        test.yaw_rmse));
  }
}

}  // namespace doggo::app
