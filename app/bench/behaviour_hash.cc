#include "app/bench/behaviour_hash.h"

#include <fmt/format.h>

#include "agent/policy/fnv1a.h"
#include "agent/training/trainer.h"
#include "app/bench/worlds.h"

namespace doggo::bench {

std::string BehaviourHash(const Training& training, const std::string& root, int threads) {
  sim::ParallelEnv env = MakeWorld(training, root);
  agent::Trainer trainer(env, training.learner, training.seed, threads);
  agent::Fnv1a hash;
  const auto add = [&](const auto& vector) {
    hash.Add(vector.data(), sizeof(*vector.data()) * static_cast<size_t>(vector.size()));
  };
  for (int k = 0; k < kHashIterations; ++k) {
    trainer.Iterate();
    add(trainer.rollout().reward);
  }
  add(trainer.state().theta);
  return fmt::format("{:016x}", hash.value());
}

}  // namespace doggo::bench
