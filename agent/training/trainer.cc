#include "agent/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace doggo::agent {
namespace {

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

// Of a mini-batch: enough to keep many threads busy, few enough for their gradients to be summed up
// in no time. The number must not depend on the threads.
constexpr int kMaxPieces = 32;
constexpr int kTileBytes = 256 << 10;  // half of a second cache of 512 KB

}  // namespace

int TileColumns(const ActorCritic& nets) {
  int width = 1;
  for (const Network* network : {&nets.actor, &nets.critic})
    for (const Layer& layer : network->layers()) width = std::max(width, layer.out);
  const int columns = kTileBytes / static_cast<int>(width * sizeof(Real));
  return std::clamp(columns / 64 * 64, 64, kTileColumns);
}

namespace {

// The world, where it and the configuration go together.
const EnvSpec& Checked(const EnvSpec& spec, const LearnerConfig& config) {
  const std::string& method = config.symmetry_method;
  if (method == "canonical") return spec;
  if (spec.num_choices > 0)
    throw std::invalid_argument(fmt::format(
        "symmetry_method: {} is for continuous actions, and this world's are choices; take "
        "canonical",
        method));
  if (spec.symmetries.empty())
    throw std::invalid_argument(fmt::format(
        "symmetry_method: {} needs a symmetry, and this world has none; set symmetry, or take "
        "canonical",
        method));
  const Algorithm& algorithm = FindAlgorithm(config.algorithm);
  if (!algorithm.has_ratio && method == "augmentation")
    throw std::invalid_argument(fmt::format(
        "symmetry_method: augmentation shows actions that the policy did not choose, which {} "
        "cannot weigh; take ppo, or mirror_loss",
        algorithm.name));
  if (algorithm.has_natural_step() && method != "equivariant")
    throw std::invalid_argument(fmt::format(
        "symmetry_method: {} is a loss, and trpo's step has none; take canonical or equivariant",
        method));
  return spec;
}

SymmetryGroup GroupFor(std::initializer_list<std::string_view> methods, const EnvSpec& spec,
                       const LearnerConfig& config) {
  const bool is_used =
      std::find(methods.begin(), methods.end(), config.symmetry_method) != methods.end();
  return is_used ? SymmetryGroup(spec.symmetries) : SymmetryGroup();
}

}  // namespace

Trainer::Trainer(VecEnv& env, const LearnerConfig& config, uint64_t seed, int num_threads)
    : env_(env),
      config_(config),
      seed_(seed),
      nets_(Checked(env.spec(), config), config.network),
      weights_(WeightRanges(nets_)),
      algorithm_(FindAlgorithm(config.algorithm)),
      plan_(algorithm_.plan(config)),
      frame_(env.spec().symmetries,
             config.symmetry_method == "canonical" ? env.spec().canonical
                                                   : std::vector<CanonicalRule>(),
             env.spec().policy_dim, env.spec().critic_dim, env.spec().action_dim),
      group_(GroupFor({"equivariant"}, env.spec(), config)),
      images_(GroupFor({"augmentation", "mirror_loss"}, env.spec(), config)),
      state_(InitialState(nets_, config, seed)),
      rollout_(MakeRollout(env.spec(), config.steps_per_iteration)),
      pool_(num_threads) {
  const EnvSpec& spec = env.spec();
  if (rollout_.size() % plan_.minibatches != 0) {
    throw std::invalid_argument(
        fmt::format("{}: must divide the number of environments times the steps of an iteration",
                    algorithm_.minibatches_key));
  }
  if (LooksAhead(config.optimizer)) {
    throw std::invalid_argument(
        "optimizer.method: with nesterov the look-ahead point would act instead of the policy; "
        "to train a policy take another, momentum for example");
  }
  gradient_ = Vector::Zero(nets_.num_parameters());
  log_std_ = Vector::Zero(nets_.num_actions());

  const int minibatch_size = rollout_.size() / plan_.minibatches;
  tile_columns_ = TileColumns(nets_);
  const int tiles = (minibatch_size + tile_columns_ - 1) / tile_columns_;
  pieces_.resize(std::min(tiles, kMaxPieces));
  for (Piece& piece : pieces_) piece.gradient = gradient_;

  const int capacity = std::max(kTileColumns, spec.shard_size);
  workers_.resize(pool_.num_threads());
  for (Worker& worker : workers_) {
    const int outputs = nets_.actor.num_outputs(), wide = capacity * group_.size();
    worker.actor_tape = nets_.actor.MakeTape(wide);
    worker.critic_tape = nets_.critic.MakeTape(capacity);
    worker.policy_obs = Matrix::Zero(spec.policy_dim, wide);
    worker.critic_obs = Matrix::Zero(spec.critic_dim, capacity);
    worker.action = Matrix::Zero(spec.action_dim, capacity);
    worker.old_mean = worker.dmean = Matrix::Zero(outputs, capacity);
    if (group_.size() > 1) {
      worker.images = Matrix::Zero(outputs, wide);
      worker.mean = Matrix::Zero(outputs, capacity);
    }
    if (images_.size() > 1) {
      worker.image_tape = nets_.actor.MakeTape(capacity);
      const int most = std::max({spec.policy_dim, spec.critic_dim, outputs});
      worker.image_obs = Matrix::Zero(most, capacity);
      worker.mirrored_obs = Matrix::Zero(spec.policy_dim, capacity);
      worker.dimage = worker.mean = Matrix::Zero(outputs, capacity);
    }
    worker.log_prob = worker.advantage = worker.value_target = worker.old_value = worker.dvalue =
        RowVector::Zero(capacity);
  }

  shards_.resize(spec.num_shards);
  for (Shard& shard : shards_) {
    shard.batch = MakeStepBatch(spec);
    shard.action = Batch::Zero(spec.action_dim, spec.shard_size);
    shard.image.resize(spec.shard_size);
    shard.metric_sum = Eigen::VectorXd::Zero(static_cast<int>(spec.metric_names.size()));
    shard.metric_count = Eigen::VectorXi::Zero(shard.metric_sum.size());
    if (config.normalize_returns) shard.discounted = Eigen::VectorXd::Zero(spec.shard_size);
  }
  if (algorithm_.has_natural_step()) {
    const int parameters = nets_.critic_offset();
    trpo_ = TrpoWorkspace(parameters);
    policy_gradient_ = Vector::Zero(parameters);
    candidate_ = state_.theta;
    // the optimiser is the critic's alone
    std::erase_if(weights_, [&](const ParameterRange& w) { return w.begin < parameters; });
  }
  PrepareNormalizers();
  report_.episode_metrics.reserve(spec.metric_names.size());
  pool_.Run(spec.num_shards, [&](int shard, int) { env_.Reset(shard, shards_[shard].batch); });
}

const IterationReport& Trainer::Iterate() {
  IterationReport& report = report_;
  report.Clear();
  for (Worker& worker : workers_) worker.phases = {};

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
  PhaseClock clock(workers_[0].phases);
  report.reward_per_second =
      rollout_.reward.cast<double>().mean() / (return_scale_ * env_.spec().step_dt);
  if (plan_.normalize_advantage) NormalizeAdvantage(rollout_.advantage);
  state_.env_steps += rollout_.size();
  clock.Ends(Phase::kStep);
  Update(report);
  PhaseClock after(workers_[0].phases);
  UpdateMoments();
  ++state_.iteration;
  after.Ends(Phase::kStep);
  env_.EndIteration(state_.iteration);
  after.Ends(Phase::kTask);
  report.update_seconds = Seconds(update_start);
  ReportPhases(report);

  Report(report);
  if (!state_.theta.allFinite()) {
    throw std::runtime_error(
        "training diverged: the network's parameters are no longer finite numbers (the last "
        "checkpoint is good); try a smaller rate.max");
  }
  return report;
}

// After the update, so that the log-probabilities of the rollout stayed those of the policy that
// acted.
void Trainer::UpdateMoments() {
  if (config_.normalize_returns)
    for (const Shard& shard : shards_) Merge(shard.return_moments, state_.return_moments);
  if (!config_.network.normalize_observations) return PrepareNormalizers();
  for (const Shard& shard : shards_) {
    Merge(shard.policy_moments, state_.policy_moments);
    Merge(shard.critic_moments, state_.critic_moments);
  }
  PrepareNormalizers();
}

void Trainer::PrepareNormalizers() {
  constexpr double kEpsilon = 1e-8;
  const Moments& returns = state_.return_moments;
  if (config_.normalize_returns && returns.count > 0)
    return_scale_ = 1 / std::sqrt(returns.sum_square[0] / returns.count + kEpsilon);
  if (!config_.network.normalize_observations) return;
  Renew(state_.policy_moments, policy_normalizer_);
  Renew(state_.critic_moments, critic_normalizer_);
}

void Trainer::ReportPhases(IterationReport& report) const {
  for (const Worker& worker : workers_) report.phases += worker.phases;
  const double all = pool_.num_threads() * (report.collect_seconds + report.update_seconds);
  report.phases[Phase::kWait] = std::max(0.0, all - report.phases.total());
}

void Trainer::Report(IterationReport& report) const {
  report.iteration = state_.iteration;
  report.env_steps = state_.env_steps;
  report.rate = state_.rate;
  if (nets_.num_actions() > 0)
    report.mean_std = nets_.LogStdPart(state_.theta).array().exp().cast<double>().mean();

  for (const Shard& shard : shards_) report.episodes += shard.episodes;
  if (report.episodes > 0) {
    report.episode_metrics.assign(env_.spec().metric_names.size(), 0);
    for (size_t k = 0; k < report.episode_metrics.size(); ++k) {
      int count = 0;
      for (const Shard& shard : shards_) {
        report.episode_metrics[k] += shard.metric_sum[static_cast<Eigen::Index>(k)];
        count += shard.metric_count[static_cast<Eigen::Index>(k)];
      }
      report.episode_metrics[k] /= count;  // not a number where none has it
    }
  }

  const auto target = rollout_.value_target.cast<double>().array();
  const auto error = target - rollout_.value.cast<double>().array();
  const double variance = (target - target.mean()).square().mean();
  report.explained_variance =
      variance > 0 ? 1 - (error - error.mean()).square().mean() / variance : 0;
}

Policy Trainer::CurrentPolicy() const {
  Policy policy;
  policy.network = nets_.actor;
  policy.theta = nets_.ActorPart(state_.theta);
  policy.choices = nets_.distribution.choices;
  policy.group = group_;
  policy.log_std = nets_.LogStdPart(state_.theta);
  policy.normalizer = policy_normalizer_;
  policy.frame = frame_;
  policy.critic = Critic{nets_.critic, nets_.CriticPart(state_.theta), critic_normalizer_};
  policy.contract = env_.spec().contract;
  policy.steps_trained = state_.env_steps;
  policy.seed = seed_;
  return policy;
}

}  // namespace doggo::agent
