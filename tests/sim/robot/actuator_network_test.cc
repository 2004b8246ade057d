// Actuator networks against a second, plain implementation, and what is said of files that are
// none.
#include "sim/robot/actuator_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <string>

#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/networks.h"
#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

using Json = nlohmann::json;
using JointRows = ActuatorNetwork::JointRows;

double Activate(const std::string& name, double x) {
  if (name == "softsign") return x / (1 + std::fabs(x));
  if (name == "tanh") return 1 - 2 / (std::exp(2 * x) + 1);
  if (name == "relu") return x > 0 ? x : 0;
  return x > 0 ? x : std::exp(x) - 1;
}

// The torque of one joint, number by number.
double PlainTorque(const Json& network, std::vector<double> errors, std::vector<double> speeds) {
  std::vector<double> x;
  for (const double e : errors) x.push_back(e * network["error_scale"].get<double>());
  for (const double s : speeds) x.push_back(s * network["velocity_scale"].get<double>());
  for (size_t layer = 0; layer < network["layers"].size(); ++layer) {
    const Json& weight = network["layers"][layer]["weight"];
    const Json& bias = network["layers"][layer]["bias"];
    std::vector<double> y;
    for (size_t i = 0; i < weight.size(); ++i) {
      double sum = bias[i];
      for (size_t k = 0; k < x.size(); ++k) sum += weight[i][k].get<double>() * x[k];
      const bool is_last = layer + 1 == network["layers"].size();
      y.push_back(is_last ? sum : Activate(network["activation"], sum));
    }
    x = y;
  }
  return x[0] * network["torque_scale"].get<double>();
}

JointRows RandomRows(int num_times, double half_width, Random& random) {
  return JointRows::NullaryExpr(num_times, kNumJoints,
                                [&] { return random.Uniform(-half_width, half_width); });
}

std::vector<double> Column(const JointRows& rows, int joint) {
  return {rows.col(joint).begin(), rows.col(joint).end()};
}

ActuatorNetwork FromJson(const Json& json) { return ActuatorNetwork::FromJson(json.dump(), "net"); }

TEST(ActuatorNetwork, IsWhatAPlainImplementationOfItsFileGives) {
  Random random(1, Stream::kTest);
  const struct {
    std::vector<double> times;
    std::vector<int> units;
  } shapes[] = {{{0}, {1}},
                {{0, 0.01, 0.02}, {32, 32, 1}},
                {{0.01, 0.03}, {5, 3, 7, 1}},
                {{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1}, {64, 64, 1}}};
  for (const auto& [times, units] : shapes) {
    for (const char* activation : {"softsign", "tanh", "relu", "elu"}) {
      const Json json = RandomNetwork(times, units, activation, random);
      const ActuatorNetwork network = FromJson(json);
      const int num_times = static_cast<int>(times.size());
      EXPECT_EQ(network.times(), times);
      const JointRows errors = RandomRows(num_times, 1, random),
                      speeds = RandomRows(num_times, 10, random);
      const Joints torque = network.Torque(errors, speeds);
      for (int j = 0; j < kNumJoints; ++j) {
        const double expected = PlainTorque(json, Column(errors, j), Column(speeds, j));
        // sums of up to 64 x 64 products, in another order
        EXPECT_NEAR(torque[j], expected, 1e-11 * (1 + std::abs(expected))) << activation;
      }
    }
  }
}

// Each input has a weight of its own: errors first, in the order of the times, then speeds.
TEST(ActuatorNetwork, TakesErrorsThenSpeedsInTheOrderOfItsTimes) {
  const ActuatorNetwork network =
      FromJson(LinearNetwork({0, 0.02, 0.01}, {1, 10, 100, 2, 20, 200}));
  for (int k = 0; k < 3; ++k) {
    JointRows one = JointRows::Zero(3, kNumJoints);
    one(k, 5) = 1;
    const double weight = std::pow(10, k);
    const Joints of_error = network.Torque(one, JointRows::Zero(3, kNumJoints));
    const Joints of_speed = network.Torque(JointRows::Zero(3, kNumJoints), one);
    EXPECT_EQ(of_error, Joints(weight * Joints::Unit(5)));
    EXPECT_EQ(of_speed, Joints(2 * weight * Joints::Unit(5)));
  }
}

TEST(ActuatorNetwork, IsReadFromItsFile) {
  Random random(2, Stream::kTest);
  const Json json = RandomNetwork({0, 0.01}, {4, 1}, "elu", random);
  const std::string file = testing::TempDir() + "doggo_actuator_network.json";
  std::ofstream(file) << json.dump(1);
  const JointRows errors = RandomRows(2, 1, random), speeds = RandomRows(2, 1, random);
  EXPECT_EQ(ActuatorNetwork::Read(file).Torque(errors, speeds),
            FromJson(json).Torque(errors, speeds));
}

// --- files that are no networks

std::string MessageOfText(const std::string& text) {
  return MessageOf<std::runtime_error>([&] { ActuatorNetwork::FromJson(text, "a.json"); });
}

// What is said of a network of 2 times and 3 + 1 units after `change`.
std::string MessageOfChange(const std::function<void(Json&)>& change) {
  Random random(3, Stream::kTest);
  Json json = RandomNetwork({0, 0.01}, {3, 1}, "tanh", random);
  change(json);
  return MessageOfText(json.dump());
}

TEST(ActuatorNetworkFile, IsNamedWhereItCannotBeRead) {
  for (const std::string& path : {std::string("nowhere/a.json"), testing::TempDir()}) {
    EXPECT_EQ(MessageOf<std::runtime_error>([&] { ActuatorNetwork::Read(path); }),
              path + ": no file that can be read");
  }
}

TEST(ActuatorNetworkFile, MustBeJson) {
  EXPECT_EQ(MessageOfText("{\"format\": }").find("a.json: no valid JSON: parse error at line 1"),
            0u);
  EXPECT_EQ(MessageOfText("[1, 2]"), "a.json: not a JSON object in braces");
  // JSON has no infinity, and numbers beyond those of double
  EXPECT_EQ(MessageOfText("{\"torque_scale\": 1e999}"),
            "a.json: no valid JSON: number overflow parsing '1e999'");
  EXPECT_EQ(MessageOfText("{\"torque_scale\": NaN}").find("a.json: no valid JSON: "), 0u);
}

TEST(ActuatorNetworkFile, MissingKeysAreNamed) {
  for (const char* key : {"format", "times_s", "error_scale", "velocity_scale", "torque_scale",
                          "activation", "layers"}) {
    EXPECT_EQ(MessageOfChange([&](Json& json) { json.erase(key); }),
              std::string("a.json: key '") + key + "' is missing");
  }
  for (const char* key : {"weight", "bias"}) {
    EXPECT_EQ(MessageOfChange([&](Json& json) { json["layers"][1].erase(key); }),
              std::string("a.json: layer 2: key '") + key + "' is missing");
  }
}

TEST(ActuatorNetworkFile, ValuesThatCannotBeAreNamed) {
  const struct {
    const char *place, *value, *message;
  } cases[] = {
      {"/format", "\"doggo policy 1\"",
       "'format' is 'doggo policy 1', not 'doggo actuator network 1'"},
      {"/format", "1", "'format' is not a text"},
      {"/activation", "\"gelu\"", "'activation' is 'gelu', not one of softsign, tanh, relu, elu"},
      {"/error_scale", "\"2\"", "'error_scale' is not a number"},
      {"/velocity_scale", "null", "'velocity_scale' is not a number"},
      {"/torque_scale", "[1]", "'torque_scale' is not a number"},
      {"/times_s", "0.01", "'times_s' is not a list of numbers"},
      {"/times_s", "[]", "'times_s' is not a list of numbers"},
      {"/times_s", "[0, \"x\"]", "an element of 'times_s' is not a number"},
      {"/times_s", "[0, -0.01]", "'times_s' has -0.01, which is not from 0 to 1 s ago"},
      {"/times_s", "[0, 1.01]", "'times_s' has 1.01, which is not from 0 to 1 s ago"},
      {"/times_s", "[0, 0, 0, 0, 0, 0, 0, 0, 0]", "'times_s' has 9 times, more than 8"},
      {"/times_s", "[0, 0.01, 0.02]", "layer 1: row 1 of 'weight' has 4 numbers for 6 inputs"},
      {"/layers", "[]", "'layers' is not a list of layers"},
      {"/layers", "{}", "'layers' is not a list of layers"},
      {"/layers/0", "[]", "layer 1: not an object in braces"},
      {"/layers/0/weight", "[]", "layer 1: 'weight' is not a list of rows"},
      {"/layers/0/weight/2", "1", "layer 1: row 3 of 'weight' is not a list of numbers"},
      {"/layers/0/weight/2", "[1, 2, 3]", "layer 1: row 3 of 'weight' has 3 numbers for 4 inputs"},
      {"/layers/0/weight/2", "[1, 2, 3, true]",
       "an element of layer 1: row 3 of 'weight' is not a number"},
      {"/layers/0/bias", "[1, 2]", "layer 1: 'bias' has 2 numbers for 3 outputs"},
      {"/layers/0/bias", "1", "layer 1: 'bias' is not a list of numbers"},
      {"/layers/1/weight", "[[1, 2]]", "layer 2: row 1 of 'weight' has 2 numbers for 3 inputs"},
      {"/layers/1", "{\"weight\": [[1, 2, 3], [4, 5, 6]], \"bias\": [0, 0]}",
       "the last layer has 2 outputs, not one, the torque"},
  };
  for (const auto& [place, value, message] : cases) {
    EXPECT_EQ(
        MessageOfChange([&](Json& json) { json[Json::json_pointer(place)] = Json::parse(value); }),
        std::string("a.json: ") + message);
  }
}

TEST(ActuatorNetworkFile, LayersAreBounded) {
  const auto message_of = [](int num_units) {
    Random random(4, Stream::kTest);
    return MessageOfText(RandomNetwork({0}, {num_units, 1}, "tanh", random).dump());
  };
  EXPECT_EQ(message_of(ActuatorNetwork::kMaxUnits), "(nothing was thrown)");
  EXPECT_EQ(message_of(ActuatorNetwork::kMaxUnits + 1),
            "a.json: layer 1: 'weight' has 65 rows, more than 64");
}

}  // namespace
}  // namespace doggo::sim
