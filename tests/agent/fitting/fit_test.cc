// Fitting: against closed forms where there are any, and its rules one by one.
#include "agent/fitting/fit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>

#include "agent/fitting/cross_validation.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

// y = W x + b + noise, of 3 features and 2 outputs.
Dataset Linear(int examples, double noise, uint64_t seed = 1) {
  Dataset data;
  data.inputs = test::RandomMatrix(3, examples, seed);
  const Matrix W = test::RandomMatrix(2, 3, 50);
  data.targets = W * data.inputs + noise * test::RandomMatrix(2, examples, seed + 1);
  data.targets.colwise() += test::RandomVector(2, 51);
  return data;
}

// y = f(x) on a grid over [-1, 1].
template <typename Function>
Dataset Curve(Function f, int examples) {
  Dataset data;
  data.inputs.resize(1, examples);
  data.targets.resize(1, examples);
  for (int k = 0; k < examples; ++k) {
    data.inputs(0, k) = -1 + 2.0 * k / (examples - 1);
    data.targets(0, k) = f(data.inputs(0, k));
  }
  return data;
}

FitConfig LinearFit() {
  FitConfig config;
  config.layers = {};
  config.batches = {.batch_size = 0};
  config.optimizer.method = "sgd";
  config.rate.rate = 0.3;
  config.stop.max_epochs = 400;
  config.standardize_inputs = config.standardize_targets = false;
  return config;
}

FitConfig CurveFit(const std::vector<std::string>& layers) {
  FitConfig config;
  config.layers = layers;
  config.batches = {.batch_size = 0};
  config.optimizer.method = "adam";
  config.rate = {.kind = "cosine", .rate = 0.02};
  config.stop.max_epochs = 1500;
  return config;
}

double LargestError(const FitConfig& config, const Dataset& data) {
  const FitResult fit = Fit(config, data, {}, 1);
  return (Predict(fit.model, data.inputs) - data.targets).cwiseAbs().maxCoeff();
}

// Rows [w b]: (A A^T / n + penalty) v = A y / n, with A the inputs above a row of ones.
Matrix NormalEquations(const Dataset& data, double penalty) {
  Matrix A(4, data.size());
  A << data.inputs, RowVector::Ones(data.size());
  Matrix gram = A * A.transpose() / data.size();
  gram.diagonal().head(3).array() += penalty;
  return gram.ldlt().solve(A * data.targets.transpose() / data.size()).transpose();
}

void ExpectIsAffine(const FittedModel& model, const Matrix& rows, double tolerance) {
  for (int j = 0; j < 2; ++j) {
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(model.theta[3 * j + i], rows(j, i), tolerance);
    EXPECT_NEAR(model.theta[6 + j], rows(j, 3), tolerance);
  }
}

TEST(Fit, OfALinearUnitIsTheLeastSquaresSolution) {
  const Dataset data = Linear(40, 0.3);
  const FitResult fit = Fit(LinearFit(), data, {}, 1);
  ExpectIsAffine(fit.model, NormalEquations(data, 0), 1e-10);
}

// mean over 2 outputs of the square error, and l2 / 2 |w|^2: halves of both sides.
TEST(Fit, WithAnL2PenaltyIsTheRidgeSolution) {
  const Dataset data = Linear(40, 0.3);
  FitConfig config = LinearFit();
  config.l2 = 0.5;
  const FitResult fit = Fit(config, data, {}, 1);
  ExpectIsAffine(fit.model, NormalEquations(data, 0.5), 1e-10);
}

TEST(Fit, WithAnL1PenaltySetsTheWeightsOfIrrelevantInputsToZero) {
  Dataset data = Linear(200, 0.1);
  data.targets = data.inputs.topRows(1) * 2 + 0.1 * test::RandomMatrix(1, 200, 9);
  FitConfig config = LinearFit();
  config.l1 = 0.2;
  const FitResult fit = Fit(config, data, {}, 1);
  EXPECT_NEAR(fit.model.theta[0], 1.9, 0.1);
  EXPECT_EQ(fit.model.theta[1], 0);
  EXPECT_EQ(fit.model.theta[2], 0);
}

TEST(Fit, RefusesAnL1PenaltyWhereTheOptimiserLooksAhead) {
  FitConfig config = LinearFit();
  config.l1 = 0.2;
  config.optimizer.method = "nesterov";
  EXPECT_THROW(Fit(config, Linear(10, 0), {}, 1), std::invalid_argument);
}

// Any method ends in the same place where there is only one; nesterov at its iterate, not at the
// point ahead of it.
TEST(Fit, ByEveryMethodReachesTheSameMinimum) {
  const Dataset data = Linear(40, 0.3);
  for (const std::string& method : OptimizerNames()) {
    FitConfig config = LinearFit();
    config.optimizer.method = method;
    config.rate = {.kind = "cosine", .rate = method == "adagrad" ? 0.5 : 0.03};
    config.stop.max_epochs = 3000;
    const FitResult fit = Fit(config, data, {}, 1);
    ExpectIsAffine(fit.model, NormalEquations(data, 0), 1e-4);
  }
}

TEST(Fit, ThroughStandardisationGivesTheSameLinearModel) {
  Dataset data = Linear(40, 0.3);
  data.inputs.row(1).array() = data.inputs.row(1).array() * 100 + 1000;
  data.targets *= 1e-3;
  FitConfig config = LinearFit();
  config.standardize_inputs = config.standardize_targets = true;
  config.stop.max_epochs = 2000;
  const FitResult fit = Fit(config, data, {}, 1);
  const Matrix rows = NormalEquations(data, 0);
  const Matrix expected = (rows.leftCols(3) * data.inputs).colwise() + Vector(rows.col(3));
  EXPECT_TRUE(Predict(fit.model, data.inputs).isApprox(expected, 1e-8));
}

TEST(Fit, StandardisesByTheTrainingPartAlone) {
  const Dataset training = Linear(30, 0.3, 1);
  Dataset validation = Linear(10, 0.3, 5);
  FitConfig config = LinearFit();
  config.standardize_inputs = true;
  config.stop.max_epochs = 3;
  const FitResult near = Fit(config, training, validation, 1);
  validation.inputs.array() += 1e3;
  const FitResult far = Fit(config, training, validation, 1);
  EXPECT_TRUE(near.model.inputs.mean.isApprox(training.inputs.rowwise().mean(), 1e-12));
  EXPECT_EQ(near.model.inputs.mean, far.model.inputs.mean);
  EXPECT_EQ(near.epochs[2].training_loss, far.epochs[2].training_loss);
}

// Cybenko 1989; Hornik 1991: width buys accuracy. Without a hidden layer nothing does.
TEST(Fit, WidthBringsTheLargestErrorDown) {
  const Dataset data = Curve([](double x) { return std::sin(4 * x) + 0.5 * x * x; }, 60);
  double error = LargestError(CurveFit({"dense 1", "sigmoid"}), data);
  for (const int width : {3, 9}) {
    const double wider = LargestError(CurveFit({fmt::format("dense {}", width), "sigmoid"}), data);
    EXPECT_LT(wider, 0.5 * error) << width;
    error = wider;
  }
  EXPECT_LT(error, 0.05);
}

TEST(Fit, ALinearModelCannotBend) {
  const Dataset data = Curve([](double x) { return x * x; }, 50);
  EXPECT_GT(LargestError(CurveFit({}), data), 0.5);  // the best line has 2/3 at the ends
  EXPECT_LT(LargestError(CurveFit({"dense 16", "relu"}), data), 0.1);
}

TEST(Fit, IsAFunctionOfItsSeed) {
  const Dataset data = Linear(50, 0.3), held_out = Linear(20, 0.3, 7);
  FitConfig config = CurveFit({"dense 8", "batch_norm", "tanh", "dropout 0.2"});
  config.batches.batch_size = 16;
  config.stop.max_epochs = 5;
  const FitResult a = Fit(config, data, held_out, 1), b = Fit(config, data, held_out, 1),
                  c = Fit(config, data, held_out, 2);
  EXPECT_EQ(a.model.theta, b.model.theta);
  EXPECT_EQ(a.model.statistics, b.model.statistics);
  EXPECT_NE(a.model.theta, c.model.theta);
}

// --- when it stops

TEST(Fit, StopsAtEachLimitAlone) {
  const Dataset data = Linear(40, 0.3);
  FitConfig config = LinearFit();
  config.stop = {.max_epochs = 7};
  EXPECT_EQ(Fit(config, data, {}, 1).epochs.size(), 7u);

  config.stop = {.max_epochs = 1000000, .max_seconds = 1e-9};
  EXPECT_EQ(Fit(config, data, {}, 1).epochs.size(), 1u);

  config.stop = {.max_epochs = 1000000, .loss_threshold = 0.2};
  const FitResult fit = Fit(config, data, {}, 1);
  EXPECT_LE(fit.epochs.back().training_loss, 0.2);
  EXPECT_GT(fit.epochs[fit.epochs.size() - 2].training_loss, 0.2);

  config.stop = {.max_epochs = 1000000};
  const auto third = [](const EpochReport& report) { return report.epoch < 3; };
  EXPECT_EQ(Fit(config, data, {}, 1, third).epochs.size(), 3u);
}

TEST(Fit, SaysThatItDivergedAndStops) {
  FitConfig config = LinearFit();
  config.rate.rate = 1e6;
  const FitResult fit = Fit(config, Linear(40, 0.3), {}, 1);
  EXPECT_LT(fit.epochs.size(), 400u);
  EXPECT_NE(fit.why_stopped.find("not finite"), std::string::npos);
}

// Few noisy examples, many units: the held-out loss falls, then rises.
TEST(Fit, GivesBackTheModelOfTheLowestHeldOutLoss) {
  const Dataset data = Linear(12, 1.0), held_out = Linear(200, 1.0, 7);
  FitConfig config = CurveFit({"dense 64", "tanh", "batch_norm"});
  config.early_stopping.patience = 30;
  const FitResult fit = Fit(config, data, held_out, 1);
  EXPECT_LT(fit.epochs.size(), 1500u);
  EXPECT_EQ(static_cast<int>(fit.epochs.size()), fit.best_epoch + 30);
  double lowest = 1e9;
  for (const EpochReport& report : fit.epochs) lowest = std::min(lowest, report.validation.loss);
  EXPECT_EQ(Judge(fit.model, held_out).loss, lowest);
}

// --- judging

TEST(Judge, GivesTheErrorInTheTargetsOwnUnit) {
  Dataset data = Linear(40, 0);
  FittedModel model;
  model.network = Network(3, {"dense 2"});
  model.loss = &FindLoss("mean_squared_error");
  model.theta = Vector::Zero(8);
  model.targets = {.mean = Vector::Constant(2, 5), .deviation = Vector::Constant(2, 3)};
  const Matrix error = (5 - data.targets.array()).matrix();
  EXPECT_NEAR(Judge(model, data).rmse, std::sqrt(error.squaredNorm() / 80), 1e-12);
  EXPECT_NEAR(Judge(model, data).loss, error.squaredNorm() / 80 / 9, 1e-12);
  EXPECT_TRUE(std::isnan(Judge(model, data).accuracy));
}

TEST(Judge, DoesNotDependOnHowTheExamplesAreCut) {
  const Dataset data = Linear(600, 0.3);  // more than are judged together
  FitConfig config = LinearFit();
  config.stop.max_epochs = 2;
  const FitResult fit = Fit(config, data, {}, 1);
  double loss = 0;
  for (int k = 0; k < 600; ++k) loss += Judge(fit.model, Select(data, std::vector{k})).loss;
  EXPECT_NEAR(Judge(fit.model, data).loss, loss / 600, 1e-12);
}

TEST(CrossValidate, IsTheMeanOverModelsThatDidNotSeeWhatTheyAreJudgedBy) {
  const Dataset data = Linear(30, 0.5);
  const std::vector<Fold> folds = KFolds(30, 3, 1);
  FitConfig config = LinearFit();
  config.early_stopping.patience = 0;
  const CrossValidation cv = CrossValidate(config, data, folds, 1);
  ASSERT_EQ(cv.folds.size(), 3u);
  double sum = 0;
  for (int f = 0; f < 3; ++f) {
    const Dataset train = Select(data, folds[f].train),
                  held_out = Select(data, folds[f].validation);
    const Matrix rows = NormalEquations(train, 0);
    const Matrix error =
        ((rows.leftCols(3) * held_out.inputs).colwise() + Vector(rows.col(3))) - held_out.targets;
    EXPECT_NEAR(cv.folds[f].loss, error.squaredNorm() / 20, 1e-9);
    sum += cv.folds[f].loss;
  }
  EXPECT_NEAR(cv.mean.loss, sum / 3, 1e-12);
  double squares = 0;
  for (const Score& score : cv.folds) squares += std::pow(score.loss - sum / 3, 2);
  EXPECT_NEAR(cv.deviation.loss, std::sqrt(squares / 2), 1e-12);
}

// The fold that judges has no say in when to stop.
TEST(CrossValidate, StopsByExamplesOfTheTrainingPart) {
  Dataset data = Linear(40, 1.0);
  const std::vector<Fold> folds = KFolds(40, 2, 1);
  FitConfig config = CurveFit({"dense 32", "tanh"});
  config.stop.max_epochs = 300;
  const auto only_the_first = [](int, const Score&) { return false; };
  const Score before = CrossValidate(config, data, folds, 1, only_the_first).folds[0];
  for (const int k : folds[0].validation) data.targets.col(k).array() += 1;
  const Score moved = CrossValidate(config, data, folds, 1, only_the_first).folds[0];
  EXPECT_NE(before.rmse, moved.rmse);
  const Vector theta = FitFold(config, data, folds[0], 2).model.theta;
  for (const int k : folds[0].validation) data.targets.col(k).array() -= 1;
  EXPECT_EQ(FitFold(config, data, folds[0], 2).model.theta, theta);
}

}  // namespace
}  // namespace doggo::agent
