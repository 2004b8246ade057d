// A pole on a cart, to be kept upright by pushing the cart (Barto, Sutton, Anderson 1983, with
// their masses, lengths, force and limits).
//   state (cart, m; pole, rad; their speeds); observation: these numbers
//   action: force, of 10 N; or one of two choices, 10 N to the left or to the right
//   reward of a second: 1; lost beyond 2.4 m or 12 degrees
#pragma once

#include "sim/classic/classic_task.h"

namespace doggo::sim {

class Cartpole : public ClassicTask {
 public:
  explicit Cartpole(const ClassicConfig& config);

 protected:
  void Begin(Random random, mjData& data) const override;
  void Look(const mjData& data, float* obs) const override;
  double RewardRate(const mjData&) const override { return 1; }
  bool IsLost(const mjData& data) const override;
  void Act(const float* action, mjData& data) const override;
};

}  // namespace doggo::sim
