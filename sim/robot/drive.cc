#include "sim/robot/drive.h"

namespace doggo::sim {

ConfigFields Fields(DriveConfig& c) {
  return {
      {"kp", &c.kp, "N m/rad", "stiffness of the position controller", 0, 1000},
      {"kd", &c.kd, "N m s/rad", "damping of the position controller", 0, 100},
      {"torque_limit", &c.torque_limit, "N m", "largest torque of a joint", 0, 1000},
      {"dc_motor", &c.dc_motor, "", "limit the torque by the torque-speed curve of a DC motor too"},
      {"stall_torque", &c.stall_torque, "N m", "where that curve meets speed zero", 0, 1000},
      {"no_load_speed", &c.no_load_speed, "rad/s", "where that curve meets torque zero", 0.1, 100},
      {"armature", &c.armature, "kg m^2", "inertia of the rotor, as seen at the joint", 0, 1},
  };
}

Joints DriveTorque(const DriveConfig& config, const Joints& target, const Joints& q,
                   const Joints& qd) {
  Joints upper = Joints::Constant(config.torque_limit);
  Joints lower = -upper;
  if (config.dc_motor) {
    // driven from outside it brakes with its limit at most, however fast
    const double fastest = 1 + config.torque_limit / config.stall_torque;
    const Joints speed = (qd / config.no_load_speed).cwiseMin(fastest).cwiseMax(-fastest);
    upper = upper.array().min(config.stall_torque * (1 - speed.array()));
    lower = lower.array().max(config.stall_torque * (-1 - speed.array()));
  }
  const Joints torque = config.kp * (target - q) - config.kd * qd;
  return torque.cwiseMin(upper).cwiseMax(lower);
}

Joints EquivalentTarget(const DriveConfig& config, const Joints& torque, const Joints& q,
                        const Joints& qd) {
  return q + (torque + config.kd * qd) / config.kp;
}

}  // namespace doggo::sim
