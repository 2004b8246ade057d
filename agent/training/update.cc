// The second half of an iteration: epochs of mini-batches, each cut into tiles, the tiles dealt out
// in pieces.
#include <algorithm>
#include <cmath>

#include "agent/data/shuffle.h"
#include "agent/nn/log_std_bounds.h"
#include "agent/optim/gradient_clipping.h"
#include "agent/training/trainer.h"

namespace doggo::agent {

void Trainer::Update(IterationReport& report) {
  const int n = rollout_.size();
  const int minibatch_size = n / config_.ppo.minibatches;
  const int tiles = (minibatch_size + tile_columns_ - 1) / tile_columns_;
  const int pieces = static_cast<int>(pieces_.size());
  for (int epoch = 0; epoch < config_.ppo.epochs; ++epoch) {
    PhaseClock clock(workers_[0].phases);
    Shuffle(n, seed_, static_cast<uint64_t>(state_.epochs++), order_);
    clock.Ends(Phase::kGather);
    for (int minibatch = 0; minibatch < config_.ppo.minibatches; ++minibatch) {
      pool_.Run(pieces, [&](int index, int worker) {
        Piece& piece = pieces_[index];
        PhaseClock beginning(workers_[worker].phases);
        piece.gradient.setZero();
        piece.loss = {};
        beginning.Ends(Phase::kStep);
        for (int tile = tiles * index / pieces; tile < tiles * (index + 1) / pieces; ++tile) {
          const int first = tile * tile_columns_;
          EvaluateTile(minibatch * minibatch_size + first,
                       std::min(tile_columns_, minibatch_size - first), minibatch_size,
                       workers_[worker], piece);
        }
      });
      PhaseClock ending(workers_[0].phases);
      Step(report);
      ending.Ends(Phase::kStep);
    }
  }
  const double steps = config_.ppo.epochs * config_.ppo.minibatches;
  PpoLoss& loss = report.loss;
  for (Real* part : {&loss.policy, &loss.value, &loss.entropy, &loss.kl, &loss.clip_fraction})
    *part /= static_cast<Real>(steps);
  report.policy_gradient_norm /= steps;
  report.critic_gradient_norm /= steps;
}

// Adds loss and gradient of `columns` examples, order_[first ...]: gather, forward, loss, backward,
// while all of it is in the cache.
void Trainer::EvaluateTile(int first, int columns, int minibatch_size, Worker& w, Piece& piece) {
  PhaseClock clock(w.phases);
  for (int k = 0; k < columns; ++k) {
    const int column = order_[first + k];
    w.policy_obs.col(k) = rollout_.policy_obs.col(column);
    w.critic_obs.col(k) = rollout_.critic_obs().col(column);
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
  clock.Ends(Phase::kGather);

  const auto actor = nets_.ActorPart(state_.theta), log_std = nets_.LogStdPart(state_.theta),
             critic = nets_.CriticPart(state_.theta);
  const auto mean = nets_.actor.Forward(actor, policy_obs, w.actor_tape);
  const auto value = nets_.critic.Forward(critic, critic_obs, w.critic_tape);

  const PpoBatch batch{
      w.action.leftCols(columns), w.old_mean.leftCols(columns), log_std_,
      w.log_prob.head(columns),   w.advantage.head(columns),    w.value_target.head(columns),
      w.old_value.head(columns)};
  // the row of a matrix as a row vector: Eigen would copy it into one
  const Eigen::Map<const RowVector> values(value.data(), columns);
  piece.loss += EvaluatePpoLoss(
      config_.ppo, batch, {mean, log_std, values}, Real{1} / static_cast<Real>(minibatch_size),
      {w.dmean.leftCols(columns), nets_.LogStdPart(piece.gradient), w.dvalue.head(columns)});

  nets_.actor.Backward(actor, policy_obs, w.dmean.leftCols(columns), w.actor_tape,
                       nets_.ActorPart(piece.gradient));
  nets_.critic.Backward(critic, critic_obs, w.dvalue.head(columns), w.critic_tape,
                        nets_.CriticPart(piece.gradient));
  clock.Ends(Phase::kDifferentiate);
}

// Adds up the pieces in order, adapts the rate to the KL, takes one step.
void Trainer::Step(IterationReport& report) {
  PpoLoss loss;
  gradient_.setZero();
  for (const Piece& piece : pieces_) {
    gradient_ += piece.gradient;
    loss += piece.loss;
  }
  report.loss += loss;

  const Real max_norm = static_cast<Real>(config_.ppo.max_gradient_norm);
  report.policy_gradient_norm += ClipGradientNorm(max_norm, nets_.PolicyPart(gradient_));
  report.critic_gradient_norm += ClipGradientNorm(max_norm, nets_.CriticPart(gradient_));

  const double target_kl = TargetKl(config_.rate, static_cast<double>(state_.env_steps));
  state_.rate = AdaptRate(config_.rate, target_kl, loss.kl, state_.rate);
  doggo::agent::Step(config_.optimizer, static_cast<Real>(state_.rate), gradient_, weights_,
                     state_.optimizer, state_.theta);

  // the standard deviation stays within its bounds
  BoundLogStd(static_cast<Real>(std::log(config_.network.min_std)),
              static_cast<Real>(std::log(config_.network.max_std)), nets_.LogStdPart(state_.theta));
}

}  // namespace doggo::agent
