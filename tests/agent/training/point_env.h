// A world small enough to reason about: points on a line that are rewarded for being at the origin.
//   x' = x + 0.5 a + noise,   reward = -x'^2,   obs = [x, 1];   lost (terminated) beyond |x| > 3,
//   cut off (truncated) after `episode_steps` steps; mirrored, x and a change sign.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <istream>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "sim/interface/random.h"
#include "sim/interface/vec_env.h"

namespace doggo::agent {

class PointEnv : public VecEnv {
 public:
  PointEnv(int shard_size, int num_shards, int episode_steps, bool canonical = false)
      : episode_steps_(episode_steps), points_(shard_size * num_shards) {
    spec_.shard_size = shard_size;
    spec_.num_shards = num_shards;
    spec_.policy_dim = spec_.critic_dim = 2;
    spec_.action_dim = 1;
    spec_.step_dt = 0.1;
    spec_.metric_names = {"length"};
    spec_.contract = "{}";
    if (canonical) {
      const Mirror obs = {{0, 1}, {-1, 1}}, action = {{0}, {-1}};
      spec_.symmetries = {{"mirror", obs, obs, action}};
      spec_.canonical = {{.policy_row = 0, .critic_row = 0, .symmetry = 0}};
    }
  }

  const EnvSpec& spec() const override { return spec_; }

  void Reset(int shard, StepBatch& out) override {
    for (int e = 0; e < spec_.shard_size; ++e) {
      Point& p = At(shard, e);
      p = {};
      Start(shard, e);
      p.steps = (shard * spec_.shard_size + e) % episode_steps_;  // clocks apart
      Observe(p, out.policy_obs.col(e));
      Observe(p, out.critic_obs.col(e));
    }
  }

  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override {
    for (int e = 0; e < spec_.shard_size; ++e) {
      Point& p = At(shard, e);
      p.x += 0.5 * action(0, e) + 0.05 * RandomFor(shard, e).Normal();
      ++p.steps;
      ++p.total;
      out.reward[e] = static_cast<float>(-p.x * p.x);
      out.terminated[e] = std::abs(p.x) > 3;
      out.truncated[e] = !out.terminated[e] && p.steps >= episode_steps_;
      if (out.terminated[e] || out.truncated[e]) {
        out.episode_metrics(0, e) = static_cast<float>(p.steps);
        Observe(p, out.final_critic_obs.col(e));
        Start(shard, e);
      }
      Observe(p, out.policy_obs.col(e));
      Observe(p, out.critic_obs.col(e));
    }
  }

  void Save(int shard, std::ostream& out) const override {
    out.write(reinterpret_cast<const char*>(&points_[shard * spec_.shard_size]),
              static_cast<std::streamsize>(sizeof(Point)) * spec_.shard_size);
  }
  void Load(int shard, std::istream& in) override {
    in.read(reinterpret_cast<char*>(&points_[shard * spec_.shard_size]),
            static_cast<std::streamsize>(sizeof(Point)) * spec_.shard_size);
    if (!in) throw std::runtime_error("cut short");
  }

 private:
  struct Point {
    double x = 0;
    int64_t steps = 0, total = 0;
  };

  Point& At(int shard, int e) { return points_[shard * spec_.shard_size + e]; }
  Random RandomFor(int shard, int e) {
    return Random(7, Stream::kTest, static_cast<uint32_t>(shard * spec_.shard_size + e),
                  static_cast<uint64_t>(At(shard, e).total));
  }
  void Start(int shard, int e) {
    At(shard, e).x = RandomFor(shard, e).Uniform(-2, 2);
    At(shard, e).steps = 0;
  }
  template <class Column>
  static void Observe(const Point& p, Column&& out) {
    out[0] = static_cast<float>(p.x);
    out[1] = 1;
  }

  EnvSpec spec_;
  int episode_steps_;
  std::vector<Point> points_;
};

}  // namespace doggo::agent
