// The training loop: collect, estimate, update, again.
//
// The same seed gives the same bits on any number of threads: a shard is collected by one thread
// from its own random numbers; mini-batches are cut into tiles of a fixed number of columns, whose
// gradients are added in index order.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/policy/canonical_frame.h"
#include "agent/policy/policy.h"
#include "agent/policy/symmetry_group.h"
#include "agent/training/algorithm.h"
#include "agent/training/learner.h"
#include "agent/training/phases.h"
#include "agent/training/rollout.h"
#include "agent/training/worker_pool.h"

namespace doggo::agent {

// Columns of a mini-batch that go through both networks at once: many enough for full speed, few
// enough for the activations of the widest layer to stay in the second cache. The sums, and so the
// bits of the result, depend on it.
inline constexpr int kTileColumns = 256;
int TileColumns(const ActorCritic& nets);

// What one iteration did.
struct IterationReport {
  int64_t iteration = 0, env_steps = 0;  // completed, of all environments
  double collect_seconds = 0, update_seconds = 0;
  PhaseSeconds phases;  // of all threads, over both

  double reward_per_second = 0;         // mean over all steps
  int episodes = 0;                     // that ended
  std::vector<double> episode_metrics;  // means over those that have it, in the order of
                                        // EnvSpec::metric_names; empty where none ended

  PolicyLoss loss;                // mean over the mini-batches
  double explained_variance = 0;  // of the value targets, by the values before the update
  double policy_gradient_norm = 0, critic_gradient_norm = 0;  // means, before clipping
  double mean_std = 0, rate = 0;                              // after the update

  void Clear() {  // keeps the memory
    std::vector<double> metrics = std::move(episode_metrics);
    metrics.clear();
    *this = {};
    episode_metrics = std::move(metrics);
  }
};

class Trainer {
 public:
  // Resets every environment. Throws std::invalid_argument where the configuration does not fit.
  Trainer(VecEnv& env, const LearnerConfig& config, uint64_t seed, int num_threads);

  // What it did, until the next call. Allocates nothing of its own from its second call on. Throws
  // std::runtime_error where the parameters are no longer finite numbers.
  const IterationReport& Iterate();

  const LearnerState& state() const { return state_; }
  const ActorCritic& networks() const { return nets_; }
  const Rollout& rollout() const { return rollout_; }
  int num_threads() const { return pool_.num_threads(); }

  // The policy as it is now; task, seed and version are left to the caller.
  Policy CurrentPolicy() const;

  // Everything that the next iteration depends on, environments included, and what the caller keeps
  // with it (texts by name). Load throws std::runtime_error naming the file where it is damaged, of
  // another version or of another shape; nothing is changed then.
  using Notes = std::map<std::string, std::string>;
  void SaveCheckpoint(const std::filesystem::path& path, const Notes& notes = {}) const;
  void LoadCheckpoint(const std::filesystem::path& path);

  // A warm start, before the first iteration: the actor's weights and its normaliser, from a policy
  // of the same shape. Standard deviation, critic and optimiser are as without it. Throws
  // std::invalid_argument, a clause that begins with "its", where the policy does not fit.
  void StartFrom(const Policy& policy);
  // The same from a checkpoint, with the critic. Throws std::runtime_error naming the file.
  void StartFromCheckpoint(const std::filesystem::path& path);

 private:
  struct Worker {         // scratch of a thread
    PhaseSeconds phases;  // of this iteration
    Tape actor_tape, critic_tape;
    Matrix policy_obs, critic_obs, action, old_mean, dmean;  // (. x capacity)
    Matrix images, mean;  // of the actor's outputs, where there is an equivariant actor
    Tape image_tape;      // where there is a mirror loss
    Matrix image_obs, mirrored_obs, dimage;                          // likewise
    RowVector log_prob, advantage, value_target, old_value, dvalue;  // (1 x capacity)
  };
  struct Piece {  // some tiles of a mini-batch, one after another
    Vector gradient;
    PolicyLoss loss;
    double objective = 0, divergence = 0;  // of a try of trpo
  };
  struct Shard {      // what collecting from a shard of environments needs and leaves
    StepBatch batch;  // holds the observations that the next step starts from
    Batch action;     // for the world
    std::vector<CanonicalFrame::Image> image;
    int episodes = 0;  // that ended in this iteration
    Eigen::VectorXd metric_sum;
    Eigen::VectorXi metric_count;  // of episodes that have the metric
    Moments policy_moments, critic_moments, return_moments;
    Eigen::VectorXd discounted;  // sums of rewards so far, where returns are normalised
  };
  class RolloutRegion;  // natural_step.cc

  void Collect(int shard, Worker& worker);
  void Estimate(int shard, Worker& worker);
  void NormalizeRewards(int shard);

  // the actor, on what stands in the first columns of worker.policy_obs; backward: on worker.dmean
  Eigen::Ref<const Matrix> ForwardActor(const Vector& theta, int columns, Worker& worker);
  void BackwardActor(const Vector& theta, int columns, Worker& worker, Vector& gradient);
  void MeanOfImages(const ConstMatrixRef& of_images, Worker& worker, MatrixRef mean);
  void MirrorExamples(int image, int columns, Worker& worker);
  Real EvaluateMirrorLoss(const ConstMatrixRef& mean, int columns, Real weight, Worker& worker,
                          Piece& piece);

  void EvaluateTile(int first, int columns, int minibatch_size, Worker& worker, Piece& piece);
  void EvaluateImage(int image, int first, int columns, Real weight, Worker& worker, Piece& piece);
  void EvaluateValues(int first, int columns, Real weight, Worker& worker, Piece& piece);
  void Update(IterationReport& report);
  void SumPieces();
  void Step(IterationReport& report);
  void BoundStd(Vector& theta) const;

  template <typename Work>
  void ForEachTile(const Work& work);
  Eigen::Ref<const Matrix> ForwardActorOf(const Vector& theta, int first, int columns,
                                          Worker& worker);
  void EvaluateObjective(const Vector& theta);
  void TakeNaturalStep(IterationReport& report);
  void UpdateMoments();
  void ReportPhases(IterationReport& report) const;
  void Report(IterationReport& report) const;
  void PrepareNormalizers();

  VecEnv& env_;
  LearnerConfig config_;
  uint64_t seed_;
  ActorCritic nets_;
  std::vector<ParameterRange> weights_;  // that the optimiser may decay
  const Algorithm& algorithm_;
  UpdatePlan plan_;
  CanonicalFrame frame_;
  SymmetryGroup group_;   // of an equivariant actor
  SymmetryGroup images_;  // that examples are copied to, or compared with
  LearnerState state_;
  Normalizer policy_normalizer_, critic_normalizer_;
  Rollout rollout_;
  std::vector<int> order_;  // of the columns in this epoch
  Vector gradient_;
  double return_scale_ = 1;  // what rewards are multiplied by
  TrpoWorkspace trpo_;
  Vector policy_gradient_, candidate_;
  double mean_advantage_ = 0;
  Vector log_std_;  // that the rollout was collected with

  IterationReport report_;
  int tile_columns_;
  std::vector<Shard> shards_;
  std::vector<Piece> pieces_;
  std::vector<Worker> workers_;
  mutable WorkerPool pool_;
};

// What the caller of SaveCheckpoint kept with it. Throws as LoadCheckpoint.
Trainer::Notes ReadCheckpointNotes(const std::filesystem::path& path);

}  // namespace doggo::agent
