#include "app/training_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/bench/allocations.h"
#include "app/config_file.h"
#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "app/needed_memory.h"
#include "app/phase_table.h"
#include "app/task_choice.h"
#include "app/training/resident_memory.h"
#include "app/training_report.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

std::string Yaml(Config config) { return PrintConfig(Fields(config), /*with_comments=*/false); }

ViewedTest ViewOf(const TestedPolicy& p) {
  return {p.linear_rmse, p.yaw_rmse, p.falls, p.episodes, p.env_steps};
}

// Of a process that was killed while it wrote.
void RemoveTemporaryFiles(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".tmp") std::filesystem::remove(entry.path(), error);
}

const Config& WithRoom(const Config& config) {
  CheckMemory(config, AvailableMemory());
  return config;
}

}  // namespace

TrainingRun::TrainingRun(const Config& config, std::nullptr_t)
    : config_(WithRoom(config)),
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

  record.erase("best");
  if (state_.best) NoteBest(record);
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
  FindBestPolicy();
}

// The file may be of a test behind the checkpoint, before the training was killed: it is tested
// again, for it was this run's best.
void TrainingRun::FindBestPolicy() {
  const std::filesystem::path file = folder_ / kBestPolicyFile;
  std::optional<TestedPolicy> found;
  try {
    const agent::Policy policy = agent::LoadPolicy(file);
    if (state_.best && policy.steps_trained == state_.best->env_steps) return;
    const int64_t steps = int64_t{config_.train.environments} * config_.learner.steps_per_iteration;
    found = TestedAs(TestCompletely(policy, config_, pool_), policy.steps_trained / steps,
                     policy.steps_trained);
  } catch (const std::runtime_error&) {  // missing, or damaged: the next test writes another
  }
  state_.best = found;
}

void TrainingRun::OpenFiles() {
  metrics_.emplace(folder_, env_.spec().metric_names, config_.train.tensorboard, state_.metrics);
  const MetricsFiles::Sizes found = metrics_->sizes();
  if (found.csv < state_.metrics.csv || found.jsonl < state_.metrics.jsonl)
    fmt::print("warning: {}: metrics from before the checkpoint are missing; they stay so.\n",
               folder_.string());
  trouble_.emplace(folder_, Yaml(config_), state_.trouble);
  alarms_.emplace(folder_, env_.spec().metric_names, state_.alarms);
}

void TrainingRun::Introduce() const {
  fmt::print("Training {}, seed {}, on {} thread{}. Ctrl-C saves and stops.\n", config_.name,
             config_.seed, config_.threads(), config_.threads() == 1 ? "" : "s");
  fmt::print("{} robots x {} steps an iteration, policy {}-{}-{}.\n", config_.train.environments,
             config_.learner.steps_per_iteration, env_.spec().policy_dim,
             fmt::join(config_.learner.network.policy_hidden, "-"), env_.spec().action_dim);
  fmt::print("Run folder: {}\n", folder_.string());
  if (config_.threads() > agent::AvailableProcessors()) {
    fmt::print("warning: train.threads {}: there {} {}; they take turns, which is slower\n",
               config_.threads(), agent::AvailableProcessors() == 1 ? "is" : "are",
               agent::AvailableProcessors() == 1
                   ? "one processor"
                   : fmt::format("{} processors", agent::AvailableProcessors()));
  }
  if (config_.threads() > env_.spec().num_shards) {
    fmt::print(
        "warning: {} threads: the robots are stepped in {} shard{}, so that the others only help "
        "to learn; a smaller train.shard_size makes more\n",
        config_.threads(), env_.spec().num_shards, env_.spec().num_shards == 1 ? "" : "s");
  }
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

std::string TrainingRun::Profile() const {
  return PhaseTable(phases_, state_.seconds - seconds_before_, trainer_.num_threads());
}

void TrainingRun::Train(Display display) {
  Progress progress(display, config_.train.iterations, env_.spec().metric_names);
  progress.Remember(ReadMetrics(folder_ / "metrics.csv"));
  if (state_.best) progress.ShowBest(ViewOf(*state_.best));
  const double seconds_before = seconds_before_ = state_.seconds;
  double last = progress.seconds();
  while (trainer_.state().iteration < config_.train.iterations && !Interrupted()) {
    IterationSurroundings around;
    const agent::IterationReport& report = Iterate(around);
    phases_ += report.phases;
    if (!std::filesystem::exists(folder_)) {
      progress.Finish();
      throw std::runtime_error(
          fmt::format("{}: the run's folder is gone; training stops", folder_.string()));
    }
    around.seconds = state_.seconds = seconds_before + progress.seconds();
    progress.Show(report);
    TryTo("a replay", progress, [&] {
      if (const std::string trouble = trouble_->Note(env_); !trouble.empty())
        progress.Warn(trouble);
    });
    Watch(report, around, progress);
    if (listener_) listener_(NamedPolicy());
    if (IsQuadruped(config_) && IsTestDue(config_, report.env_steps, state_.tests))
      around.test = Test(progress);
    const double now = progress.seconds();
    around.other_seconds = now - last - report.collect_seconds - report.update_seconds;
    last = now;
    metrics_->Add(report, around);
    TryTo("the metrics", progress, [&] {
      metrics_->Write();
      alarms_->Write();
    });
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

// One iteration, and what it took of the machine. A window beside it calls for memory too.
const agent::IterationReport& TrainingRun::Iterate(IterationSurroundings& around) {
  const bench::AllocationCounter allocations;
  try {
    const agent::IterationReport& report = trainer_.Iterate();
    if (bench::CanCountAllocations()) around.allocations = static_cast<double>(allocations.count());
    around.memory_mb = ResidentMemoryMb();
    return report;
  } catch (const std::runtime_error& error) {
    alarms_->Raise(trainer_.state().iteration, "not_finite", error.what());
    alarms_->Write();
    throw;
  }
}

// Tells what goes wrong, and what no longer does.
void TrainingRun::Watch(const agent::IterationReport& report, IterationSurroundings& around,
                        Progress& progress) {
  AlarmSample sample = SampleOf(report, env_.spec().metric_names);
  sample.target_kl = agent::TargetKl(config_.learner.rate, static_cast<double>(report.env_steps));
  sample.initial_std = config_.learner.network.initial_std;
  around.diverged = sample.diverged;
  const std::vector<std::string> told = alarms_->Note(report, std::move(sample));
  progress.ShowAlarms(alarms_->raised());
  for (const std::string& sentence : told) progress.Warn(sentence);
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

// Where settings changed on the way, the earlier ones are beside it.
std::string TrainingRun::CommandAgain(const nlohmann::ordered_json& record) const {
  std::string command = fmt::format("./doggo train {}", (folder_ / "config.yaml").string());
  if (!config_.run.folder.empty()) command += " run.folder=";  // another than this
  if (const std::string from = record.value("from", ""); !from.empty())
    command += fmt::format(" --from {}", from);
  return command;
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
  if (state_.best) {
    fmt::print(
        "Best of the tests on the way: {:.3f} m/s, {:.3f} rad/s, {} of {} fell, at {:.2f} M steps: "
        "{}\n",
        state_.best->linear_rmse, state_.best->yaw_rmse, state_.best->falls, state_.best->episodes,
        1e-6 * static_cast<double>(state_.best->env_steps), (folder_ / kBestPolicyFile).string());
  }
  fmt::print("Judge it again:    ./doggo eval {}\nSee its settings:  ./doggo config {}\n",
             folder_.string(), (folder_ / "config.yaml").string());
  NoteEnd();
  const std::filesystem::path report = folder_ / "report.html";
  WriteTextFile(report,
                TrainingReport(folder_, config_, evaluation, CommandAgain(ReadRunRecord(folder_))));
  fmt::print("Curves and tables: {}\n", report.string());
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
  alarms_->Write();
  alarms_->Sync();
  state_.trouble = trouble_->state();
  state_.alarms = alarms_->state();
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

TestedTracking TrainingRun::Test(Progress& progress) {
  const agent::Policy policy = NamedPolicy();
  const bool walked = state_.tests.walks;
  const auto [test, complete] = TestWalking(policy, config_, pool_, state_.tests);
  const int64_t steps = trainer_.state().env_steps;
  const TestedPolicy tested = TestedAs(test, trainer_.state().iteration, steps);
  if (complete && (!state_.best || IsBetter(tested, *state_.best)))
    KeepAsBest(policy, tested, progress);
  progress.ShowTest(ViewOf(tested), complete);
  if (!walked && state_.tests.walks) {
    state_.walking_seconds = state_.seconds;
    state_.walking_steps = static_cast<double>(steps);
    TryTo("the first walking policy", progress,
          [&] { agent::SavePolicy(policy, folder_ / "first_walking_policy.safetensors"); });
    progress.Say(fmt::format(
        " * first walking policy: {}, {:.2f} M steps, {:.3f} m/s, {:.3f} rad/s, no fall",
        Duration(state_.seconds), static_cast<double>(steps) * 1e-6, test.linear_rmse,
        test.yaw_rmse));
  }
  if (!complete) return {};
  return {test.linear_rmse, test.yaw_rmse, static_cast<double>(test.falls) / test.episodes};
}

void TrainingRun::NoteBest(nlohmann::ordered_json& record) const {
  record["best"] = ToJson(*state_.best);
  record["best"]["file"] = kBestPolicyFile;
}

// Known as the best only once it is written.
void TrainingRun::KeepAsBest(const agent::Policy& policy, const TestedPolicy& tested,
                             Progress& progress) {
  TryTo("the best policy", progress, [&] {
    agent::SavePolicy(policy, folder_ / kBestPolicyFile);
    state_.best = tested;
    progress.ShowBest(ViewOf(tested));
    auto record = ReadRunRecord(folder_);
    NoteBest(record);
    WriteRunRecord(folder_, record);
  });
}

}  // namespace doggo::app
