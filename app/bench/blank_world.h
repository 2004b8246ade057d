// A world that costs nothing: whatever is done, random observations and rewards come back. What is
// left of a training in it is the learner.
#pragma once

#include <cmath>
#include <iosfwd>

#include "sim/interface/random.h"
#include "sim/interface/vec_env.h"

namespace doggo::bench {

class BlankWorld : public VecEnv {
 public:
  BlankWorld(int observations, int actions, int shard_size, int num_shards)
      : pool_(observations, shard_size * kDraws), reward_(shard_size * kDraws) {
    spec_.shard_size = shard_size;
    spec_.num_shards = num_shards;
    spec_.policy_dim = spec_.critic_dim = observations;
    spec_.action_dim = actions;
    spec_.step_dt = 0.02;
    spec_.contract = "{}";
    Random random(1, Stream::kTest);
    for (float& x : pool_.reshaped()) x = static_cast<float>(random.Normal());
    for (float& r : reward_) r = static_cast<float>(random.Normal());
  }

  const EnvSpec& spec() const override { return spec_; }
  void Reset(int shard, StepBatch& out) override { Show(shard, out); }
  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override {
    // looks at one action, so that different learners live different lives
    Show(shard + static_cast<int>(100 * std::abs(action(0, 0))), out);
  }
  void Save(int, std::ostream&) const override {}
  void Load(int, std::istream&) override {}

 private:
  static constexpr int kDraws = 16;

  void Show(int draw, StepBatch& out) const {
    const int first = draw % kDraws * spec_.shard_size;
    out.policy_obs = out.critic_obs = pool_.middleCols(first, spec_.shard_size);
    out.reward = reward_.segment(first, spec_.shard_size);
  }

  EnvSpec spec_;
  Batch pool_;       // (observations x shard_size * kDraws)
  BatchRow reward_;  // (1 x shard_size * kDraws)
};

}  // namespace doggo::bench
