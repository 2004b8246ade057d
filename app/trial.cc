#include "app/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

constexpr int kShard = 0;  // one shard holds all robots

void ChooseActions(const Config& config, TrialActions actions, int step, Batch& out) {
  if (actions == TrialActions::kZero) {
    out.setZero();
    return;
  }
  for (int robot = 0; robot < out.cols(); ++robot) {
    Random random(static_cast<uint64_t>(config.seed), Stream::kAction, static_cast<uint32_t>(robot),
                  static_cast<uint64_t>(step));
    for (int j = 0; j < out.rows(); ++j) out(j, robot) = static_cast<float>(random.Normal());
  }
}

// Gathers the spread of the rows of one list.
class Spreads {
 public:
  explicit Spreads(const sim::ObservationLayout& layout)
      : layout_(layout), rows_(layout.rows().size(), {kInfinity, 0, -kInfinity}) {}

  void Add(const Batch& observations) {
    int first = 0;
    for (size_t k = 0; k < rows_.size(); ++k) {
      const int size = layout_.rows()[k].size();
      const Eigen::MatrixXd numbers = observations.middleRows(first, size).cast<double>();
      rows_[k].min = std::min(rows_[k].min, numbers.minCoeff());
      rows_[k].max = std::max(rows_[k].max, numbers.maxCoeff());
      rows_[k].mean += numbers.mean();
      first += size;
    }
    ++added_;
  }

  // A mean of equal numbers may be rounded to beside them.
  std::vector<Spread> Result() const {
    std::vector<Spread> result = rows_;
    for (Spread& row : result) row.mean = std::clamp(row.mean / added_, row.min, row.max);
    return result;
  }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const sim::ObservationLayout& layout_;
  std::vector<Spread> rows_;
  int added_ = 0;
};

std::vector<Contribution> Shares(const std::vector<double>& totals, double seconds) {
  double sum = 0;
  for (const double total : totals) sum += std::abs(total);
  std::vector<Contribution> rows;
  for (const double total : totals) rows.push_back({total / seconds, sum > 0 ? total / sum : 0});
  return rows;
}

// The reasons why episodes end are metrics of theirs: which row is which.
struct Reason {
  std::string name;
  int metric;  // -1: the time-out, which is none
};

std::vector<Reason> Reasons(const EnvSpec& spec) {
  const std::string ended_by = "ended_by/";
  std::vector<Reason> reasons;
  int diverged = -1;
  for (int k = 0; k < static_cast<int>(spec.metric_names.size()); ++k) {
    const std::string& name = spec.metric_names[k];
    if (name == "diverged") diverged = k;
    if (name.starts_with(ended_by)) reasons.push_back({name.substr(ended_by.size()), k});
  }
  reasons.push_back({"diverged", diverged});
  reasons.push_back({"time_out", -1});
  return reasons;
}

}  // namespace

Trial Try(const Config& config, TrialActions actions, int steps) {
  auto made = std::make_unique<const sim::LocomotionTask>(config.world, SourceRoot().string(),
                                                          config.train.environments);
  const sim::LocomotionTask& task = *made;
  sim::ParallelEnv env(std::move(made), kTrialRobots, kTrialRobots,
                       static_cast<uint64_t>(config.seed));
  const EnvSpec& spec = env.spec();
  const std::vector<Reason> reasons = Reasons(spec);
  const auto num_rewards = static_cast<int>(task.rewards().size());
  const int first_reward = static_cast<int>(spec.metric_names.size()) - num_rewards;

  StepBatch batch = MakeStepBatch(spec);
  Batch action = Batch::Zero(spec.action_dim, kTrialRobots);
  Spreads spreads(task.policy_layout());
  std::vector<double> totals(num_rewards, 0);
  std::vector<int> ends(reasons.size(), 0);
  env.Reset(kShard, batch);
  for (int step = 0; step < steps; ++step) {
    ChooseActions(config, actions, step, action);
    env.Step(kShard, action, batch);
    spreads.Add(batch.policy_obs);
    for (int robot = 0; robot < kTrialRobots; ++robot) {
      if (!batch.terminated[robot] && !batch.truncated[robot]) continue;
      const auto metrics = batch.episode_metrics.col(robot);
      for (int k = 0; k < num_rewards; ++k)
        totals[k] += static_cast<double>(metrics[first_reward + k]);
      for (size_t k = 0; k < reasons.size(); ++k)
        ends[k] += reasons[k].metric < 0 ? batch.truncated[robot] : metrics[reasons[k].metric] > 0;
    }
  }

  // the episodes under way
  for (int robot = 0; robot < kTrialRobots; ++robot) {
    const auto sums = sim::RewardSumsOf(env, robot);
    for (int k = 0; k < num_rewards; ++k) totals[k] += sums[static_cast<size_t>(k)];
  }
  Trial trial{
      actions, steps, spreads.Result(), Shares(totals, kTrialRobots * steps * spec.step_dt), {}};
  for (size_t k = 0; k < reasons.size(); ++k) trial.ends.push_back({reasons[k].name, ends[k]});
  return trial;
}

}  // namespace doggo::app
