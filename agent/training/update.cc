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
  const int minibatch_size = n / plan_.minibatches;
  const int tiles = (minibatch_size + tile_columns_ - 1) / tile_columns_;
  const int pieces = static_cast<int>(pieces_.size());
  double kl_of_last_epoch = 0;
  for (int epoch = 0; epoch < plan_.epochs; ++epoch) {
    PhaseClock clock(workers_[0].phases);
    Shuffle(n, seed_, static_cast<uint64_t>(state_.epochs++), order_);
    clock.Ends(Phase::kGather);
    kl_of_last_epoch = -report.loss.kl;
    for (int minibatch = 0; minibatch < plan_.minibatches; ++minibatch) {
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
    kl_of_last_epoch = (kl_of_last_epoch + report.loss.kl) / plan_.minibatches;
  }
  const double steps = plan_.epochs * plan_.minibatches;
  PolicyLoss& loss = report.loss;
  for (Real* part : {&loss.policy, &loss.value, &loss.entropy, &loss.kl, &loss.clip_fraction})
    *part /= static_cast<Real>(steps);
  report.policy_gradient_norm /= steps;
  report.critic_gradient_norm /= steps;

  if (algorithm_.has_natural_step()) TakeNaturalStep(report);
  if (config_.ppo.form == "penalty")
    state_.kl_penalty = AdaptPenalty(config_.ppo, kl_of_last_epoch, state_.kl_penalty);
}

// Adds loss and gradient of `columns` examples, order_[first ...]: gather, forward, loss, backward,
// while all of it is in the cache. Of augmented examples, every image counts alike.
void Trainer::EvaluateTile(int first, int columns, int minibatch_size, Worker& w, Piece& piece) {
  const Real weight = Real{1} / static_cast<Real>(minibatch_size);
  if (algorithm_.has_natural_step()) return EvaluateValues(first, columns, weight, w, piece);
  const int copies = config_.symmetry_method == "augmentation" ? images_.size() : 1;
  for (int image = 0; image < copies; ++image)
    EvaluateImage(image, first, columns, weight / static_cast<Real>(copies), w, piece);
}

void Trainer::EvaluateImage(int image, int first, int columns, Real weight, Worker& w,
                            Piece& piece) {
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
  if (image > 0) MirrorExamples(image, columns, w);
  auto critic_obs = w.critic_obs.leftCols(columns);
  Normalize(critic_normalizer_, critic_obs);
  clock.Ends(Phase::kGather);

  const auto log_std = nets_.LogStdPart(state_.theta), critic = nets_.CriticPart(state_.theta);
  const bool is_compared = config_.symmetry_method == "mirror_loss";
  if (is_compared)
    w.image_obs.topLeftCorner(w.policy_obs.rows(), columns) = w.policy_obs.leftCols(columns);
  const auto mean = ForwardActor(state_.theta, columns, w);
  const auto value = nets_.critic.Forward(critic, critic_obs, w.critic_tape);

  const PolicyBatch batch{
      w.action.leftCols(columns), w.old_mean.leftCols(columns), log_std_,
      w.log_prob.head(columns),   w.advantage.head(columns),    w.value_target.head(columns),
      w.old_value.head(columns)};
  // the row of a matrix as a row vector: Eigen would copy it into one
  const Eigen::Map<const RowVector> values(value.data(), columns);
  PolicyLoss loss = algorithm_.loss(
      config_, state_.kl_penalty, batch, {mean, log_std, values, nets_.distribution}, weight,
      {w.dmean.leftCols(columns), nets_.LogStdPart(piece.gradient), w.dvalue.head(columns)});
  // the divergence that the rate follows is that of what was collected, not of its images
  if (config_.symmetry_method == "augmentation")
    loss.kl *= image == 0 ? static_cast<Real>(images_.size()) : Real{0};
  if (is_compared) loss.policy += EvaluateMirrorLoss(mean, columns, weight, w, piece);
  piece.loss += loss;

  BackwardActor(state_.theta, columns, w, piece.gradient);
  nets_.critic.Backward(critic, critic_obs, w.dvalue.head(columns), w.critic_tape,
                        nets_.CriticPart(piece.gradient));
  clock.Ends(Phase::kDifferentiate);
}

// The critic alone: E[(V - R)^2].
void Trainer::EvaluateValues(int first, int columns, Real weight, Worker& w, Piece& piece) {
  for (int k = 0; k < columns; ++k) {
    w.critic_obs.col(k) = rollout_.critic_obs().col(order_[first + k]);
    w.value_target[k] = rollout_.value_target[order_[first + k]];
  }
  auto critic_obs = w.critic_obs.leftCols(columns);
  Normalize(critic_normalizer_, critic_obs);
  const auto critic = nets_.CriticPart(state_.theta);
  const auto value = nets_.critic.Forward(critic, critic_obs, w.critic_tape);
  for (int k = 0; k < columns; ++k) {
    const Real error = value(0, k) - w.value_target[k];
    w.dvalue[k] = 2 * weight * error;
    piece.loss.value += weight * error * error;
  }
  nets_.critic.Backward(critic, critic_obs, w.dvalue.head(columns), w.critic_tape,
                        nets_.CriticPart(piece.gradient));
}

// Adds up the pieces in order.
void Trainer::SumPieces() {
  gradient_.setZero();
  for (const Piece& piece : pieces_) gradient_ += piece.gradient;
  if (group_.size() > 1) group_.AverageMagnitudes(nets_.LogStdPart(gradient_));
}

// Adapts the rate to the KL, takes one step.
void Trainer::Step(IterationReport& report) {
  SumPieces();
  PolicyLoss loss;
  for (const Piece& piece : pieces_) loss += piece.loss;
  report.loss += loss;

  const Real max_norm = static_cast<Real>(plan_.max_gradient_norm);
  report.policy_gradient_norm += ClipGradientNorm(max_norm, nets_.PolicyPart(gradient_));
  report.critic_gradient_norm += ClipGradientNorm(max_norm, nets_.CriticPart(gradient_));

  if (plan_.adapts_rate) {
    const double target_kl = TargetKl(config_.rate, static_cast<double>(state_.env_steps));
    state_.rate = AdaptRate(config_.rate, target_kl, loss.kl, state_.rate);
  }
  doggo::agent::Step(config_.optimizer, static_cast<Real>(state_.rate), gradient_, weights_,
                     state_.optimizer, state_.theta);
  BoundStd(state_.theta);
}

// The standard deviation stays within its bounds.
void Trainer::BoundStd(Vector& theta) const {
  BoundLogStd(static_cast<Real>(std::log(config_.network.min_std)),
              static_cast<Real>(std::log(config_.network.max_std)), nets_.LogStdPart(theta));
}

}  // namespace doggo::agent
