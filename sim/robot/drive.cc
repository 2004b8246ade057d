#include "sim/robot/drive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <filesystem>
#include <stdexcept>

namespace doggo::sim {
namespace {

constexpr char kNetwork[] = "network", kDcMotor[] = "dc_motor";

// kp e - kd qd within the limits of pd or dc_motor, at full strength.
Joints Law(const DriveConfig& config, const DriveVariation& variation, const Joints& target,
           const Joints& q, const Joints& qd) {
  Joints upper = Joints::Constant(config.torque_limit);
  Joints lower = -upper;
  if (config.model == kDcMotor) {
    // driven from outside it brakes with its limit at most, however fast
    const double fastest = 1 + config.torque_limit / config.stall_torque;
    const Joints speed = (qd / config.no_load_speed).cwiseMin(fastest).cwiseMax(-fastest);
    upper = upper.array().min(config.stall_torque * (1 - speed.array()));
    lower = lower.array().max(config.stall_torque * (-1 - speed.array()));
  }
  const Joints error = target - (q + variation.encoder_bias);
  const Joints torque =
      config.kp * variation.kp.cwiseProduct(error) - config.kd * variation.kd.cwiseProduct(qd);
  return torque.cwiseMin(upper).cwiseMax(lower);
}

// The position command with which tau = kp (command - q) - kd qd gives the torque `torque`.
// MuJoCo's implicit integrator then damps the joint with kd within the step, whatever curve the
// torque is from.
Joints PositionCommand(const DriveConfig& config, const DriveVariation& variation,
                       const Joints& torque, const Joints& q, const Joints& qd) {
  return q + (torque + config.kd * variation.kd.cwiseProduct(qd))
                 .cwiseQuotient(config.kp * variation.kp);
}

std::unique_ptr<const ActuatorNetwork> ReadNetwork(const DriveConfig& config,
                                                   const std::string& root) {
  if (config.network.empty()) {
    throw std::runtime_error("drive.model=network: drive.network names no file");
  }
  std::filesystem::path path = config.network;
  const std::filesystem::path under_root = std::filesystem::path(root) / path;
  if (!std::filesystem::exists(path) && std::filesystem::exists(under_root)) path = under_root;
  return std::make_unique<const ActuatorNetwork>(ActuatorNetwork::Read(path));
}

// How many physics steps ago each sample of the network was taken.
std::vector<int> StepsAgo(const ActuatorNetwork& network, const std::string& file,
                          double timestep) {
  constexpr double kTolerance = 1e-6;  // physics steps
  std::vector<int> steps_ago;
  for (const double time : network.times()) {
    const double steps = time / timestep;
    if (std::abs(steps - std::round(steps)) > kTolerance) {
      throw std::runtime_error(
          fmt::format("{}: the network looks back {} s, which is no whole number of physics steps "
                      "of {} s; choose physics.timestep so that it is",
                      file, time, timestep));
    }
    steps_ago.push_back(static_cast<int>(std::lround(steps)));
  }
  return steps_ago;
}

// A ring of columns in a drive's memory: the column written at physics step s stands until step
// s + size.
template <int kRows>
struct Ring {
  using Columns = Eigen::Map<Eigen::Matrix<double, kRows, Eigen::Dynamic>>;

  Columns columns;

  Ring(double* memory, int size) : columns(memory, kRows, size) {}

  typename Columns::ColXpr At(int64_t step) {
    return columns.col((step + columns.cols()) % columns.cols());
  }
};

using TargetRing = Ring<kNumJoints>;
using SampleRing = Ring<2 * kNumJoints>;  // errors, speeds

int64_t StepsTaken(const double* memory) { return static_cast<int64_t>(memory[0]); }

}  // namespace

ConfigFields Fields(DriveConfig& c) {
  return {
      {"model",
       &c.model,
       "",
       "how the torque follows the target",
       {},
       {},
       {"pd", kDcMotor, kNetwork}},
      {"kp", &c.kp, "N m/rad", "stiffness of the position controller", 0.1, 1000},
      {"kd", &c.kd, "N m s/rad", "damping of the position controller", 0, 100},
      {"torque_limit", &c.torque_limit, "N m", "largest torque of a joint", 0, 1000},
      {"stall_torque", &c.stall_torque, "N m", "of a dc_motor at speed zero", 0.1, 1000},
      {"no_load_speed", &c.no_load_speed, "rad/s", "of a dc_motor at torque zero", 0.1, 100},
      {"network", &c.network, "", "file of the actuator network (JSON)"},
      {"lag", &c.lag, "s", "time constant with which the torque follows", 0, 1},
      {"armature", &c.armature, "kg m^2", "inertia of the rotor, as seen at the joint", 0, 1},
  };
}

bool IsImplicit(const DriveConfig& config) { return config.model != kNetwork && config.lag == 0; }

Joints DriveTorque(const DriveConfig& config, const DriveVariation& variation, const Joints& target,
                   const Joints& q, const Joints& qd) {
  return variation.strength.cwiseProduct(Law(config, variation, target, q, qd));
}

Drive::Drive(const DriveConfig& config, double timestep, int max_latency, const std::string& root)
    : config_(config),
      max_latency_(max_latency),
      lag_gain_(config.lag > 0 ? -std::expm1(-timestep / config.lag) : 1) {
  if (config.model == kNetwork) {
    network_ = ReadNetwork(config, root);
    steps_ago_ = StepsAgo(*network_, config.network, timestep);
    history_ = 1 + *std::max_element(steps_ago_.begin(), steps_ago_.end());
  }
  targets_ = 1;
  samples_ = targets_ + kNumJoints * (max_latency + 1);
  slow_torque_ = samples_ + 2 * kNumJoints * history_;
  memory_size_ = slow_torque_ + (config.lag > 0 ? kNumJoints : 0);
}

void Drive::Reset(const DriveVariation& variation, const Joints& q, double* memory) const {
  std::fill_n(memory, memory_size_, 0.0);
  TargetRing(memory + targets_, max_latency_ + 1).columns.colwise() = q + variation.encoder_bias;
}

Joints Drive::Act(const DriveVariation& variation, const Joints& target, const Joints& q,
                  const Joints& qd, double* memory) const {
  const Joints held = Delayed(variation, target, memory);
  Joints control;
  if (!IsImplicit(config_)) {
    control = variation.strength.cwiseProduct(Torque(variation, held, q, qd, memory));
  } else if (config_.model == kDcMotor) {
    const Joints torque = Law(config_, variation, held, q, qd);
    control = PositionCommand(config_, variation, torque, q, qd);
  } else {
    control = held - variation.encoder_bias;
  }
  ++memory[0];
  return control;
}

Joints Drive::Delayed(const DriveVariation& variation, const Joints& target, double* memory) const {
  const auto latency = static_cast<int64_t>(variation.latency);
  assert(latency >= 0 && latency <= max_latency_);
  const int64_t now = StepsTaken(memory);
  TargetRing targets(memory + targets_, max_latency_ + 1);
  targets.At(now) = target;
  return targets.At(now - latency);
}

Joints Drive::Torque(const DriveVariation& variation, const Joints& target, const Joints& q,
                     const Joints& qd, double* memory) const {
  const Joints torque = network_ ? NetworkTorque(target - (q + variation.encoder_bias), qd, memory)
                                 : Law(config_, variation, target, q, qd);
  if (config_.lag == 0) return torque;
  Eigen::Map<Joints> slow(memory + slow_torque_);
  slow += lag_gain_ * (torque - slow);
  return slow;
}

Joints Drive::NetworkTorque(const Joints& error, const Joints& qd, double* memory) const {
  const int64_t now = StepsTaken(memory);
  SampleRing samples(memory + samples_, history_);
  samples.At(now) << error, qd;

  const auto num_times = static_cast<Eigen::Index>(steps_ago_.size());
  ActuatorNetwork::JointRows errors(num_times, kNumJoints), speeds(num_times, kNumJoints);
  for (Eigen::Index k = 0; k < num_times; ++k) {
    const auto sample = samples.At(now - steps_ago_[k]);
    errors.row(k) = sample.head<kNumJoints>();
    speeds.row(k) = sample.tail<kNumJoints>();
  }
  return network_->Torque(errors, speeds)
      .cwiseMin(config_.torque_limit)
      .cwiseMax(-config_.torque_limit);
}

}  // namespace doggo::sim
