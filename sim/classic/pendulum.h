// A rod on a hinge, whose motor is too weak to lift it: it must be swung up, and balanced.
//   state (angle from upright, rad; speed, rad/s); observation cos, sin, speed / 8
//   action: torque, of 2 N m; the weight pulls with up to 4.9 N m
//   reward of a second: cos(angle) - 0.01 speed^2 - 0.01 torque^2: 1 upright and still, -1 hanging
#pragma once

#include "sim/classic/classic_task.h"

namespace doggo::sim {

class Pendulum : public ClassicTask {
 public:
  explicit Pendulum(const ClassicConfig& config);

 protected:
  void Begin(Random random, mjData& data) const override;
  void Look(const mjData& data, float* obs) const override;
  double RewardRate(const mjData& data) const override;
};

}  // namespace doggo::sim
