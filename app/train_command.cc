#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "agent/training/trainer.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/run_folder.h"
#include "app/trouble_log.h"
#include "app/walking_test.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

class Run {
 public:
  explicit Run(const Config& config)
      : config_(config),
        env_(std::make_unique<const sim::LocomotionTask>(config.world, SourceRoot().string(),
                                                         config.train.environments),
             config.train.environments, config.train.shard_size,
             static_cast<uint64_t>(config.seed)),
        trainer_(env_, config.learner, static_cast<uint64_t>(config.seed), config.threads()),
        pool_(config.threads()),
        folder_(CreateRunFolder(config)),
        metrics_(folder_, env_.spec().metric_names),
        trouble_(folder_),
        tests_(config_, env_.spec().metric_names) {}

  void Introduce() const {
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

  void Train(bool live) {
    Progress progress(live, config_.train.iterations, env_.spec().metric_names);
    while (trainer_.state().iteration < config_.train.iterations && !Interrupted()) {
      const agent::IterationReport report = trainer_.Iterate();
      metrics_.Write(report, progress.seconds());
      progress.Show(report);
      if (const std::string trouble = trouble_.Note(env_); !trouble.empty()) progress.Say(trouble);
      if (report.iteration % config_.train.checkpoint_every == 0) Save();
      if (tests_.IsDue(report)) Test(progress);
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

  void Judge() {
    const agent::Policy policy = NamedPolicy();
    const Evaluation evaluation =
        Evaluate(policy, config_.world, config_.evaluation, SourceRoot().string(), pool_);
    WriteTextFile(folder_ / "evaluation.json", ToJson(evaluation, policy));
    fmt::print("{}\n", EvaluationTable(evaluation));
    fmt::print("Judge it again:   ./doggo eval {}\nSee its settings: ./doggo config {}\n",
               folder_.string(), (folder_ / "config.yaml").string());
  }

 private:
  agent::Policy NamedPolicy() const {
    agent::Policy policy = trainer_.CurrentPolicy();
    policy.task = config_.name;
    policy.version = Version();
    return policy;
  }

  void Save() {
    trainer_.SaveCheckpoint(folder_ / "checkpoint.safetensors");
    agent::SavePolicy(NamedPolicy(), folder_ / "policy.safetensors");
  }

  void Test(Progress& progress) {
    const agent::Policy policy = NamedPolicy();
    const bool walked = tests_.walks();
    const Tracking test = tests_.Run(policy, pool_);
    const int64_t steps = trainer_.state().env_steps;
    progress.ShowTest(test, steps);
    if (walked || !tests_.walks()) return;
    agent::SavePolicy(policy, folder_ / "first_walking_policy.safetensors");
    progress.Say(fmt::format(
        " * first walking policy: {}, {:.2f} M steps, {:.3f} m/s, {:.3f} rad/s, no fall",
        Duration(progress.seconds()), static_cast<double>(steps) * 1e-6, test.linear_rmse,
        test.yaw_rmse));
  }

  Config config_;
  sim::ParallelEnv env_;
  agent::Trainer trainer_;
  agent::WorkerPool pool_;
  std::filesystem::path folder_;
  MetricsFiles metrics_;
  TroubleLog trouble_;
  WalkingTests tests_;
};

}  // namespace

int Train(const TrainOptions& options) {
  const Config config = LoadConfig(
      options.config.empty() ? "configs/anymal_flat.yaml" : options.config, options.overrides);
  Run run(config);
  HandleInterrupts();
  run.Introduce();
  run.Train(isatty(STDOUT_FILENO) && !options.plain);
  run.Judge();
  return 0;
}

}  // namespace doggo::app
