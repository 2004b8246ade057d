#include "sim/robot/actuator_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace doggo::sim {
namespace {

using Json = nlohmann::json;

constexpr char kFormat[] = "doggo actuator network 1";

struct Activation {
  const char* name;
  double (*value)(double);
};
constexpr Activation kActivations[] = {
    {"softsign", [](double x) { return x / (1 + std::abs(x)); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"relu", [](double x) { return std::max(x, 0.0); }},
    {"elu", [](double x) { return x > 0 ? x : std::expm1(x); }},
};

// --- reading; FromJson puts the file's name in front of the messages

template <typename... Args>
[[noreturn]] void Fail(fmt::format_string<Args...> text, Args&&... args) {
  throw std::runtime_error(fmt::format(text, std::forward<Args>(args)...));
}

Json Parse(const std::string& text) {
  try {
    Json json = Json::parse(text);
    if (json.is_object()) return json;
  } catch (const Json::exception& error) {
    const std::string message = error.what();  // "[json.exception.parse_error.101] parse error ..."
    Fail("no valid JSON: {}", message.substr(message.find("] ") + 2));
  }
  Fail("not a JSON object in braces");
}

const Json& Member(const Json& json, const char* key, const std::string& where) {
  if (!json.is_object()) Fail("{}not an object in braces", where);
  if (!json.contains(key)) Fail("{}key '{}' is missing", where, key);
  return json[key];
}

double Number(const Json& json, const std::string& what) {
  if (!json.is_number()) Fail("{} is not a number", what);
  return json.get<double>();
}

std::string Text(const Json& json, const std::string& what) {
  if (!json.is_string()) Fail("{} is not a text", what);
  return json.get<std::string>();
}

std::vector<double> Numbers(const Json& json, const std::string& what) {
  if (!json.is_array() || json.empty()) Fail("{} is not a list of numbers", what);
  std::vector<double> numbers;
  for (const Json& element : json) numbers.push_back(Number(element, "an element of " + what));
  return numbers;
}

void CheckFormat(const Json& json) {
  const std::string format = Text(Member(json, "format", ""), "'format'");
  if (format != kFormat) Fail("'format' is '{}', not '{}'", format, kFormat);
}

std::vector<double> ReadTimes(const Json& json) {
  std::vector<double> times = Numbers(Member(json, "times_s", ""), "'times_s'");
  constexpr int kMost = ActuatorNetwork::kMaxTimes;
  constexpr double kLongest = ActuatorNetwork::kLongestTime;
  if (times.size() > kMost) Fail("'times_s' has {} times, more than {}", times.size(), kMost);
  for (const double time : times) {
    if (time < 0 || time > kLongest) {
      Fail("'times_s' has {}, which is not from 0 to {} s ago", time, kLongest);
    }
  }
  return times;
}

double (*ReadActivation(const Json& json))(double) {
  const std::string name = Text(Member(json, "activation", ""), "'activation'");
  std::string known;
  for (const Activation& activation : kActivations) {
    if (name == activation.name) return activation.value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", activation.name);
  }
  Fail("'activation' is '{}', not one of {}", name, known);
}

// The weight's rows must have `num_inputs` numbers.
Eigen::MatrixXd ReadWeight(const Json& json, size_t num_inputs, const std::string& layer) {
  if (!json.is_array() || json.empty()) Fail("{}'weight' is not a list of rows", layer);
  if (json.size() > ActuatorNetwork::kMaxUnits) {
    Fail("{}'weight' has {} rows, more than {}", layer, json.size(), ActuatorNetwork::kMaxUnits);
  }
  Eigen::MatrixXd weight(json.size(), num_inputs);
  for (size_t i = 0; i < json.size(); ++i) {
    const std::vector<double> row =
        Numbers(json[i], fmt::format("{}row {} of 'weight'", layer, i + 1));
    if (row.size() != num_inputs) {
      Fail("{}row {} of 'weight' has {} numbers for {} inputs", layer, i + 1, row.size(),
           num_inputs);
    }
    weight.row(i) = Eigen::Map<const Eigen::RowVectorXd>(row.data(), row.size());
  }
  return weight;
}

Eigen::VectorXd ReadBias(const Json& json, size_t num_outputs, const std::string& layer) {
  const std::vector<double> bias = Numbers(json, fmt::format("{}'bias'", layer));
  if (bias.size() != num_outputs) {
    Fail("{}'bias' has {} numbers for {} outputs", layer, bias.size(), num_outputs);
  }
  return Eigen::Map<const Eigen::VectorXd>(bias.data(), bias.size());
}

}  // namespace

ActuatorNetwork ActuatorNetwork::Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!std::filesystem::is_regular_file(path) || !in) {
    throw std::runtime_error(fmt::format("{}: no file that can be read", path.string()));
  }
  return FromJson(std::string(std::istreambuf_iterator<char>(in), {}), path.string());
}

ActuatorNetwork ActuatorNetwork::FromJson(const std::string& text, const std::string& name) {
  try {
    const Json json = Parse(text);
    CheckFormat(json);
    ActuatorNetwork network;
    network.times_ = ReadTimes(json);
    network.error_scale_ = Number(Member(json, "error_scale", ""), "'error_scale'");
    network.velocity_scale_ = Number(Member(json, "velocity_scale", ""), "'velocity_scale'");
    network.torque_scale_ = Number(Member(json, "torque_scale", ""), "'torque_scale'");
    network.activation_ = ReadActivation(json);

    const Json& layers = Member(json, "layers", "");
    if (!layers.is_array() || layers.empty()) Fail("'layers' is not a list of layers");
    size_t num_inputs = 2 * network.times_.size();
    for (size_t i = 0; i < layers.size(); ++i) {
      const std::string where = fmt::format("layer {}: ", i + 1);
      Layer layer;
      layer.weight = ReadWeight(Member(layers[i], "weight", where), num_inputs, where);
      num_inputs = layer.weight.rows();
      layer.bias = ReadBias(Member(layers[i], "bias", where), num_inputs, where);
      network.layers_.push_back(std::move(layer));
    }
    if (num_inputs != 1) Fail("the last layer has {} outputs, not one, the torque", num_inputs);
    return network;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", name, error.what()));
  }
}

Joints ActuatorNetwork::Torque(const JointRows& errors, const JointRows& speeds) const {
  using Units = Eigen::Matrix<double, Eigen::Dynamic, kNumJoints, 0, kMaxUnits, kNumJoints>;
  const auto num_times = static_cast<Eigen::Index>(times_.size());
  Units x(2 * num_times, kNumJoints), y;
  x.topRows(num_times) = error_scale_ * errors;
  x.bottomRows(num_times) = velocity_scale_ * speeds;
  for (const Layer& layer : layers_) {
    y.resize(layer.bias.size(), kNumJoints);
    y.noalias() = layer.weight * x;
    y.colwise() += layer.bias;
    if (&layer != &layers_.back()) y = y.unaryExpr(activation_).eval();
    x = y;
  }
  return torque_scale_ * x.row(0).transpose();
}

}  // namespace doggo::sim
