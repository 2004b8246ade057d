// One leg in a plane, to hop forwards.
//   state (way, height, lean; hip, knee, ankle; their speeds); observation: all but the way
//   action: torques of hip, knee and ankle, of 120, 90 and 50 N m
//   reward of a second: speed (m/s, at most 3) + 1 - 0.1 |action|^2; lost where it leans more than
//   0.7 rad or its trunk is lower than 0.7 m
#pragma once

#include "sim/classic/classic_task.h"

namespace doggo::sim {

class Hopper : public ClassicTask {
 public:
  explicit Hopper(const ClassicConfig& config);

 protected:
  void Begin(Random random, mjData& data) const override;
  void Look(const mjData& data, float* obs) const override;
  double RewardRate(const mjData& data) const override;
  bool IsLost(const mjData& data) const override;
};

}  // namespace doggo::sim
