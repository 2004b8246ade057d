// What the quadruped's task says of itself before the first step.
#pragma once

#include "sim/interface/vec_env.h"
#include "sim/locomotion/config.h"

namespace doggo::sim {

// Sizes, metrics, symmetries and the contract; shard_size and num_shards are left open. Throws
// std::invalid_argument where the symmetry needs an observation that is not there.
EnvSpec MakeSpec(const LocomotionConfig& config, const Robot& robot,
                 const ObservationLayout& policy, const ObservationLayout& critic);

}  // namespace doggo::sim
