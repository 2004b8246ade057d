// An actuator network: the torque of a joint as a small multi-layer perceptron of its position
// errors and speeds at a few past times, the same network for every joint (Hwangbo et al. 2019,
// "Learning agile and dynamic motor skills for legged robots", Science Robotics 4(26)).
//
// Its file is JSON:
//   {"format": "doggo actuator network 1",
//    "times_s": [0, 0.01, 0.02],           how long ago each sample was taken
//    "error_scale": 2.0, "velocity_scale": 0.25, "torque_scale": 20.0,
//    "activation": "softsign",             or "tanh", "relu", "elu"
//    "layers": [{"weight": [[...], ...], "bias": [...]}, ...]}      weight: outputs x inputs
// Inputs: scaled position errors at times_s, then scaled speeds at times_s. Every layer but the
// last is followed by the activation; the last has one output, times torque_scale.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/robot/joints.h"

namespace doggo::sim {

class ActuatorNetwork {
 public:
  static constexpr int kMaxTimes = 8, kMaxUnits = 64;
  static constexpr double kLongestTime = 1;  // s, bounds what is remembered of every joint

  using JointRows = Eigen::Matrix<double, Eigen::Dynamic, kNumJoints, 0, kMaxTimes, kNumJoints>;

  // Throws std::runtime_error: "FILE: " and one sentence.
  static ActuatorNetwork Read(const std::filesystem::path& path);
  static ActuatorNetwork FromJson(const std::string& text, const std::string& name);

  // s, how long ago; the first is usually 0.
  const std::vector<double>& times() const { return times_; }

  // Torque (N m) of every joint; row k of `errors` (rad) and `speeds` (rad/s) is of times()[k].
  // Allocates nothing.
  Joints Torque(const JointRows& errors, const JointRows& speeds) const;

 private:
  struct Layer {
    Eigen::MatrixXd weight;  // (outputs x inputs)
    Eigen::VectorXd bias;
  };

  std::vector<double> times_;
  double error_scale_ = 1, velocity_scale_ = 1, torque_scale_ = 1;
  double (*activation_)(double) = nullptr;
  std::vector<Layer> layers_;
};

}  // namespace doggo::sim
