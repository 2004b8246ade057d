// The joint drives: what torque they give for a position target.
//
//   pd        tau = clip(kp e - kd qd, -limit, limit),   e = target - q
//   dc_motor  the same, with limits that follow the speed, as a DC motor's do (IsaacLab, DCMotor):
//               tau_max(qd) = min(limit, stall (1 - qd / no_load)),
//               tau_min(qd) = max(-limit, stall (-1 - qd / no_load)),
//             qd being cut off at +-no_load (1 + limit / stall), where these meet -limit and limit
//   network   tau = clip(f(e, qd at a few past times), -limit, limit): an actuator network
//             (Hwangbo et al. 2019, "Learning agile and dynamic motor skills for legged robots")
//
// Any of them may be late by whole physics steps (latency) and slow: a first-order lag of time
// constant T, tau' += (1 - exp(-dt / T)) (tau - tau'). Motor strength multiplies what comes out.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/robot/actuator_network.h"
#include "sim/robot/joints.h"

namespace doggo::sim {

struct DriveConfig {
  std::string model = "pd";
  double kp = 85;              // N m / rad
  double kd = 5;               // N m s / rad
  double torque_limit = 80;    // N m
  double stall_torque = 120;   // N m
  double no_load_speed = 7.5;  // rad/s
  std::string network = "";    // file
  double lag = 0;              // s
  double armature = 0.06;      // kg m^2
};
ConfigFields Fields(DriveConfig& config);

// How the drives of one robot differ from the nominal ones.
struct DriveVariation {
  Joints kp = Joints::Ones(), kd = Joints::Ones();  // factors
  Joints strength = Joints::Ones();                 // factor
  Joints encoder_bias = Joints::Zero();             // rad, the encoders show q + bias
  double latency = 0;                               // physics steps, a whole number
};

// Are MuJoCo's actuators position controllers, tau = s (kp (control - q) - kd qd)? Their damping is
// then integrated implicitly, and kp, kd and the strength s stand in the model. If not (network,
// lag), they are torques.
bool IsImplicit(const DriveConfig& config);

// Torque at the joints by the curve of `config.model` ("pd" or "dc_motor"), times the strength;
// without latency and lag.
Joints DriveTorque(const DriveConfig& config, const DriveVariation& variation, const Joints& target,
                   const Joints& q, const Joints& qd);

// The twelve drives of a robot: constant. What they remember from one physics step to the next is
// memory_size() doubles, kept by the caller.
class Drive {
 public:
  // timestep: of the physics (s). max_latency: the largest that a variation will have. Files that
  // do not exist as given are looked up under `root`. Throws std::runtime_error where the network
  // cannot be read, or was made for other times than multiples of the timestep.
  Drive(const DriveConfig& config, double timestep, int max_latency, const std::string& root);

  const DriveConfig& config() const { return config_; }

  int memory_size() const { return memory_size_; }

  // At rest at q, the target held where the encoders see q since ever.
  void Reset(const DriveVariation& variation, const Joints& q, double* memory) const;

  // The controls of MuJoCo's actuators for one physics step that begins at q, qd.
  Joints Act(const DriveVariation& variation, const Joints& target, const Joints& q,
             const Joints& qd, double* memory) const;

 private:
  Joints Delayed(const DriveVariation& variation, const Joints& target, double* memory) const;
  Joints Torque(const DriveVariation& variation, const Joints& target, const Joints& q,
                const Joints& qd, double* memory) const;
  Joints NetworkTorque(const Joints& error, const Joints& qd, double* memory) const;

  DriveConfig config_;
  int max_latency_;
  double lag_gain_;  // 1 - exp(-dt / T); 1 without lag
  std::unique_ptr<const ActuatorNetwork> network_;
  std::vector<int> steps_ago_;  // physics steps that lie between each of its samples and now
  int history_ = 0;  // physics steps that the network looks back, the present one included

  // where in the memory: the physics steps taken, targets (ring of max_latency + 1), errors and
  // speeds (ring of history_), the slow torque
  int targets_, samples_, slow_torque_, memory_size_;
};

}  // namespace doggo::sim
