// Fitting a network to examples (supervised learning): mini-batches of the training part, a loss,
// an optimiser; held-out examples say when it is good enough, and how good it is.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "agent/analysis/objective.h"
#include "agent/data/batches.h"
#include "agent/data/dataset.h"
#include "agent/data/early_stopping.h"
#include "agent/data/standardizer.h"
#include "agent/nn/loss.h"
#include "agent/nn/network.h"
#include "agent/optim/optimizer.h"
#include "agent/optim/schedule.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct FitConfig {
  // Without the last one, a dense layer as wide as the targets and the loss need.
  std::vector<std::string> layers = {"dense 64", "tanh"};
  Initialization initialization = {.weights = "xavier_uniform"};
  std::string loss = "mean_squared_error";
  double l1 = 0, l2 = 0;  // penalties on the weights of dense layers
  BatchConfig batches;
  OptimizerConfig optimizer;
  double max_gradient_norm = 0;  // 0: not clipped
  ScheduleConfig rate;
  StopConfig stop;
  EarlyStoppingConfig early_stopping;
  bool standardize_inputs = true;
  bool standardize_targets = true;  // not where they are probabilities
};
ConfigFields Fields(FitConfig& config);

struct FittedModel {
  Network network;
  const Loss* loss = nullptr;
  Vector theta, statistics;
  Standardizer inputs, targets;  // what the network sees, and what it gives; empty: the identity
};

// What the model gives for inputs (features x n): in the targets' own units, (targets x n). Of a
// loss over probabilities these are logits; of gaussian_nll the means.
Matrix Predict(const FittedModel& model, const ConstMatrixRef& inputs);

struct Score {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double loss = kNone;       // mean over the examples, without penalties, of standardised targets
  double accuracy = kNone;   // of classes
  double rmse = kNone;       // of numbers, in their own unit, over all targets together
  double explained = kNone;  // of numbers: 1 - mean square error / variance, mean over the targets
};
Score Judge(const FittedModel& model, const Dataset& data);

// The model's loss over `data` as a function of its parameters, in evaluation: for agent/analysis.
// It keeps copies of both.
Objective LossOver(const FittedModel& model, const Dataset& data);

struct EpochReport {
  int epoch = 0;  // counted from 1
  int64_t updates = 0;
  double training_loss = 0;  // mean over the epoch, of the network as it was at each batch
  Score validation;          // NaN where nothing is held out
  double rate = 0;           // of the last update
  double gradient_norm = 0;  // mean over the epoch, before clipping
  double seconds = 0;        // since the start
};

struct FitResult {
  FittedModel model;  // as it was after best_epoch
  std::vector<EpochReport> epochs;
  int best_epoch = 0;       // of the lowest held-out loss; without early stopping the last one
  std::string why_stopped;  // in words
};

// Trains until a rule of config.stop or config.early_stopping says stop, or `go_on` returns false
// after an epoch. validation may be empty: then nothing stops it early. The result is a function of
// all but max_seconds and go_on. Throws std::invalid_argument where the parts do not fit each
// other, in one sentence.
FitResult Fit(const FitConfig& config, const Dataset& training, const Dataset& validation,
              uint64_t seed, const std::function<bool(const EpochReport&)>& go_on = nullptr);

}  // namespace doggo::agent
