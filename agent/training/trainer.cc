#include "agent/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "agent/nn/gaussian.h"
#include "agent/optim/gradient_norm.h"

namespace doggo::agent {
namespace {

// Columns of a mini-batch that go through both networks at once: few enough for the cache, many enough for full speed. The sums depend on it.
constexpr int kTileColumns = 256;

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace

Trainer::Trainer(VecEnv& env, const LearnerConfig& config, uint64_t seed, int num_threads)
    : env_(env),
      config_(config),
      seed_(seed),
      nets_(env.spec(), config.network),
      frame_(env.spec().symmetries, env.spec().canonical, env.spec().policy_dim, env.spec().critic_dim, env.spec().action_dim),
      state_(InitialState(nets_, config, seed)),
      rollout_(MakeRollout(env.spec(), config.steps_per_iteration)),
      pool_(num_threads) {
  const EnvSpec& spec = env.spec();
  if (rollout_.size() % config.ppo.minibatches != 0) {
    throw std::invalid_argument("ppo.minibatches: must divide the number of environments times the steps of an iteration");
  }
  gradient_ = Vector::Zero(nets_.num_parameters());
  log_std_ = Vector::Zero(spec.action_dim);

  const int minibatch_size = rollout_.size() / config.ppo.minibatches;
  tiles_.resize((minibatch_size + kTileColumns - 1) / kTileColumns);
  for (Tile& tile : tiles_) tile.gradient = gradient_;

  const int capacity = std::max(kTileColumns, spec.shard_size);
  workers_.resize(pool_.num_threads());
  for (Worker& worker : workers_) {
    worker.actor_tape = nets_.actor.MakeTape(capacity);
    worker.critic_tape = nets_.critic.MakeTape(capacity);
    worker.policy_obs = Matrix::Zero(spec.policy_dim, capacity);
    worker.critic_obs = Matrix::Zero(spec.critic_dim, capacity);
    worker.action = worker.old_mean = worker.dmean = Matrix::Zero(spec.action_dim, capacity);
    worker.log_prob = worker.advantage = worker.value_target = worker.old_value = worker.dvalue = RowVector::Zero(capacity);
  }

  shards_.resize(spec.num_shards);
  for (Shard& shard : shards_) {
    shard.batch = MakeStepBatch(spec);
    shard.action = Batch::Zero(spec.action_dim, spec.shard_size);
    shard.image.resize(spec.shard_size);
    shard.metric_sum = Eigen::VectorXd::Zero(static_cast<int>(spec.metric_names.size()));
  }
  PrepareNormalizers();
  pool_.Run(spec.num_shards, [&](int shard, int) { env_.Reset(shard, shards_[shard].batch); });
}

IterationReport Trainer::Iterate() {
  IterationReport report;

  // collect and estimate: every shard by itself
  const auto collect_start = std::chrono::steady_clock::now();
  log_std_ = nets_.LogStdPart(state_.theta);
  pool_.Run(env_.spec().num_shards, [&](int shard, int worker) {
    Collect(shard, workers_[worker]);
    Estimate(shard, workers_[worker]);
  });
  report.collect_seconds = Seconds(collect_start);

  // update
  const auto update_start = std::chrono::steady_clock::now();
  if (config_.ppo.normalize_advantage) NormalizeAdvantage(rollout_.advantage);
  state_.env_steps += rollout_.size();
  Update(report);
  UpdateMoments();
  ++state_.iteration;
  report.update_seconds = Seconds(update_start);

  Report(report);
  if (!state_.theta.allFinite()) {
    throw std::runtime_error("training diverged: the network's parameters are no longer finite numbers (the last checkpoint is good); try a smaller rate.max");
  }
  return report;
}

// ---- collect -----------------------------------------------------------------------------------

void Trainer::Collect(int index, Worker& worker) {
  Shard& shard = shards_[index];
  StepBatch& batch = shard.batch;
  const int S = rollout_.shard_size;
  const auto actor = nets_.ActorPart(state_.theta);
  const auto critic = nets_.CriticPart(state_.theta);
  shard.episodes = 0;
  shard.metric_sum.setZero();

  for (int t = 0; t < rollout_.steps; ++t) {
    const int first = rollout_.first_column(index, t);

    // what the networks see
    auto policy_obs = rollout_.policy_obs.middleCols(first, S);
    auto critic_obs = rollout_.critic_obs.middleCols(first, S);
    policy_obs = batch.policy_obs;
    critic_obs = batch.critic_obs;
    frame_.EnterPolicy(policy_obs, shard.image);
    frame_.EnterCritic(critic_obs);

    // what they do
    worker.policy_obs.leftCols(S) = policy_obs;
    Normalize(policy_normalizer_, worker.policy_obs.leftCols(S));
    auto mean = rollout_.mean.middleCols(first, S);
    auto action = rollout_.action.middleCols(first, S);
    mean = nets_.actor.Forward(actor, worker.policy_obs.leftCols(S), worker.actor_tape);
    for (int e = 0; e < S; ++e) {
      const Random random(seed_, Stream::kAction, static_cast<uint32_t>(index * S + e), static_cast<uint64_t>(state_.iteration * rollout_.steps + t));
      GaussianSample(mean.col(e), log_std_, random, action.col(e));
    }
    GaussianLogProb(mean, log_std_, action, rollout_.log_prob.segment(first, S));
    shard.action = action;
    frame_.LeaveAction(shard.image, shard.action);

    // what the world answers
    env_.Step(index, shard.action, batch);
    rollout_.reward.segment(first, S) = batch.reward;
    rollout_.terminated.middleCols(first, S) = batch.terminated;
    rollout_.truncated.middleCols(first, S) = batch.truncated;
    if (batch.truncated.any()) {
      // an episode cut off by the clock would have gone on: the value of the state it stopped in stands for the rest
      frame_.EnterCritic(batch.final_critic_obs);
      Normalize(critic_normalizer_, batch.final_critic_obs);
      const auto value = nets_.critic.Forward(critic, batch.final_critic_obs, worker.critic_tape);
      for (int e = 0; e < S; ++e) {
        if (batch.truncated[e]) rollout_.next_value[first + e] = value(0, e);
      }
    }
    for (int e = 0; e < S; ++e) {
      if (!batch.terminated[e] && !batch.truncated[e]) continue;
      ++shard.episodes;
      shard.metric_sum += batch.episode_metrics.col(e).cast<double>();
    }
  }
  if (config_.network.normalize_observations) {
    shard.policy_moments = MomentsOf(rollout_.policy_obs.middleCols(rollout_.first_column(index), rollout_.shard_columns()));
    shard.critic_moments = MomentsOf(rollout_.critic_obs.middleCols(rollout_.first_column(index), rollout_.shard_columns()));
  }
}

// Values of every state, values of every next state, advantages, value targets.
void Trainer::Estimate(int index, Worker& worker) {
  const int S = rollout_.shard_size, T = rollout_.steps;
  const int first = rollout_.first_column(index), columns = rollout_.shard_columns();
  const auto critic = nets_.CriticPart(state_.theta);

  const auto evaluate = [&](const ConstMatrixRef& obs, RowVectorRef value) {
    const auto n = obs.cols();
    worker.critic_obs.leftCols(n) = obs;
    Normalize(critic_normalizer_, worker.critic_obs.leftCols(n));
    value = nets_.critic.Forward(critic, worker.critic_obs.leftCols(n), worker.critic_tape).row(0);
  };
  for (int begin = 0; begin < columns; begin += kTileColumns) {
    const int n = std::min(kTileColumns, columns - begin);
    evaluate(rollout_.critic_obs.middleCols(first + begin, n), rollout_.value.segment(first + begin, n));
  }

  // V(s_{t+1}): of the next column, or of the state that the next iteration starts from; where an episode was cut off it is there already
  Shard& shard = shards_[index];
  Batch& last_obs = shard.batch.final_critic_obs;  // free now
  last_obs = shard.batch.critic_obs;
  frame_.EnterCritic(last_obs);
  evaluate(last_obs, worker.old_value.head(S));
  for (int t = 0; t < T; ++t) {
    for (int e = 0; e < S; ++e) {
      const int column = first + t * S + e;
      if (rollout_.truncated(0, column)) continue;
      rollout_.next_value[column] = t + 1 < T ? rollout_.value[column + S] : worker.old_value[e];
    }
  }

  using Table = Eigen::Map<const Matrix>;
  using FlagTable = Eigen::Map<const Flags>;
  Gae({Table(rollout_.reward.data() + first, S, T), Table(rollout_.value.data() + first, S, T), Table(rollout_.next_value.data() + first, S, T),
       FlagTable(rollout_.terminated.data() + first, S, T), FlagTable(rollout_.truncated.data() + first, S, T)},
      static_cast<Real>(config_.ppo.gamma), static_cast<Real>(config_.ppo.lambda), Eigen::Map<Matrix>(rollout_.advantage.data() + first, S, T));
  rollout_.value_target.segment(first, columns) = rollout_.advantage.segment(first, columns) + rollout_.value.segment(first, columns);
}

// ---- update ------------------------------------------------------------------------------------

void Trainer::Update(IterationReport& report) {
  const int n = rollout_.size();
  const int minibatch_size = n / config_.ppo.minibatches;
  const int tiles = static_cast<int>(tiles_.size());
  for (int epoch = 0; epoch < config_.ppo.epochs; ++epoch) {
    Shuffle(n, seed_, static_cast<uint64_t>(state_.epochs++), order_);
    for (int minibatch = 0; minibatch < config_.ppo.minibatches; ++minibatch) {
      pool_.Run(tiles, [&](int tile, int worker) {
        const int first = tile * kTileColumns;
        EvaluateTile(tile, minibatch * minibatch_size + first, std::min(kTileColumns, minibatch_size - first), minibatch_size, workers_[worker]);
      });
      Step(tiles, report);
    }
  }
  const double steps = config_.ppo.epochs * config_.ppo.minibatches;
  PpoLoss& loss = report.loss;
  for (Real* part : {&loss.policy, &loss.value, &loss.entropy, &loss.kl, &loss.clip_fraction}) *part /= static_cast<Real>(steps);
  report.policy_gradient_norm /= steps;
  report.critic_gradient_norm /= steps;
}

// Loss and gradient of `columns` examples, order_[first ...]: gather, forward, loss, backward, while all of it is in the cache.
void Trainer::EvaluateTile(int index, int first, int columns, int minibatch_size, Worker& w) {
  Tile& tile = tiles_[index];
  for (int k = 0; k < columns; ++k) {
    const int column = order_[first + k];
    w.policy_obs.col(k) = rollout_.policy_obs.col(column);
    w.critic_obs.col(k) = rollout_.critic_obs.col(column);
    w.action.col(k) = rollout_.action.col(column);
    w.old_mean.col(k) = rollout_.mean.col(column);
    w.log_prob[k] = rollout_.log_prob[column];
    w.advantage[k] = rollout_.advantage[column];
    w.value_target[k] = rollout_.value_target[column];
    w.old_value[k] = rollout_.value[column];
  }
  auto policy_obs = w.policy_obs.leftCols(columns), critic_obs = w.critic_obs.leftCols(columns);
  Normalize(policy_normalizer_, policy_obs);
  Normalize(critic_normalizer_, critic_obs);

  const auto actor = nets_.ActorPart(state_.theta), log_std = nets_.LogStdPart(state_.theta), critic = nets_.CriticPart(state_.theta);
  const auto mean = nets_.actor.Forward(actor, policy_obs, w.actor_tape);
  const auto value = nets_.critic.Forward(critic, critic_obs, w.critic_tape);

  const PpoBatch batch{w.action.leftCols(columns),  w.old_mean.leftCols(columns),  log_std_,
                       w.log_prob.head(columns),    w.advantage.head(columns),     w.value_target.head(columns),
                       w.old_value.head(columns)};
  tile.gradient.setZero();
  tile.loss = EvaluatePpoLoss(config_.ppo, batch, {mean, log_std, value.row(0)}, Real{1} / static_cast<Real>(minibatch_size),
                              {w.dmean.leftCols(columns), nets_.LogStdPart(tile.gradient), w.dvalue.head(columns)});

  nets_.actor.Backward(actor, policy_obs, w.dmean.leftCols(columns), w.actor_tape, nets_.ActorPart(tile.gradient));
  nets_.critic.Backward(critic, critic_obs, w.dvalue.head(columns), w.critic_tape, nets_.CriticPart(tile.gradient));
}

// Adds up the tiles in order, adapts the rate to the KL, takes one step.
void Trainer::Step(int tiles, IterationReport& report) {
  PpoLoss loss;
  gradient_.setZero();
  for (int k = 0; k < tiles; ++k) {
    gradient_ += tiles_[k].gradient;
    loss += tiles_[k].loss;
  }
  report.loss += loss;

  const Real max_norm = static_cast<Real>(config_.ppo.max_gradient_norm);
  report.policy_gradient_norm += ClipGradientNorm(max_norm, nets_.PolicyPart(gradient_));
  report.critic_gradient_norm += ClipGradientNorm(max_norm, nets_.CriticPart(gradient_));

  const double target_kl = TargetKl(config_.rate, static_cast<double>(state_.env_steps));
  state_.rate = AdaptRate(config_.rate, target_kl, loss.kl, state_.rate);
  doggo::agent::Step(config_.adam, static_cast<Real>(state_.rate), gradient_, state_.adam, state_.theta);

  // the standard deviation stays within its bounds
  auto log_std = nets_.LogStdPart(state_.theta);
  const Real low = static_cast<Real>(std::log(config_.network.min_std)), high = static_cast<Real>(std::log(config_.network.max_std));
  log_std = log_std.cwiseMax(low).cwiseMin(high);
}

// After the update, so that the log-probabilities of the rollout stayed those of the policy that acted.
void Trainer::UpdateMoments() {
  if (!config_.network.normalize_observations) return;
  for (const Shard& shard : shards_) {
    Merge(shard.policy_moments, state_.policy_moments);
    Merge(shard.critic_moments, state_.critic_moments);
  }
  PrepareNormalizers();
}

void Trainer::PrepareNormalizers() {
  if (!config_.network.normalize_observations) return;
  policy_normalizer_ = MakeNormalizer(state_.policy_moments);
  critic_normalizer_ = MakeNormalizer(state_.critic_moments);
}

// ---- report ------------------------------------------------------------------------------------

void Trainer::Report(IterationReport& report) const {
  report.iteration = state_.iteration;
  report.env_steps = state_.env_steps;
  report.reward_per_second = rollout_.reward.cast<double>().mean() / env_.spec().step_dt;
  report.rate = state_.rate;
  report.mean_std = nets_.LogStdPart(state_.theta).array().exp().cast<double>().mean();

  Eigen::VectorXd sum = Eigen::VectorXd::Zero(static_cast<int>(env_.spec().metric_names.size()));
  for (const Shard& shard : shards_) {
    report.episodes += shard.episodes;
    sum += shard.metric_sum;
  }
  if (report.episodes > 0) {
    sum /= report.episodes;
    report.episode_metrics.assign(sum.begin(), sum.end());
  }

  const auto target = rollout_.value_target.cast<double>().array();
  const auto error = target - rollout_.value.cast<double>().array();
  const double variance = (target - target.mean()).square().mean();
  report.explained_variance = variance > 0 ? 1 - (error - error.mean()).square().mean() / variance : 0;
}

Policy Trainer::CurrentPolicy() const {
  Policy policy;
  policy.network = nets_.actor;
  policy.theta = nets_.ActorPart(state_.theta);
  policy.log_std = nets_.LogStdPart(state_.theta);
  policy.normalizer = policy_normalizer_;
  policy.frame = frame_;
  policy.contract = env_.spec().contract;
  policy.steps_trained = state_.env_steps;
  policy.seed = seed_;
  return policy;
}

}  // namespace doggo::agent
