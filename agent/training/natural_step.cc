// The policy's step of trpo: gradient, Fisher products and tries over the whole rollout, tile by
// tile, the tiles dealt out in pieces as in update.cc.
#include <algorithm>
#include <cmath>

#include "agent/training/trainer.h"

namespace doggo::agent {

// Calls work(first column, columns, worker, piece) for every tile of the rollout, with each piece's
// gradient, loss and try at zero before.
template <typename Work>
void Trainer::ForEachTile(const Work& work) {
  const int n = rollout_.size();
  const int tiles = (n + tile_columns_ - 1) / tile_columns_;
  const int pieces = static_cast<int>(pieces_.size());
  pool_.Run(pieces, [&](int index, int worker) {
    Piece& piece = pieces_[index];
    piece.gradient.setZero();
    piece.loss = {};
    piece.objective = piece.divergence = 0;
    for (int tile = tiles * index / pieces; tile < tiles * (index + 1) / pieces; ++tile) {
      const int first = tile * tile_columns_;
      work(first, std::min(tile_columns_, n - first), workers_[worker], piece);
    }
  });
}

// The policy's part of the parameters, as trpo sees it. F = E[J^T M J], J the Jacobian of the
// network's outputs, M the Fisher matrix of the distribution in them; 2 I for ln sigma.
class Trainer::RolloutRegion : public TrustRegion {
 public:
  explicit RolloutRegion(Trainer& trainer) : t_(trainer) {}

  void MultiplyByFisher(const ConstVectorRef& v, VectorRef product) override {
    const Real weight = Real{1} / static_cast<Real>(t_.rollout_.size());
    const ActorCritic& nets = t_.nets_;
    const auto actor = nets.ActorPart(t_.state_.theta);
    t_.ForEachTile([&](int first, int columns, Worker& w, Piece& piece) {
      const ConstMatrixRef mean = t_.ForwardActorOf(t_.state_.theta, first, columns, w);
      const int wide = columns * t_.group_.size();
      const auto obs = w.policy_obs.leftCols(wide);
      const ConstMatrixRef tangent =
          nets.actor.Tangent(actor, nets.ActorPart(v), obs, w.actor_tape);
      auto M_J_v = w.dmean.leftCols(columns);
      t_.MeanOfImages(tangent, w, M_J_v);
      doggo::agent::MultiplyByFisher(nets.distribution, mean, t_.log_std_, M_J_v);
      M_J_v *= weight;
      t_.BackwardActor(t_.state_.theta, columns, w, piece.gradient);
    });
    t_.SumPieces();
    product = nets.PolicyPart(t_.gradient_);
    nets.LogStdPart(product) += 2 * nets.LogStdPart(v);
  }

  Try Evaluate(const ConstVectorRef& policy) override {
    Vector& theta = t_.candidate_;
    t_.nets_.PolicyPart(theta) = policy;
    t_.BoundStd(theta);
    t_.EvaluateObjective(theta);
    Try result;
    for (const Piece& piece : t_.pieces_) {
      result.gain += piece.objective;
      result.kl += piece.divergence;
    }
    const double n = t_.rollout_.size();
    return {.gain = result.gain / n - t_.mean_advantage_, .kl = result.kl / n};
  }

 private:
  Trainer& t_;
};

// Of every piece: sum of rho A, sum of KL(old || new).
void Trainer::EvaluateObjective(const Vector& theta) {
  const auto log_std = nets_.LogStdPart(theta);
  ForEachTile([&](int first, int columns, Worker& w, Piece& piece) {
    const ConstMatrixRef mean = ForwardActorOf(theta, first, columns, w);
    auto log_prob = w.log_prob.head(columns);
    LogProb(nets_.distribution, mean, log_std, rollout_.action.middleCols(first, columns),
            log_prob);
    for (int k = 0; k < columns; ++k) {
      const double ratio = std::exp(double{log_prob[k]} - rollout_.log_prob[first + k]);
      piece.objective += ratio * rollout_.advantage[first + k];
    }
    KlDivergence(nets_.distribution, rollout_.mean.middleCols(first, columns), log_std_, mean,
                 log_std, log_prob);
    for (int k = 0; k < columns; ++k) piece.divergence += log_prob[k];
  });
}

Eigen::Ref<const Matrix> Trainer::ForwardActorOf(const Vector& theta, int first, int columns,
                                                 Worker& w) {
  w.policy_obs.leftCols(columns) = rollout_.policy_obs.middleCols(first, columns);
  return ForwardActor(theta, columns, w);
}

void Trainer::TakeNaturalStep(IterationReport& report) {
  const int n = rollout_.size();
  mean_advantage_ = 0;
  for (int k = 0; k < n; ++k) mean_advantage_ += rollout_.advantage[k];
  mean_advantage_ /= n;

  // g = E[grad log p A], where rho = 1
  ForEachTile([&](int first, int columns, Worker& w, Piece& piece) {
    const ConstMatrixRef mean = ForwardActorOf(state_.theta, first, columns, w);
    auto dlog_prob = w.log_prob.head(columns);
    dlog_prob = rollout_.advantage.segment(first, columns) / static_cast<Real>(n);
    LogProbBackward(nets_.distribution, mean, log_std_, rollout_.action.middleCols(first, columns),
                    dlog_prob, w.dmean.leftCols(columns), nets_.LogStdPart(piece.gradient));
    piece.loss.entropy += EntropyBackward(
        nets_.distribution, mean, log_std_, Real{1} / static_cast<Real>(n),
        /*coefficient=*/0, w.dmean.leftCols(columns), nets_.LogStdPart(piece.gradient));
    BackwardActor(state_.theta, columns, w, piece.gradient);
  });
  SumPieces();
  for (const Piece& piece : pieces_) report.loss.entropy += piece.loss.entropy;
  policy_gradient_ = nets_.PolicyPart(gradient_);
  report.policy_gradient_norm = policy_gradient_.norm();

  candidate_ = state_.theta;
  RolloutRegion region(*this);
  auto policy = nets_.PolicyPart(state_.theta);
  const TrpoStep step = TakeTrpoStep(config_.trpo, policy_gradient_, region, trpo_, policy);
  BoundStd(state_.theta);
  report.loss.policy = static_cast<Real>(-mean_advantage_ - step.result.gain);
  report.loss.kl = static_cast<Real>(step.result.kl);
}

}  // namespace doggo::agent
