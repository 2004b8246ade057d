#include "agent/fitting/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "agent/nn/penalty.h"
#include "agent/optim/gradient_clipping.h"

namespace doggo::agent {
namespace {

using Eigen::Index;

constexpr int kJudgedTogether = 256;  // examples

// The training part as the network is to see it, and the model before its first update.
struct Problem {
  FittedModel model;
  Matrix inputs, targets;
};

Problem MakeProblem(const FitConfig& config, const Dataset& training, uint64_t seed) {
  if (training.size() == 0) throw std::invalid_argument("there are no examples to train on");
  Problem problem{.model = {}, .inputs = training.inputs, .targets = training.targets};
  FittedModel& model = problem.model;
  model.loss = &FindLoss(config.loss);
  if (config.standardize_inputs) {
    model.inputs = MakeStandardizer(MomentsOf(problem.inputs));
    Standardize(model.inputs, problem.inputs);
  }
  if (config.standardize_targets && !model.loss->of_probabilities) {
    model.targets = MakeStandardizer(MomentsOf(problem.targets));
    Standardize(model.targets, problem.targets);
  }
  std::vector<std::string> layers = config.layers;
  layers.push_back(
      fmt::format("dense {}", problem.targets.rows() * model.loss->outputs_per_target));
  model.network = Network(static_cast<int>(training.inputs.rows()), layers);
  model.theta = Vector::Zero(model.network.num_parameters());
  model.network.Initialize(config.initialization, Random(seed, Stream::kParameters), model.theta);
  model.statistics = model.network.InitialStatistics();
  return problem;
}

// One update after another; the memory of all of them.
class Training {
 public:
  Training(const FitConfig& config, Problem problem, uint64_t seed)
      : config_(config),
        problem_(std::move(problem)),
        seed_(seed),
        weights_(model().network.weights()),
        optimizer_(MakeOptimizerState(config.optimizer, model().network.num_parameters())),
        gradient_(model().theta.size()) {
    const int size = static_cast<int>(problem_.inputs.cols());
    const int batch =
        config.batches.batch_size > 0 ? std::min(config.batches.batch_size, size) : size;
    tape_ = model().network.MakeTape(batch);
    inputs_.resize(problem_.inputs.rows(), batch);
    targets_.resize(problem_.targets.rows(), batch);
    dprediction_.resize(model().network.num_outputs(), batch);
    theta_ = model().theta;
  }

  // One pass over the examples. The model's parameters are then the optimiser's iterate.
  void Run(EpochReport& report) {
    const int size = static_cast<int>(problem_.inputs.cols());
    StartEpoch(config_.batches, size, seed_, static_cast<uint64_t>(report.epoch), epoch_);
    const int batches = epoch_.num_batches();
    const double total = static_cast<double>(config_.stop.max_epochs) * batches;
    report.training_loss = report.gradient_norm = 0;
    for (int b = 0; b < batches; ++b) {
      const std::span<const int> examples = epoch_.Batch(b);
      const double share = static_cast<double>(examples.size()) / size;
      report.rate = RateAt(config_.rate, static_cast<double>(++report.updates), total);
      report.training_loss += share * Evaluate(examples, report.updates);
      report.gradient_norm += Update(report.rate) / batches;
    }
    CurrentIterate(config_.optimizer, optimizer_, theta_, problem_.model.theta);
  }

  FittedModel& model() { return problem_.model; }

 private:
  // The mean loss of a batch, without penalties; leaves the gradient of it with them.
  double Evaluate(std::span<const int> examples, int64_t update) {
    const Index n = static_cast<Index>(examples.size());
    auto x = inputs_.leftCols(n), y = targets_.leftCols(n), da = dprediction_.leftCols(n);
    Gather(problem_.inputs, examples, x);
    Gather(problem_.targets, examples, y);
    const Mode mode = {.training = true, .seed = seed_, .step = static_cast<uint64_t>(update)};
    const auto a = model().network.Forward(theta_, model().statistics, x, mode, tape_);
    const Real loss = model().loss->evaluate(a, y, Real{1} / static_cast<Real>(n), da);
    gradient_.setZero();
    model().network.Backward(theta_, x, da, tape_, gradient_);
    model().network.UpdateStatistics(tape_, model().statistics);
    AddL2Penalty(static_cast<Real>(config_.l2), weights_, theta_, gradient_);
    return loss;
  }

  double Update(double rate) {
    const Real no_limit = std::numeric_limits<Real>::infinity();
    const Real norm = ClipGradientNorm(
        config_.max_gradient_norm > 0 ? static_cast<Real>(config_.max_gradient_norm) : no_limit,
        gradient_);
    Step(config_.optimizer, static_cast<Real>(rate), gradient_, weights_, optimizer_, theta_);
    if (config_.l1 > 0) ShrinkL1(static_cast<Real>(rate * config_.l1), weights_, theta_);
    return norm;
  }

  const FitConfig& config_;
  Problem problem_;
  uint64_t seed_;
  std::vector<ParameterRange> weights_;
  OptimizerState optimizer_;
  Vector theta_;  // what the optimiser moves
  Vector gradient_;
  Epoch epoch_;
  Tape tape_;
  Matrix inputs_, targets_, dprediction_;  // of one batch
};

}  // namespace

ConfigFields Fields(FitConfig& c) {
  ConfigFields fields = {
      {"layers", &c.layers, "",
       "of the network, without the last dense layer, which follows from the targets"},
      {"initializer", &c.initialization.weights, "", "how the initial weights are drawn", 0, 0,
       InitializerNames()},
      {"gain", &c.initialization.gain, "", "initial weights times this", 0, 100},
      {"last_layer_scale", &c.initialization.last_layer_scale, "",
       "initial weights of the last layer times this", 0, 100},
      {"loss", &c.loss, "", "what is made small", 0, 0, LossNames()},
      {"l1", &c.l1, "", "penalty on the sum of the weights' sizes: drives some to 0", 0, 1e6},
      {"l2", &c.l2, "", "penalty on half the sum of the weights' squares", 0, 1e6},
      {"max_gradient_norm", &c.max_gradient_norm, "",
       "a longer gradient is cut to this length; 0: none is", 0, 1e9},
      {"standardize_inputs", &c.standardize_inputs, "",
       "give the network inputs of mean 0 and deviation 1 (over the training part)"},
      {"standardize_targets", &c.standardize_targets, "",
       "the same of targets, where they are not probabilities"},
  };
  fields[0].choices = LayerNames();
  fields[0].check = LayerProblem;
  for (const ConfigField& field : Fields(c.batches)) fields.push_back(field);
  AddSection(fields, "optimizer", Fields(c.optimizer));
  AddSection(fields, "rate", Fields(c.rate));
  AddSection(fields, "stop", Fields(c.stop));
  AddSection(fields, "early_stopping", Fields(c.early_stopping));
  return fields;
}

namespace {

// Calls use(outputs, first, n) for all of `inputs`, as the network sees them, piece by piece.
template <typename Use>
void ForEachPiece(const FittedModel& model, const ConstMatrixRef& inputs, Use use) {
  Tape tape = model.network.MakeTape(kJudgedTogether);
  Matrix x;
  for (Index first = 0; first < inputs.cols(); first += kJudgedTogether) {
    const Index n = std::min<Index>(kJudgedTogether, inputs.cols() - first);
    x = inputs.middleCols(first, n);
    Standardize(model.inputs, x);
    use(model.network.Forward(model.theta, model.statistics, x, {}, tape), first, n);
  }
}

}  // namespace

Matrix Predict(const FittedModel& model, const ConstMatrixRef& inputs) {
  const Index targets = model.network.num_outputs() / model.loss->outputs_per_target;
  Matrix prediction(targets, inputs.cols());
  ForEachPiece(model, inputs, [&](const ConstMatrixRef& outputs, Index first, Index n) {
    prediction.middleCols(first, n) = outputs.topRows(targets);
  });
  Unstandardize(model.targets, prediction);
  return prediction;
}

Score Judge(const FittedModel& model, const Dataset& data) {
  Score score;
  if (data.size() == 0) return score;
  Matrix targets = data.targets;
  Standardize(model.targets, targets);
  double loss = 0;
  Matrix unused(model.network.num_outputs(), kJudgedTogether);
  ForEachPiece(model, data.inputs, [&](const ConstMatrixRef& outputs, Index first, Index n) {
    loss += model.loss->evaluate(outputs, targets.middleCols(first, n), 1, unused.leftCols(n));
  });
  score.loss = loss / data.size();
  const Matrix prediction = Predict(model, data.inputs);
  if (model.loss->of_probabilities) {
    score.accuracy = Accuracy(prediction, data.targets);
    return score;
  }
  const auto error = (prediction - data.targets).cast<double>().array();
  score.rmse = std::sqrt(error.square().mean());
  const Eigen::VectorXd variance = Variance(MomentsOf(data.targets));
  score.explained = 1 - (error.square().rowwise().mean() / variance.array()).mean();
  return score;
}

Objective LossOver(const FittedModel& model, const Dataset& data) {
  Matrix inputs = data.inputs, targets = data.targets;
  Standardize(model.inputs, inputs);
  Standardize(model.targets, targets);
  const Real weight = Real{1} / static_cast<Real>(data.size());
  Tape tape = model.network.MakeTape(data.size());
  Matrix da(model.network.num_outputs(), data.size());
  return [=, network = model.network, statistics = model.statistics,
          evaluate = model.loss->evaluate](const ConstVectorRef& theta, Vector* gradient) mutable {
    const auto a = network.Forward(theta, statistics, inputs, {}, tape);
    const Real loss = evaluate(a, targets, weight, da);
    if (gradient != nullptr) {
      gradient->setZero(theta.size());
      network.Backward(theta, inputs, da, tape, *gradient);
    }
    return loss;
  };
}

FitResult Fit(const FitConfig& config, const Dataset& training, const Dataset& validation,
              uint64_t seed, const std::function<bool(const EpochReport&)>& go_on) {
  if (validation.size() > 0 && (validation.inputs.rows() != training.inputs.rows() ||
                                validation.targets.rows() != training.targets.rows())) {
    throw std::invalid_argument("held-out and training examples have other columns");
  }
  if (config.l1 > 0 && LooksAhead(config.optimizer)) {
    throw std::invalid_argument(
        fmt::format("l1: its zeros are lost by {}, which looks ahead of them; take another "
                    "optimizer.method",
                    config.optimizer.method));
  }
  const auto start = std::chrono::steady_clock::now();
  Training run(config, MakeProblem(config, training, seed), seed);
  FitResult result;
  EarlyStopping best;
  Vector best_statistics;
  EpochReport report;
  while (result.why_stopped.empty()) {
    ++report.epoch;
    run.Run(report);
    report.validation = Judge(run.model(), validation);
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.epochs.push_back(report);

    const bool judged = validation.size() > 0;
    if (judged && Update(config.early_stopping, report.validation.loss, report.epoch,
                         run.model().theta, best)) {
      best_statistics = run.model().statistics;
    }
    result.why_stopped = WhyStop(config.stop, report.epoch, report.seconds, report.training_loss);
    if (judged && result.why_stopped.empty())
      result.why_stopped = WhyStop(config.early_stopping, report.epoch, best);
    if (!std::isfinite(report.training_loss))
      result.why_stopped = "the loss is not finite any more: lower rate.rate";
    if (go_on && !go_on(report) && result.why_stopped.empty()) result.why_stopped = "asked to stop";
  }
  result.best_epoch = report.epoch;
  if (best.best_epoch > 0) {
    RestoreBest(best, run.model().theta);
    run.model().statistics = best_statistics;
    result.best_epoch = best.best_epoch;
  }
  result.model = std::move(run.model());
  return result;
}

}  // namespace doggo::agent
