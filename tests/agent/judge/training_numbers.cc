#include "agent/fitting/fit.h"
#include "agent/nn/penalty.h"
#include "agent/optim/gradient_clipping.h"
#include "tests/agent/judge/numbers.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

using test::RandomMatrix, test::RandomVector;

struct Course {
  OptimizerConfig optimizer;
  double max_norm = 0, l1 = 0, l2 = 0;  // 0: none
};

std::vector<Course> Courses() {
  std::vector<Course> courses;
  for (const std::string& method : OptimizerNames())
    courses.push_back({.optimizer = {.method = method, .weight_decay = 0.3}});
  courses.push_back({.optimizer = {.method = "radam", .radam_threshold = 5}});
  courses.push_back(
      {.optimizer = {.method = "radam", .radam_threshold = 5, .radam_below = "skip"}});
  courses.push_back({.optimizer = {.method = "radam", .beta2 = 0.9, .epsilon = 1e-3}});
  courses.push_back({.optimizer = {.method = "momentum", .momentum = 0.9}, .max_norm = 4});
  courses.push_back({.optimizer = {.method = "sgd"}, .l1 = 0.2, .l2 = 0.1});
  return courses;
}

Json NumbersOf(const Course& course) {
  constexpr int kSteps = 20, kExamples = 12;
  const ScheduleConfig schedule = {.kind = "cosine", .rate = 0.05, .warmup = 4};
  const std::vector<std::string> layers = {"dense 6", "tanh", "dense 2"};
  const Network network(3, layers);
  const Loss& loss = FindLoss("mean_squared_error");
  const Matrix x = RandomMatrix(3, kExamples, 101), target = RandomMatrix(2, kExamples, 102);
  Vector theta = RandomVector(network.num_parameters(), 103), iterate = theta, gradient = theta;
  const std::vector<ParameterRange> weights = network.weights();
  OptimizerState state = MakeOptimizerState(course.optimizer, network.num_parameters());
  Tape tape = network.MakeTape(kExamples);
  Matrix dy(2, kExamples);

  Json json = {{"optimizer", Values(course.optimizer)},
               {"schedule", Values(schedule)},
               {"max_norm", course.max_norm},
               {"l1", course.l1},
               {"l2", course.l2},
               {"layers", layers},
               {"loss", loss.name},
               {"x", Rows(x)},
               {"target", Rows(target)},
               {"theta", List(theta)}};
  for (int t = 1; t <= kSteps; ++t) {
    const Real rate = RateAt(schedule, t, kSteps);
    const Matrix y = network.Forward(theta, x, tape);
    loss.evaluate(y, target, Real{1} / kExamples, dy);
    gradient.setZero();
    network.Backward(theta, x, dy, tape, gradient);
    AddL2Penalty(course.l2, weights, theta, gradient);
    if (course.max_norm > 0) json["norms"].push_back(ClipGradientNorm(course.max_norm, gradient));
    Step(course.optimizer, rate, gradient, weights, state, theta);
    if (course.l1 > 0) ShrinkL1(rate * course.l1, weights, theta);
    CurrentIterate(course.optimizer, state, theta, iterate);
    json["iterates"].push_back(List(iterate));
  }
  return json;
}

Json RatesOf(const std::string& kind, double warmup) {
  constexpr int kTotal = 30;
  const ScheduleConfig config = {.kind = kind,
                                 .rate = 0.02,
                                 .final_rate = 0.003,
                                 .factor = 0.7,
                                 .every = 4,
                                 .power = 1.7,
                                 .warmup = warmup};
  Json json = {{"schedule", Values(config)}, {"total", kTotal}};
  for (int t = 1; t <= kTotal; ++t) json["rates"].push_back(RateAt(config, t, kTotal));
  return json;
}

Json NumbersOfFit(const std::vector<std::string>& layers, const std::string& method, double l1) {
  Dataset training, unseen;
  training.inputs = 3 * RandomMatrix(3, 40, 201).array() + 2;
  unseen.inputs = 3 * RandomMatrix(3, 15, 202).array() + 2;
  for (Dataset* data : {&training, &unseen}) {
    data->targets.resize(2, data->size());
    data->targets.row(0) = data->inputs.row(0).cwiseProduct(data->inputs.row(1));
    data->targets.row(1) = data->inputs.row(2).array().sin() * 10 + 4;
  }
  FitConfig config;
  config.layers = layers;
  config.l1 = l1;
  config.l2 = 0.02;
  config.batches = {.batch_size = 0};
  config.stop.max_epochs = 20;
  config.optimizer.method = method;
  config.max_gradient_norm = 0.8;
  config.rate = {.kind = "one_cycle", .rate = 0.03, .warmup = 3};

  // the start: where a fit that stands still ends
  FitConfig standing = config;
  standing.rate = {.rate = 0};
  standing.stop.max_epochs = 1;
  const Vector start = Fit(standing, training, {}, /*seed=*/1).model.theta;
  const FitResult result = Fit(config, training, {}, /*seed=*/1);
  const Score score = Judge(result.model, unseen);

  Json json = {{"config", Values(config)},
               {"layers", result.model.network.texts()},
               {"x", Rows(training.inputs)},
               {"target", Rows(training.targets)},
               {"unseen_x", Rows(unseen.inputs)},
               {"unseen_target", Rows(unseen.targets)},
               {"start", List(start)},
               {"theta", List(result.model.theta)},
               {"statistics", List(result.model.statistics)},
               {"prediction", Rows(Predict(result.model, unseen.inputs))},
               {"score", {score.loss, score.rmse, score.explained}}};
  for (const EpochReport& epoch : result.epochs)
    json["epochs"].push_back({epoch.training_loss, epoch.gradient_norm, epoch.rate});
  return json;
}

}  // namespace

Json CourseNumbers() {
  Json json;
  for (const Course& course : Courses()) json.push_back(NumbersOf(course));
  return json;
}

Json ScheduleNumbers() {
  Json json;
  for (const std::string& kind : ScheduleNames())
    for (const double warmup : {0.0, 6.0}) json.push_back(RatesOf(kind, warmup));
  return json;
}

// Without batch_norm under adam: where it makes a gradient 0 but for rounding, adam's steps depend
// on the rounding.
Json FitNumbers() {
  return Json::array({NumbersOfFit({"dense 7", "elu", "batch_norm"}, "nesterov", /*l1=*/0),
                      NumbersOfFit({"dense 7", "elu"}, "adam", /*l1=*/1)});
}

}  // namespace doggo::agent
