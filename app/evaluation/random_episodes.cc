#include "app/evaluation/random_episodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::evaluation {
namespace {

constexpr size_t kWorst = 3;

// The worst of what it is offered, whatever the order.
class Worst {
 public:
  void Offer(double error, int robot, const sim::Replay& replay) {
    const std::scoped_lock lock(mutex_);
    if (kept_.size() == kWorst && std::pair(error, -robot) < Key(kept_.back())) return;
    kept_.push_back({error, robot, replay});
    std::sort(kept_.begin(), kept_.end(),
              [](const Kept& a, const Kept& b) { return Key(a) > Key(b); });
    if (kept_.size() > kWorst) kept_.pop_back();
  }

  std::vector<Failure> Take(const std::shared_ptr<const sim::LocomotionConfig>& world) {
    std::vector<Failure> failures;
    for (Kept& k : kept_) {
      failures.push_back({fmt::format("worst_{:04d}", k.robot),
                          fmt::format("linear error {:.3f} m/s", k.error), std::move(k.replay),
                          world});
    }
    return failures;
  }

 private:
  struct Kept {
    double error;
    int robot;
    sim::Replay replay;
  };
  static std::pair<double, int> Key(const Kept& k) { return {k.error, -k.robot}; }
  std::mutex mutex_;
  std::vector<Kept> kept_;  // the worst first
};

}  // namespace

const RandomEpisodes& RunRandomEpisodes(Context& context) {
  if (context.random_episodes_run) return *context.random_episodes_run;
  const EvaluationConfig& p = context.protocol;
  const Drill drill{.name = "falls",
                    .world = JudgedWorld(context.trained, {.vx = p.vx,
                                                           .vy = p.vy,
                                                           .yaw_rate = p.yaw_rate,
                                                           .standing_share = p.standing_share,
                                                           .hold = {p.hold, p.hold}}),
                    .robots = context.random_episodes,
                    .seconds = p.episode_length};
  auto run = std::make_shared<RandomEpisodes>();
  run->episodes.resize(drill.robots);
  Worst worst;
  std::vector<Failure> others = std::exchange(context.failures, {});
  Run(context, drill, [&](int robot, const Trajectory& t) {
    EpisodeSummary& e = run->episodes[robot];
    e = {TrackingErrorOf(t), t.seconds(), t.fell, t.diverged, t.ended_by, t.rewards};
    if (!t.fell) worst.Offer(e.error.linear_rmse(), robot, t.replay);
  });
  run->falls = std::exchange(context.failures, std::move(others));
  run->worst = worst.Take(std::make_shared<const sim::LocomotionConfig>(drill.world));
  for (const sim::ActiveReward& reward : sim::ActiveRewards(drill.world.rewards))
    run->reward_names.emplace_back(reward.term->name);
  context.random_episodes_run = std::move(run);
  return *context.random_episodes_run;
}

}  // namespace doggo::evaluation
