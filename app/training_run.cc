#include "app/training_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/config_file.h"
#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "app/task_choice.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

std::string Yaml(Config config) { return PrintConfig(Fields(config), /*with_comments=*/false); }

// Of a process that was killed while it wrote.
void RemoveTemporaryFiles(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".tmp") std::filesystem::remove(entry.path(), error);
}

}  // namespace

TrainingRun::TrainingRun(const Config& config, std::nullptr_t)
    : config_(config),
      env_(MakeTask(config), config.train.environments, config.train.shard_size,
           static_cast<uint64_t>(config.seed)),
      trainer_(env_, config.learner, static_cast<uint64_t>(config.seed), config.threads()),
      pool_(config.threads()) {}

TrainingRun::TrainingRun(const Config& config, const std::string& from)
    : TrainingRun(config, nullptr) {
  if (!from.empty()) StartFrom(from);
  folder_ = CreateRunFolder(config_);
  lock_.emplace(folder_);
  OpenFiles();
  if (from.empty()) return;
  // config.yaml does not tell of it: so run.json does, and it can be resumed from the beginning on
  auto record = ReadRunRecord(folder_);
  record["from"] = from;
  WriteRunRecord(folder_, record);
  Save();
}

TrainingRun::TrainingRun(const Resumption& resumption) : TrainingRun(resumption.config, nullptr) {
  folder_ = resumption.folder;
  lock_.emplace(folder_);
  RemoveTemporaryFiles(folder_);
  auto record = ReadRunRecord(folder_);
  if (!resumption.checkpoint.empty()) {
    Load(resumption);
  } else if (const std::string from = record.value("from", ""); !from.empty()) {
    StartFrom(from);
  }
  OpenFiles();

  record["state"] = "training";
  record["resumed"].push_back({{"time", Now("%Y-%m-%dT%H:%M:%S%z")},
                               {"version", Version()},
                               {"iteration", trainer_.state().iteration},
                               {"threads", config_.threads()}});
  WriteRunRecord(folder_, record);
}

void TrainingRun::StartFrom(const std::string& from) {
  if (std::filesystem::path(from).filename().string().starts_with("checkpoint")) {
    trainer_.StartFromCheckpoint(from);
    return;
  }
  const std::filesystem::path file = FindRun(from).policy;
  const agent::Policy policy = agent::LoadPolicy(file);
  if (IsQuadruped(config_)) CheckPolicyFits(policy, file.string(), config_);
  try {
    trainer_.StartFrom(policy);
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(
        fmt::format("{}: training cannot begin with it: {}", file.string(), error.what()));
  }
}

void TrainingRun::Load(const Resumption& resumption) {
  const std::filesystem::path& path = resumption.checkpoint;
  agent::Trainer::Notes notes = agent::ReadCheckpointNotes(path);
  if (const std::string why = WhyUnlike(notes["layout"], LayoutOf(env_)); !why.empty()) {
    throw std::runtime_error(
        fmt::format("{}: cannot be resumed: {}; take that back, or start anew, if you like from "
                    "its policy (train --from)",
                    folder_.string(), why));
  }
  try {
    state_ = RunStateFromJson(notes["run"]);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
  }
  trainer_.LoadCheckpoint(path);
  if (trainer_.state().iteration >= config_.train.iterations &&
      ReadRunRecord(folder_).value("state", "") == "finished") {
    throw std::runtime_error(
        fmt::format("{}: is finished; to train it longer: ./doggo train --resume {} "
                    "train.iterations={}",
                    folder_.string(), folder_.string(), 2 * config_.train.iterations));
  }

  // the folder tells what holds now, and what held before
  if (!resumption.changes.empty()) {
    WriteTextFile(folder_ / fmt::format("config_until_{:06}.yaml", trainer_.state().iteration),
                  resumption.config_before);
  }
  WriteTextFile(folder_ / "config.yaml", Yaml(config_));
  agent::SavePolicy(NamedPolicy(), folder_ / "policy.safetensors");
}

void TrainingRun::OpenFiles() {
  metrics_.emplace(folder_, env_.spec().metric_names, config_.train.tensorboard, state_.metrics);
  const MetricsFiles::Sizes found = metrics_->sizes();
  if (found.csv < state_.metrics.csv || found.jsonl < state_.metrics.jsonl)
    fmt::print("warning: {}: metrics from before the checkpoint are missing; they stay so.\n",
               folder_.string());
  trouble_.emplace(folder_, Yaml(config_), state_.trouble);
}

void TrainingRun::Introduce() const {
  fmt::print("Training {}, seed {}, on {} thread{}. Ctrl-C saves and stops.\n", config_.name,
             config_.seed, config_.threads(), config_.threads() == 1 ? "" : "s");
  fmt::print("{} robots x {} steps an iteration, policy {}-{}-{}.\n", config_.train.environments,
             config_.learner.steps_per_iteration, env_.spec().policy_dim,
             fmt::join(config_.learner.network.policy_hidden, "-"), env_.spec().action_dim);
  fmt::print("Run folder: {}\n", folder_.string());
  if (trainer_.state().iteration > 0)
    fmt::print("Going on after iteration {}.\n", trainer_.state().iteration);
  fmt::print("\n");
  std::fflush(stdout);
  if (!IsQuadruped(config_)) return;
  const auto& task = static_cast<const sim::LocomotionTask&>(env_.task());
  for (const std::string& warning : sim::Warnings(task.robot()))
    fmt::print("warning: {}\n\n", warning);
  std::fflush(stdout);
}

void TrainingRun::TellPolicyTo(std::function<void(agent::Policy)> listener) {
  listener_ = std::move(listener);
}

void TrainingRun::Train(Display display) {
  Progress progress(display, config_.train.iterations, env_.spec().metric_names);
  const double seconds_before = state_.seconds;
  while (trainer_.state().iteration < config_.train.iterations && !Interrupted()) {
    const agent::IterationReport& report = trainer_.Iterate();
    if (!std::filesystem::exists(folder_)) {
      progress.Finish();
      throw std::runtime_error(
          fmt::format("{}: the run's folder is gone; training stops", folder_.string()));
    }
    state_.seconds = seconds_before + progress.seconds();
    metrics_->Add(report, state_.seconds);
    TryTo("the metrics", progress, [&] { metrics_->Write(); });
    progress.Show(report);
    TryTo("a replay", progress, [&] {
      if (const std::string trouble = trouble_->Note(env_); !trouble.empty())
        progress.Warn(trouble);
    });
    if (listener_) listener_(NamedPolicy());
    if (IsQuadruped(config_) && IsTestDue(config_, env_.spec().metric_names, report, state_.tests))
      Test(progress);
    if (report.iteration % config_.train.checkpoint_every == 0)
      TryTo("the checkpoint", progress, [&] { Save(); });
  }
  progress.Finish();
  SaveAtTheEnd();
  if (const std::string trouble = trouble_->Summary(); !trouble.empty())
    fmt::print("\n{}\n", trouble);
  fmt::print("\n{}: {} iterations, {:.2f} M steps in {}.\n\n", Interrupted() ? "Stopped" : "Done",
             trainer_.state().iteration, static_cast<double>(trainer_.state().env_steps) * 1e-6,
             Duration(state_.seconds));
  std::fflush(stdout);
}

// Says what cannot be written when it begins and when it is over; training goes on.
void TrainingRun::TryTo(const std::string& what, Progress& progress,
                        const std::function<void()>& write) {
  try {
    write();
    if (failing_.erase(what) > 0) progress.Warn(fmt::format("{} can be written again.", what));
  } catch (const std::runtime_error& error) {
    if (failing_.insert(what).second)
      progress.Warn(fmt::format("warning: {}. Training goes on, and tries again.", error.what()));
  }
}

ReturnEvaluation TrainingRun::JudgeReturn() {
  const agent::Policy policy = NamedPolicy();
  const ReturnEvaluation evaluation = EvaluateReturn(policy, config_);
  WriteTextFile(folder_ / "evaluation.json", ToJson(evaluation, policy));
  fmt::print("Return of an episode: {:.3f} +- {:.3f}, over {} of {:.1f} s.\n", evaluation.mean,
             evaluation.deviation, evaluation.episodes, evaluation.length);
  fmt::print("See its settings: ./doggo config {}\n", (folder_ / "config.yaml").string());
  NoteEnd();
  return evaluation;
}

Evaluation TrainingRun::Judge() {
  const agent::Policy policy = NamedPolicy();
  const Evaluation evaluation =
      Evaluate(policy, config_.world, config_.evaluation, SourceRoot().string(), pool_);
  WriteTextFile(folder_ / "evaluation.json", ToJson(evaluation, policy));
  fmt::print("{}\n", EvaluationTable(evaluation));
  fmt::print("Judge it again:   ./doggo eval {}\nSee its settings: ./doggo config {}\n",
             folder_.string(), (folder_ / "config.yaml").string());
  NoteEnd();
  return evaluation;
}

void TrainingRun::NoteEnd() {
  auto record = ReadRunRecord(folder_);
  record["state"] = Interrupted() ? "stopped" : "finished";
  WriteRunRecord(folder_, record);
}

agent::Policy TrainingRun::NamedPolicy() const {
  agent::Policy policy = trainer_.CurrentPolicy();
  policy.task = config_.name;
  policy.version = Version();
  return policy;
}

// The checkpoint holds all that resuming needs; the policy beside it can be written from it.
void TrainingRun::Save() {
  metrics_->Write();
  metrics_->Sync();
  state_.metrics = metrics_->sizes();
  state_.trouble = trouble_->state();
  trainer_.SaveCheckpoint(
      folder_ / "checkpoint.safetensors",
      {{"config", Yaml(config_)}, {"run", ToJson(state_)}, {"layout", LayoutOf(env_)}});
  agent::SavePolicy(NamedPolicy(), folder_ / "policy.safetensors");
}

// Where nothing can be saved into the folder, the policy at least is saved elsewhere.
void TrainingRun::SaveAtTheEnd() {
  try {
    Save();
  } catch (const std::runtime_error& error) {
    const std::filesystem::path elsewhere =
        std::filesystem::temp_directory_path() /
        fmt::format("doggo_{}_seed_{}_policy.safetensors", config_.name, config_.seed);
    agent::SavePolicy(NamedPolicy(), elsewhere);
    throw std::runtime_error(
        fmt::format("{} (the policy was saved as {})", error.what(), elsewhere.string()));
  }
}

void TrainingRun::Test(Progress& progress) {
  const agent::Policy policy = NamedPolicy();
  const bool walked = state_.tests.walks;
  const Tracking test = TestWalking(policy, config_, pool_, state_.tests);
  const int64_t steps = trainer_.state().env_steps;
  progress.ShowTest(test, steps);
  if (walked || !state_.tests.walks) return;
  state_.walking_seconds = state_.seconds;
  state_.walking_steps = static_cast<double>(steps);
  TryTo("the first walking policy", progress,
        [&] { agent::SavePolicy(policy, folder_ / "first_walking_policy.safetensors"); });
  progress.Say(
      fmt::format(" * first walking policy: {}, {:.2f} M steps, {:.3f} m/s, {:.3f} rad/s, no fall",
                  Duration(state_.seconds), static_cast<double>(steps) * 1e-6, test.linear_rmse,
                  test.yaw_rmse));
}

}  // namespace doggo::app
