// Actuator networks as the tests need them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "sim/interface/random.h"

namespace doggo::sim {

// Layers of the given numbers of units, the last being one, with weights in +-1.
inline nlohmann::json RandomNetwork(const std::vector<double>& times, const std::vector<int>& units,
                                    const char* activation, Random& random) {
  nlohmann::json network = {{"format", "doggo actuator network 1"},
                            {"times_s", times},
                            {"error_scale", 2.0},
                            {"velocity_scale", 0.25},
                            {"torque_scale", 20.0},
                            {"activation", activation}};
  size_t num_inputs = 2 * times.size();
  for (const int num_outputs : units) {
    std::vector<std::vector<double>> weight(num_outputs, std::vector<double>(num_inputs));
    std::vector<double> bias(num_outputs);
    for (auto& row : weight) {
      for (double& w : row) w = random.Uniform(-1, 1);
    }
    for (double& b : bias) b = random.Uniform(-1, 1);
    network["layers"].push_back({{"weight", weight}, {"bias", bias}});
    num_inputs = num_outputs;
  }
  return network;
}

// torque = weights . [errors, speeds], by relu(x) - relu(-x) = x.
inline nlohmann::json LinearNetwork(const std::vector<double>& times, std::vector<double> weights) {
  std::vector<double> opposite;
  for (const double w : weights) opposite.push_back(-w);
  return {{"format", "doggo actuator network 1"},
          {"times_s", times},
          {"error_scale", 1},
          {"velocity_scale", 1},
          {"torque_scale", 1},
          {"activation", "relu"},
          {"layers",
           {{{"weight", {weights, opposite}}, {"bias", {0, 0}}},
            {{"weight", std::vector<std::vector<double>>{{1, -1}}}, {"bias", {0}}}}}};
}

}  // namespace doggo::sim
