#include "app/evaluation/drill.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "sim/locomotion/locomotion_task.h"
#include "sim/locomotion/steering.h"

namespace doggo::evaluation {
namespace {

constexpr int kShardSize = 10;

// As near to ten a shard as divides their number; alone where each has a goal of its own, for the
// robots of a shard are simulated until all of them are done.
int ShardSize(const Drill& drill) {
  const int robots = drill.robots;
  if (drill.goal) return 1;
  for (int size = std::min(kShardSize, robots); size > 1; --size)
    if (robots % size == 0) return size;
  return 1;
}

Sample SampleOf(const sim::Transition& t) {
  const sim::RobotState& s = t.now;
  Sample sample;
  sample.velocity = {s.v_H.x(), s.v_H.y(), s.w_H.z()};
  sample.position = s.p_W;
  sample.q = s.q;
  sample.qd = s.qd;
  sample.torque = s.torque;
  sample.foot_W = s.foot_W;
  sample.foot_height = s.foot_height;
  sample.contact = s.contact;
  sample.wall_contact = s.wall_contact;
  sample.shank_contact = s.shank_contact;
  sample.work = t.work;
  return sample;
}

// The robots of one shard on their way.
class Walkers {
 public:
  Walkers(sim::ParallelEnv& env, const Drill& drill, int shard)
      : env_(env), drill_(drill), first_(shard * env.spec().shard_size) {
    const EnvSpec& spec = env.spec();
    const auto& task = static_cast<const sim::LocomotionTask&>(env.task());
    first_reward_ = spec.metric_names.size() - task.rewards().size();
    trajectories_.resize(spec.shard_size);
    for (int e = 0; e < spec.shard_size; ++e) {
      Trajectory& t = trajectories_[e];
      t.dt = spec.step_dt;
      t.replay = env.Capture(first_ + e);
      t.samples.reserve(static_cast<size_t>(std::lround(drill.seconds / spec.step_dt)));
    }
  }

  // Before the step; was anything changed?
  bool LendAHand(int step) {
    bool changed = false;
    for (int e = 0; e < size(); ++e) {
      Trajectory& t = trajectories_[e];
      if (IsDone(t) || !drill_.hand || !drill_.hand(env_, first_ + e, step)) continue;
      changed = true;
      t.replay = env_.Capture(first_ + e);  // what a hand does is in no action
    }
    return changed;
  }

  void NoteAction(const Batch& action) {
    asked_.resize(trajectories_.size());
    for (int e = 0; e < size(); ++e) {
      Trajectory& t = trajectories_[e];
      if (IsDone(t)) continue;
      const auto column = action.col(e);
      t.replay.actions.insert(t.replay.actions.end(), column.data(), column.data() + column.size());
      const sim::Transition& now = sim::EpisodeOf(env_, first_ + e).t;
      asked_[e] = {now.command, now.command_age + t.dt};
    }
  }

  void NoteStep(const StepBatch& batch) {
    for (int e = 0; e < size(); ++e) {
      Trajectory& t = trajectories_[e];
      if (IsDone(t)) continue;
      if (batch.terminated[e]) {
        NoteFall(batch, e, t);
        continue;
      }
      Sample sample = SampleOf(sim::EpisodeOf(env_, first_ + e).t);
      sample.command = asked_[e].command;
      sample.command_age = asked_[e].age;
      if (!t.samples.empty()) sample.push_age = t.samples.back().push_age + t.dt;
      if (!sim::EpisodeOf(env_, first_ + e).t.kick_W.isZero(0)) sample.push_age = 0;
      t.samples.push_back(sample);
      if (!drill_.goal || !drill_.goal(first_ + e, sample)) continue;
      t.arrived = true;
      KeepRewards(e);
    }
  }

  const std::vector<Trajectory>& Finish() {
    for (int e = 0; e < size(); ++e)
      if (!IsDone(trajectories_[e])) KeepRewards(e);
    return trajectories_;
  }

  int size() const { return static_cast<int>(trajectories_.size()); }
  bool all_done() const { return std::all_of(trajectories_.begin(), trajectories_.end(), IsDone); }

 private:
  static bool IsDone(const Trajectory& t) { return t.fell || t.arrived; }

  void KeepRewards(int e) {
    const auto sums = sim::RewardSumsOf(env_, first_ + e);
    trajectories_[e].rewards.assign(sums.begin(), sums.end());
  }

  void NoteFall(const StepBatch& batch, int e, Trajectory& t) const {
    const auto& names = env_.spec().metric_names;
    const auto metrics = batch.episode_metrics.col(e);
    constexpr std::string_view kEndedBy = "ended_by/";
    t.fell = true;
    for (int k = 0; k < metrics.size(); ++k) {
      if (names[k] == "diverged" && metrics[k] > 0) t.diverged = true;
      if (names[k].starts_with(kEndedBy) && metrics[k] > 0)
        t.ended_by = names[k].substr(kEndedBy.size());
    }
    if (t.diverged) t.ended_by = "diverged";
    for (auto k = static_cast<int>(first_reward_); k < metrics.size(); ++k)
      t.rewards.push_back(metrics[k]);
  }

  struct Asked {
    Eigen::Vector3d command = Eigen::Vector3d::Zero();
    double age = 0;
  };
  sim::ParallelEnv& env_;
  const Drill& drill_;
  int first_;
  size_t first_reward_;
  std::vector<Trajectory> trajectories_;
  std::vector<Asked> asked_;
};

}  // namespace

void Run(Context& context, const Drill& drill, const TrajectoryJudge& judge) {
  const auto world = std::make_shared<const sim::LocomotionConfig>(drill.world);
  sim::ParallelEnv env(
      std::make_unique<const sim::LocomotionTask>(*world, context.root, drill.robots), drill.robots,
      ShardSize(drill), static_cast<uint64_t>(context.protocol.seed));
  const EnvSpec& spec = env.spec();
  const int S = spec.shard_size;
  const auto steps = static_cast<int>(std::lround(drill.seconds / spec.step_dt));

  std::vector<std::optional<Failure>> failures(drill.robots);
  std::atomic<int> shards_done = 0;
  std::atomic<bool> stopped = false;
  context.pool.Run(spec.num_shards, [&](int shard, int worker) {
    if (stopped) return;
    StepBatch batch = MakeStepBatch(spec);
    Batch action = Batch::Zero(spec.action_dim, S);
    agent::PolicyWorkspace workspace = agent::MakeWorkspace(context.policy, S);
    env.Reset(shard, batch);
    Walkers walkers(env, drill, shard);
    for (int step = 0; step < steps && !walkers.all_done(); ++step) {
      if (context.stopped()) stopped = true;
      if (stopped) return;
      if (walkers.LendAHand(step)) env.Observe(shard, batch);
      agent::Act(context.policy, batch.policy_obs, workspace, action);
      walkers.NoteAction(action);
      env.Step(shard, action, batch);
      walkers.NoteStep(batch);
      if (worker == 0)
        context.progress(drill.name,
                         (shards_done + static_cast<double>(step) / steps) / spec.num_shards);
    }
    ++shards_done;
    const std::vector<Trajectory>& trajectories = walkers.Finish();
    for (int e = 0; e < S; ++e) {
      const int robot = shard * S + e;
      const Trajectory& t = trajectories[e];
      judge(robot, t);
      if (!t.fell || !drill.falls_are_failures) continue;
      failures[robot] = {fmt::format("{}_{:04d}", drill.name, robot),
                         fmt::format("fell after {:.2f} s{}: {}", t.seconds() + t.dt,
                                     drill.place ? " " + drill.place(robot) : "", t.ended_by),
                         t.replay, world};
      failures[robot]->replay.message = failures[robot]->what;
    }
  });
  if (stopped) throw Stopped{};

  int kept = 0;
  for (std::optional<Failure>& failure : failures) {
    if (failure && kept++ < kMaxFailures) context.failures.push_back(std::move(*failure));
  }
}

sim::CommandConfig Constant(const Eigen::Vector3d& velocity) {
  return {.vx = {velocity.x(), velocity.x()},
          .vy = {velocity.y(), velocity.y()},
          .yaw_rate = {velocity.z(), velocity.z()},
          .standing_share = 0,
          .hold = {1e6, 1e6}};
}

std::function<bool(sim::ParallelEnv&, int, int)> CommandAt(int step,
                                                           std::vector<Eigen::Vector3d> commands) {
  return [step, commands = std::move(commands)](sim::ParallelEnv& env, int robot, int now) {
    if (now != step) return false;
    sim::SetCommand(env, robot, commands[static_cast<size_t>(robot)]);
    return true;
  };
}

}  // namespace doggo::evaluation
