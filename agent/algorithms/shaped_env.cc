#include "agent/algorithms/shaped_env.h"

#include <istream>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace doggo::agent {

ShapedEnv::ShapedEnv(VecEnv& world, Potential potential, double gamma)
    : world_(world),
      potential_(std::move(potential)),
      gamma_(static_cast<float>(gamma)),
      before_(Batch::Zero(world.spec().shard_size, world.spec().num_shards)) {}

void ShapedEnv::Reset(int shard, StepBatch& out) {
  world_.Reset(shard, out);
  for (int e = 0; e < spec().shard_size; ++e) before_(e, shard) = potential_(out.critic_obs.col(e));
}

void ShapedEnv::Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) {
  world_.Step(shard, action, out);
  for (int e = 0; e < spec().shard_size; ++e) {
    const float now = potential_(out.critic_obs.col(e));  // of the next episode where one ended
    float after = now;
    if (out.terminated[e]) after = 0;
    if (out.truncated[e]) after = potential_(out.final_critic_obs.col(e));
    out.reward[e] += gamma_ * after - before_(e, shard);
    before_(e, shard) = now;
  }
}

void ShapedEnv::Save(int shard, std::ostream& out) const {
  world_.Save(shard, out);
  out.write(reinterpret_cast<const char*>(before_.col(shard).data()),
            static_cast<std::streamsize>(sizeof(float)) * before_.rows());
}

void ShapedEnv::Load(int shard, std::istream& in) {
  world_.Load(shard, in);
  in.read(reinterpret_cast<char*>(before_.col(shard).data()),
          static_cast<std::streamsize>(sizeof(float)) * before_.rows());
  if (!in) throw std::runtime_error("the potentials of a shaped world are cut short");
}

}  // namespace doggo::agent
