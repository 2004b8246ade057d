// The environments of a training.
#pragma once

#include <memory>
#include <string>

#include "app/bench/suites.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::bench {

inline sim::ParallelEnv MakeWorld(const Training& t, const std::string& root) {
  return {std::make_unique<const sim::LocomotionTask>(t.world, root, t.environments),
          t.environments, t.shard_size, t.seed};
}

}  // namespace doggo::bench
