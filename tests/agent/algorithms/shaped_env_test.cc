#include "agent/algorithms/shaped_env.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "agent/algorithms/gae.h"

namespace doggo::agent {
namespace {

// One environment that counts its steps; the third ends the episode, by itself or by the clock.
class Counter : public VecEnv {
 public:
  explicit Counter(bool terminates) : terminates_(terminates) {
    spec_.shard_size = spec_.num_shards = 1;
    spec_.policy_dim = spec_.critic_dim = spec_.action_dim = 1;
  }
  const EnvSpec& spec() const override { return spec_; }
  void Reset(int, StepBatch& out) override {
    count_ = 0;
    out.critic_obs(0, 0) = 0;
  }
  void Step(int, const Eigen::Ref<const Batch>&, StepBatch& out) override {
    ++count_;
    out.reward[0] = 1;
    out.terminated[0] = count_ == 3 && terminates_;
    out.truncated[0] = count_ == 3 && !terminates_;
    if (count_ == 3) {
      out.final_critic_obs(0, 0) = 3;
      count_ = 0;
    }
    out.critic_obs(0, 0) = static_cast<float>(count_);
  }
  void Save(int, std::ostream& out) const override { out << count_ << ' '; }
  void Load(int, std::istream& in) override { in >> count_, in.get(); }

 private:
  EnvSpec spec_;
  bool terminates_;
  int count_ = 0;
};

constexpr float kGamma = 0.5f;
float Potential(const Eigen::Ref<const Eigen::VectorXf>& obs) { return 2 + 3 * obs[0]; }

// Phi = 2, 5, 8, 11:   F = 0.5 * 5 - 2, 0.5 * 8 - 5, and 0.5 * 11 - 8 or 0 - 8
TEST(ShapedEnv, AddsTheDiscountedDifferenceOfThePotential) {
  for (const bool terminates : {true, false}) {
    Counter world(terminates);
    ShapedEnv env(world, Potential, kGamma);
    StepBatch out = MakeStepBatch(env.spec());
    env.Reset(0, out);
    const Batch action = Batch::Zero(1, 1);
    double sum = 0, discount = 1;
    for (const double expected : {0.5, -1.0, terminates ? -8.0 : -2.5}) {
      env.Step(0, action, out);
      EXPECT_FLOAT_EQ(out.reward[0], 1 + static_cast<float>(expected));
      sum += discount * (out.reward[0] - 1);
      discount *= kGamma;
    }
    // telescoping: gamma^3 Phi(s_3) - Phi(s_0)
    EXPECT_NEAR(sum, (terminates ? 0 : 0.125 * 11) - 2, 1e-6);
    env.Step(0, action, out);  // the next episode begins with its own potential
    EXPECT_FLOAT_EQ(out.reward[0], 1.5f);
  }
}

TEST(ShapedEnv, GoesOnAsItWouldHaveAfterSaveAndLoad) {
  Counter world(true), other_world(true);
  ShapedEnv env(world, Potential, kGamma), other(other_world, Potential, kGamma);
  StepBatch out = MakeStepBatch(env.spec()), other_out = MakeStepBatch(env.spec());
  env.Reset(0, out);
  other.Reset(0, other_out);
  const Batch action = Batch::Zero(1, 1);
  env.Step(0, action, out);
  std::stringstream bytes;
  env.Save(0, bytes);
  other.Load(0, bytes);
  env.Step(0, action, out);
  other.Step(0, action, other_out);
  EXPECT_EQ(out.reward[0], other_out.reward[0]);
  std::stringstream nothing("1 ");
  EXPECT_THROW(other.Load(0, nothing), std::runtime_error);
}

// With values shifted by -Phi, as the theorem says they are, shaped rewards give the same
// advantages.
TEST(ShapedEnv, AdvantagesStayWhereTheValuesMoveByThePotential) {
  const Matrix reward = (Matrix(1, 3) << 1, 0, 2).finished(),
               value = (Matrix(1, 3) << 0.5, 0.4, 0.3).finished(),
               next_value = (Matrix(1, 3) << 0.4, 0.3, 0.2).finished(),
               phi = (Matrix(1, 3) << 2, -1, 5).finished(),
               next_phi = (Matrix(1, 3) << -1, 5, 7).finished();
  const Flags none = Flags::Constant(1, 3, false);
  const Real gamma = 0.9;
  Matrix plain(1, 3), shaped(1, 3);
  Gae({reward, value, next_value, none, none}, gamma, 0.8, plain);
  const Matrix shaped_reward = reward + gamma * next_phi - phi, shaped_value = value - phi,
               shaped_next = next_value - next_phi;
  Gae({shaped_reward, shaped_value, shaped_next, none, none}, gamma, 0.8, shaped);
  EXPECT_TRUE(shaped.isApprox(plain, 1e-12));
}

}  // namespace
}  // namespace doggo::agent
