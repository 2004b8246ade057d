#include <algorithm>
#include <vector>

#include "app/bench/bare_loop.h"
#include "app/bench/suites.h"
#include "app/bench/worlds.h"
#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

constexpr int kSteps = 100;  // control steps from a start

// All robots of a training under drawn actions, as if it began.
class Walks {
 public:
  Walks(const Training& training, const std::string& root)
      : env_(MakeWorld(training, root)), batch_(MakeStepBatch(env_.spec())) {
    const EnvSpec& spec = env_.spec();
    for (int shard = 0; shard < spec.num_shards; ++shard) {
      actions_.emplace_back(kSteps, Batch(spec.action_dim, spec.shard_size));
      for (int step = 0; step < kSteps; ++step) DrawActions(shard, step, actions_[shard][step]);
    }
  }

  // CPU seconds of all steps.
  double Time() {
    double seconds = 0;
    for (int shard = 0; shard < env_.spec().num_shards; ++shard) {
      env_.Reset(shard, batch_);
      const double start = CpuSeconds();
      for (const Batch& action : actions_[shard]) env_.Step(shard, action, batch_);
      seconds += CpuSeconds() - start;
    }
    return seconds;
  }

 private:
  sim::ParallelEnv env_;
  StepBatch batch_;
  std::vector<std::vector<Batch>> actions_;  // [shard][step]
};

Training WithoutScans(Training training) {
  sim::ObservationConfig& seen = training.world.observations;
  for (std::vector<std::string>* rows : {&seen.policy, &seen.critic})
    std::erase_if(*rows, [](const std::string& row) { return row.find("scan") != row.npos; });
  return training;
}

Training OnThePlane(Training training) {
  training.world.terrain.types.clear();
  training.world.terrain_curriculum = {};
  return training;
}

}  // namespace

void MeasureRoughGround(const Settings& settings, Results& results) {
  Walks rough(settings.rough_ground, settings.root);
  Walks blind(WithoutScans(settings.rough_ground), settings.root);
  Walks plane(OnThePlane(WithoutScans(settings.rough_ground)), settings.root);
  PeakWatch peak;
  std::vector<double> over_flat, scan_share;
  for (int repeat = -1; repeat < settings.repeats; ++repeat) {
    settings.check();
    const double seeing = rough.Time(), unseeing = blind.Time(), flat = plane.Time();
    if (repeat < 0) continue;  // to warm up
    peak.Read();
    over_flat.push_back(seeing / flat);
    scan_share.push_back(1 - unseeing / seeing);
  }
  results.Add("terrain.step_over_flat", over_flat, peak.TroubleByCpuTime());
  results.Add("terrain.scan_share", scan_share, peak.TroubleByCpuTime());
}

}  // namespace doggo::bench
