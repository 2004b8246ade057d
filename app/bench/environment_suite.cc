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
  double num_robots() const { return env_.spec().num_envs(); }
  double num_steps() const { return num_robots() * kSteps; }
  double num_physics_steps() const { return num_steps() * task_.config().physics.substeps; }

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

// Seconds of both sides, in turn; one thread's CPU time or all threads' wall time.
struct Readings {
  std::vector<double> env, bare;
  PeakWatch peak;

  std::vector<double> ratios() const { return Ratios(bare, env); }
};

Readings RaceOnOneThread(Contest& contest, const Settings& settings) {
  Readings readings;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    double env = 0, bare = 0;
    for (int shard = 0; shard < contest.num_shards(); ++shard) {
      contest.Reset(shard);
      const double start = CpuSeconds();
      contest.StepEnvironments(shard);
      const double between = CpuSeconds();
      contest.StepBare(shard);
      env += between - start;
      bare += CpuSeconds() - between;
    }
    if (repeat < 0) continue;  // to warm up
    readings.peak.Read();
    readings.env.push_back(env);
    readings.bare.push_back(bare);
  }
  return readings;
}

Readings RaceOnAllThreads(Contest& contest, const Settings& settings) {
  agent::WorkerPool pool(settings.threads);
  Readings readings{.env = {}, .bare = {}, .peak = PeakWatch(settings.threads)};
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.Reset(shard); });
    const double start = WallSeconds();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.StepEnvironments(shard); });
    const double between = WallSeconds();
    pool.Run(contest.num_shards(), [&](int shard, int) { contest.StepBare(shard); });
    const double end = WallSeconds();
    if (repeat < 0) continue;
    readings.peak.Read();
    readings.env.push_back(between - start);
    readings.bare.push_back(end - between);
  }
  return readings;
}

// Why a ratio is not to be printed: states that differ, or a drift.
std::string Trouble(const Contest& contest, const std::string& drift) {
  return contest.Equal() == 1 ? drift : "the bare loop does not end where the task's own run does";
}

// Every row of the table of randomisations, noise on every observation, forces that push.
Training EverythingRandom(Training training) {
  sim::LocomotionConfig& world = training.world;
  for (const sim::RandomizationTerm& term : sim::RandomizationTerms()) {
    // friction is random already; latency changes controls within a step (bare_loop.h)
    if (term.name == "friction" || term.name == "latency") continue;
    const double width = term.nominal == 1 ? 0.1 : 0.02;
    world.randomization.*term.range = {term.nominal, term.nominal + width};
  }
  world.randomization.push_force = {-50, 50};
  world.randomization.push_duration = {0, 0.2};
  for (std::string& row : world.observations.policy) {
    if (row != "fore_aft_frame") row += " noise=0.02";
  }
  return training;
}

void MeasureReset(Contest& contest, const Settings& settings, Results& results) {
  PeakWatch peak;
  std::vector<double> ratios;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    double start = CpuSeconds();
    for (int shard = 0; shard < contest.num_shards(); ++shard) contest.Reset(shard);
    const double resets = (CpuSeconds() - start) / contest.num_robots();
    start = CpuSeconds();
    for (int shard = 0; shard < contest.num_shards(); ++shard) contest.StepEnvironments(shard);
    const double step = (CpuSeconds() - start) / contest.num_steps();
    if (repeat < 0) continue;
    peak.Read();
    ratios.push_back(resets / step);
  }
  results.Add("env.reset_over_step", ratios, peak.TroubleByCpuTime());
}

void MeasureModels(const Contest& contest, const Settings& settings, Results& results) {
  const sim::ModelPtr plain = DefaultModel(contest.task(), settings.root);
  const ModelRace race(contest.task(), contest.recordings()[0]);
  PeakWatch peak;
  std::vector<double> tuned_seconds, plain_seconds;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    const double tuned = race.Run(contest.task().model()), untuned = race.Run(*plain);
    if (repeat < 0) continue;
    peak.Read();
    tuned_seconds.push_back(tuned);
    plain_seconds.push_back(untuned);
  }
  results.Add("model.tuned_over_default", Ratios(plain_seconds, tuned_seconds),
              peak.TroubleByCpuTime());
}

}  // namespace

void MeasureEnvironment(const Settings& settings, Results& results) {
  Contest contest(settings.training, settings.root);

  const Readings one = RaceOnOneThread(contest, settings);
  const std::string drift = one.peak.TroubleByCpuTime();
  std::vector<double> speed, physics;
  for (double seconds : one.env) speed.push_back(contest.num_steps() / seconds);
  for (double seconds : one.bare) physics.push_back(1e6 * seconds / contest.num_physics_steps());
  results.Add("env.states_equal", {contest.Equal()});
  results.Add("env.ratio_one_thread", one.ratios(), Trouble(contest, drift));
  results.Add("env.steps_per_s", speed, drift);
  results.Add("env.us_per_mj_step", physics, drift);

  const Readings all = RaceOnAllThreads(contest, settings);
  results.Add("env.ratio_all_threads", all.ratios(),
              Trouble(contest, all.peak.TroubleByWallTime()));

  MeasureReset(contest, settings, results);
  MeasureModels(contest, settings, results);

  Contest random(EverythingRandom(settings.training), settings.root);
  const Readings randomized = RaceOnOneThread(random, settings);
  results.Add("env.ratio_randomized", randomized.ratios(),
              Trouble(random, randomized.peak.TroubleByCpuTime()));

  MeasureRoughGround(settings, results);
}

}  // namespace doggo::bench
