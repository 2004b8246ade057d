// Potential-based reward shaping around any world (Ng, Harada, Russell 1999): to every reward is
// added
//   F = gamma Phi(s') - Phi(s),    Phi of what a termination leads to: 0
// which leaves the best policy as it was, whatever the potential: over an episode of T steps the
// discounted sum of F is gamma^T Phi(s_T) - Phi(s_0). Other additions to a reward, as the terms of
// sim/locomotion, move the best policy, and are meant to.
#pragma once

#include <functional>

#include "sim/interface/vec_env.h"

namespace doggo::agent {

class ShapedEnv : public VecEnv {
 public:
  // Phi of a state as the critic sees it, critic_obs (critic_dim). Called for different shards at
  // once. gamma: the learner's. The world must outlive this.
  using Potential = std::function<float(const Eigen::Ref<const Eigen::VectorXf>& critic_obs)>;
  ShapedEnv(VecEnv& world, Potential potential, double gamma);

  const EnvSpec& spec() const override { return world_.spec(); }
  void Reset(int shard, StepBatch& out) override;
  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override;
  void EndIteration(int64_t iteration) override { world_.EndIteration(iteration); }
  void Save(int shard, std::ostream& out) const override;
  void Load(int shard, std::istream& in) override;

 private:
  VecEnv& world_;
  Potential potential_;
  float gamma_;
  Batch before_;  // (shard_size x num_shards): Phi of the present states
};

}  // namespace doggo::agent
