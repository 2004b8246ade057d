#include "agent/nn/loss.h"
#include "agent/nn/network.h"
#include "agent/nn/softmax.h"
#include "tests/agent/judge/numbers.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

using test::RandomMatrix, test::RandomVector;

// Probabilities with one example that is certain, else standard normal numbers.
Matrix RandomTargets(const Loss& loss, int outputs, int examples, uint64_t seed) {
  Matrix targets = RandomMatrix(outputs / loss.outputs_per_target, examples, seed);
  if (!loss.of_probabilities) return targets;
  Softmax(targets);
  targets.col(0).setZero();
  targets(0, 0) = 1;
  return targets;
}

struct Problem {
  int inputs, examples;
  std::vector<std::string> layers;
  std::string loss;
};

// Every layer and every loss; shapes that fill no register; an activation that comes first; a
// batch_renorm whose bounds cut some features and not others.
const std::vector<Problem> kProblems = {
    {4, 6, {"dense 7", "tanh", "dense 5", "elu", "dense 3"}, "mean_squared_error"},
    {5, 7, {"dense 6", "batch_norm", "relu", "dense 4", "softsign", "dense 2"}, "huber"},
    {3, 5, {"dense 8", "layer_norm", "leaky_relu", "dense 3", "softmax"}, "squared_error"},
    {4, 6, {"dense 5", "sigmoid", "dense 4", "log_softmax"}, "kl_divergence"},
    {5, 9, {"dense 9", "batch_renorm 1.1 0.65", "elu", "dense 4", "identity"}, "absolute_error"},
    {3, 6, {"batch_norm 0.3", "dense 6", "tanh", "dense 3"}, "softmax_cross_entropy"},
    {4, 5, {"softsign", "dense 5", "tanh", "dense 2"}, "binary_cross_entropy"},
    {4, 6, {"dense 6", "elu", "layer_norm", "dense 5", "dense 4"}, "gaussian_nll"},
    {6, 37, {"dense 33", "relu", "dense 19", "tanh", "dense 3"}, "half_squared_error"},
    {4, 7, {"dense 6", "dropout 0.3", "tanh", "dropout 0.5", "dense 3"}, "mean_squared_error"},
};

Json Pass(const Network& network, const Loss& loss, const Vector& theta, const Vector& statistics,
          const Matrix& x, const Matrix& target, bool training, Tape& tape) {
  const Mode mode = {.training = training, .seed = 5, .step = 3};
  const Matrix y = network.Forward(theta, statistics, x, mode, tape);
  Matrix dy = Matrix::Zero(y.rows(), y.cols()), dx = Matrix::Zero(x.rows(), x.cols());
  const Real value = loss.evaluate(y, target, Real{1} / static_cast<Real>(x.cols()), dy);
  Vector dtheta = Vector::Zero(theta.size());
  MatrixRef dx_ref = dx;
  network.Backward(theta, x, dy, tape, dtheta, &dx_ref);
  return {{"output", Rows(y)},
          {"loss", value},
          {"dL/doutput", Rows(dy)},
          {"dL/dtheta", List(dtheta)},
          {"dL/dx", Rows(dx)}};
}

Json NumbersOf(const Problem& problem, uint64_t seed) {
  const Network network(problem.inputs, problem.layers);
  const Loss& loss = FindLoss(problem.loss);
  const Matrix x = RandomMatrix(problem.inputs, problem.examples, seed);
  const Matrix target = RandomTargets(loss, network.num_outputs(), problem.examples, seed + 1);
  const Vector theta = RandomVector(network.num_parameters(), seed + 2) * 0.6;
  // means and variances lie side by side: positive numbers serve as either
  Vector statistics = RandomVector(network.num_statistics(), seed + 3).cwiseAbs().array() + 0.1;
  Tape tape = network.MakeTape(problem.examples);

  Json json = {{"inputs", problem.inputs},      {"layers", problem.layers},
               {"loss", problem.loss},          {"x", Rows(x)},
               {"target", Rows(target)},        {"theta", List(theta)},
               {"statistics", List(statistics)}};
  json["training"] = Pass(network, loss, theta, statistics, x, target, true, tape);
  // what dropout multiplied with: numbers from the network's own random stream
  json["masks"] = Json::array();
  for (size_t l = 0; l < network.layers().size(); ++l) {
    if (network.layers()[l].kind->name == "dropout")
      json["masks"].push_back(Rows(tape.kept[l].reshaped(network.layers()[l].in, x.cols())));
  }
  network.UpdateStatistics(tape, statistics);
  json["statistics_after"] = List(statistics);
  json["evaluation"] = Pass(network, loss, theta, statistics, x, target, false, tape);
  return json;
}

Json InitialWeights(const std::string& name) {
  const Network network(70, {"dense 90", "dense 60"});
  const Initialization initialization = {.weights = name, .gain = 1.5, .last_layer_scale = 0.1};
  Vector theta(network.num_parameters());
  network.Initialize(initialization, Random(9, Stream::kTest), theta);
  return {{"name", name},
          {"widths", {70, 90, 60}},
          {"gain", initialization.gain},
          {"last_layer", 0.1},
          {"theta", List(theta)}};
}

}  // namespace

Json NetworkNumbers() {
  Json json;
  for (const Problem& problem : kProblems)
    json.push_back(NumbersOf(problem, /*seed=*/10 * (json.size() + 1)));
  return json;
}

Json InitializerNumbers() {
  Json json;
  for (const std::string& name : InitializerNames()) json.push_back(InitialWeights(name));
  return json;
}

}  // namespace doggo::agent
