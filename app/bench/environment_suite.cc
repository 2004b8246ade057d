#include <fmt/format.h>

#include <memory>

#include "agent/training/worker_pool.h"
#include "app/bench/bare_loop.h"
#include "app/bench/model_variants.h"
#include "app/bench/suites.h"
#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

constexpr int kSteps = 200;  // control steps: commands change, robots are pushed, some fall

// Many robots under the same actions, as environments and as a bare loop.
class Contest {
 public:
  Contest(const Training& training, const std::string& root)
      : env_(std::make_unique<const sim::LocomotionTask>(training.world, root,
                                                         training.environments),
             training.environments, training.shard_size, training.seed),
        task_(static_cast<const sim::LocomotionTask&>(env_.task())) {
    const EnvSpec& spec = env_.spec();
    recordings_.reserve(spec.num_shards);
    for (int shard = 0; shard < spec.num_shards; ++shard) {
      batches_.push_back(MakeStepBatch(spec));
      actions_.emplace_back(kSteps, Batch(spec.action_dim, spec.shard_size));
      for (int step = 0; step < kSteps; ++step) DrawActions(shard, step, actions_[shard][step]);
      recordings_.push_back(Record(task_, training.seed, shard, spec.shard_size, kSteps));
      bare_.push_back(std::make_unique<BareLoop>(task_, training.seed, recordings_[shard]));
    }
  }

  const sim::LocomotionTask& task() const { return task_; }
  const std::vector<Recording>& recordings() const { return recordings_; }
  int num_shards() const { return env_.spec().num_shards; }
  double num_steps() const { return static_cast<double>(env_.spec().num_envs()) * kSteps; }

  void Reset(int shard) { env_.Reset(shard, batches_[shard]); }
  void StepEnvironments(int shard) {
    for (const Batch& action : actions_[shard]) env_.Step(shard, action, batches_[shard]);
  }
  void StepBare(int shard) { bare_[shard]->Run(); }

  // After both: the share of what can be compared that is equal, bit for bit.
  double Equal() const {
    int equal = 0, all = 0;
    for (int shard = 0; shard < num_shards(); ++shard) {
      equal += bare_[shard]->EqualEnds() + EqualRecords(env_, recordings_[shard]);
      all += recordings_[shard].num_stretches() + env_.spec().shard_size;
    }
    return static_cast<double>(equal) / all;
  }

 private:
  sim::ParallelEnv env_;
  const sim::LocomotionTask& task_;
  std::vector<StepBatch> batches_;
  std::vector<std::vector<Batch>> actions_;  // [shard][step]
  std::vector<Recording> recordings_;
  std::vector<std::unique_ptr<BareLoop>> bare_;
};

}  // namespace

void MeasureEnvironment(const Settings& settings, Results& results) {
  Contest contest(settings.training, settings.root);

  // one thread, by its CPU time
  PeakWatch peak;
  std::vector<double> env, bare;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    double env_seconds = 0, bare_seconds = 0;
    for (int shard = 0; shard < contest.num_shards(); ++shard) {
      contest.Reset(shard);
      const double start = CpuSeconds();
      contest.StepEnvironments(shard);
      const double between = CpuSeconds();
      contest.StepBare(shard);
      env_seconds += between - start;
      bare_seconds += CpuSeconds() - between;
    }
    if (repeat < 0) continue;  // to warm up
    peak.Read();
    env.push_back(env_seconds);
    bare.push_back(bare_seconds);
  }
  const double equal = contest.Equal();
  const std::string unequal =
      equal == 1 ? "" : "the bare loop does not end where the task's own run does";
  const auto trouble = [&](const std::string& drift) { return unequal.empty() ? drift : unequal; };
  results.Add("env.states_equal", {equal});
  results.Add("env.ratio_one_thread", Ratios(bare, env), trouble(peak.TroubleByCpuTime()));
  std::vector<double> speed, physics;
  for (double seconds : env) speed.push_back(contest.num_steps() / seconds);
  for (double seconds : bare)
    physics.push_back(1e6 * seconds / contest.num_steps() /
                      settings.training.world.physics.substeps);
  results.Add("env.steps_per_s", speed, peak.TroubleByCpuTime());
  results.Add("env.us_per_mj_step", physics, peak.TroubleByCpuTime());

  // all threads, by the wall clock
  agent::WorkerPool pool(settings.threads);
  PeakWatch all_peak;
  std::vector<double> all_env, all_bare;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.Reset(shard); });
    const double start = WallSeconds();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.StepEnvironments(shard); });
    const double between = WallSeconds();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.StepBare(shard); });
    const double end = WallSeconds();
    if (repeat < 0) continue;
    all_peak.Read();
    all_env.push_back(between - start);
    all_bare.push_back(end - between);
  }
  results.Add("env.ratio_all_threads", Ratios(all_bare, all_env),
              trouble(all_peak.TroubleByWallTime()));

  // the model that is trained in, and MuJoCo's defaults
  const sim::ModelPtr plain = DefaultModel(contest.task(), settings.root);
  ModelRace race(contest.task(), contest.recordings()[0]);
  PeakWatch model_peak;
  std::vector<double> tuned_seconds, plain_seconds;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    const double tuned = race.Run(contest.task().model()), untuned = race.Run(*plain);
    if (repeat < 0) continue;
    model_peak.Read();
    tuned_seconds.push_back(tuned);
    plain_seconds.push_back(untuned);
  }
  results.Add("model.tuned_over_default", Ratios(plain_seconds, tuned_seconds),
              model_peak.TroubleByCpuTime());
}

}  // namespace doggo::bench
