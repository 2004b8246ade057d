// One trainer, its update exchanged: what holds of every algorithm, and of everything that is made
// of a symmetry.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "agent/policy/canonical_frame.h"
#include "agent/training/trainer.h"
#include "point_env.h"
#include "tests/support/allocations.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

namespace fs = std::filesystem;

// The same points, pushed by one of three choices: left, not at all, right.
class ChoiceEnv : public PointEnv {
 public:
  ChoiceEnv(int shard_size, int num_shards, int episode_steps)
      : PointEnv(shard_size, num_shards, episode_steps), choice_spec_(PointEnv::spec()) {
    choice_spec_.num_choices = 3;
  }
  const EnvSpec& spec() const override { return choice_spec_; }
  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override {
    const Batch push = action.array() - 1;
    PointEnv::Step(shard, push, out);
  }

 private:
  EnvSpec choice_spec_;
};

LearnerConfig ConfigFor(const std::string& algorithm) {
  LearnerConfig config;
  config.algorithm = algorithm;
  config.steps_per_iteration = 16;
  config.network.policy_hidden = config.network.critic_hidden = {16};
  config.rate.initial = algorithm == "ppo" || algorithm == "trpo" ? 1e-3 : 1e-2;
  return config;
}

// What can be trained by: name, and the settings that make it.
struct Case {
  std::string name;
  LearnerConfig config;
  bool discrete = false;
};
std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const std::string& name : AlgorithmNames()) {
    cases.push_back({name, ConfigFor(name)});
    cases.push_back({name + " of choices", ConfigFor(name), true});
    cases.push_back({name + " equivariant", ConfigFor(name)});
    cases.back().config.symmetry_method = "equivariant";
  }
  cases.push_back({"ppo augmentation", ConfigFor("ppo")});
  cases.back().config.symmetry_method = "augmentation";
  for (const char* name : {"ppo", "a2c"}) {
    cases.push_back({std::string(name) + " mirror_loss", ConfigFor(name)});
    cases.back().config.symmetry_method = "mirror_loss";
  }
  cases.push_back({"ppo with a penalty", ConfigFor("ppo")});
  cases.back().config.ppo.form = "penalty";
  cases.push_back({"reinforce without a baseline", ConfigFor("reinforce")});
  cases.back().config.reinforce.baseline = false;
  cases.push_back({"normalised returns", ConfigFor("ppo")});
  cases.back().config.normalize_returns = true;
  return cases;
}

std::unique_ptr<VecEnv> EnvFor(const Case& c) {
  if (c.discrete) return std::make_unique<ChoiceEnv>(32, 4, 50);
  return std::make_unique<PointEnv>(32, 4, 50, /*canonical=*/true);
}

Vector ThetaAfter(const Case& c, int iterations, int threads) {
  const auto env = EnvFor(c);
  Trainer trainer(*env, c.config, 3, threads);
  for (int i = 0; i < iterations; ++i) trainer.Iterate();
  return trainer.state().theta;
}

TEST(Algorithms, LearnToHoldAPointAtTheOrigin) {
  for (const Case& c : Cases()) {
    const auto env = EnvFor(c);
    Trainer trainer(*env, c.config, 1, 2);
    const double first = trainer.Iterate().reward_per_second;
    double last = 0;
    for (int i = 0; i < 80; ++i) last = trainer.Iterate().reward_per_second;
    // an untrained policy wanders between -12 and -21
    EXPECT_LT(first, -10) << c.name;
    EXPECT_GT(last, c.discrete ? -2 : -1.5) << c.name;
  }
}

TEST(Algorithms, GiveTheSameBitsOnAnyNumberOfThreads) {
  for (const Case& c : Cases()) {
    const Vector one = ThetaAfter(c, 2, 1);
    for (const int threads : {2, 3}) EXPECT_EQ(one, ThetaAfter(c, 2, threads)) << c.name;
  }
}

TEST(Algorithms, GoOnFromACheckpointToTheBit) {
  const fs::path file = fs::path(testing::TempDir()) / "doggo_algorithms_checkpoint";
  for (const Case& c : Cases()) {
    const auto env = EnvFor(c), other = EnvFor(c);
    Trainer straight(*env, c.config, 3, 1);
    straight.Iterate();
    straight.SaveCheckpoint(file);
    straight.Iterate();
    Trainer resumed(*other, c.config, /*seed=*/99, 1);
    resumed.LoadCheckpoint(file);
    resumed.Iterate();
    EXPECT_EQ(straight.state().theta, resumed.state().theta) << c.name;
  }
  fs::remove(file);
}

TEST(Algorithms, AllocateNothingFromTheSecondIterationOn) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  for (const Case& c : Cases()) {
    if (c.discrete) continue;  // its world here allocates
    const auto env = EnvFor(c);
    Trainer trainer(*env, c.config, 3, 1);
    trainer.Iterate();
    EXPECT_EQ(test::CountAllocations([&] { trainer.Iterate(); }), 0) << c.name;
  }
}

TEST(Algorithms, TrpoNeverLeavesItsBound) {
  for (const bool discrete : {false, true}) {
    Case c{"trpo", ConfigFor("trpo"), discrete};
    c.config.trpo.max_kl = 0.02;
    const auto env = EnvFor(c);
    Trainer trainer(*env, c.config, 1, 2);
    int moved = 0;
    for (int i = 0; i < 20; ++i) {
      const double kl = trainer.Iterate().loss.kl;
      EXPECT_LE(kl, 0.02);
      moved += kl > 0.002;
    }
    EXPECT_GT(moved, 10);
  }
}

// The trainer's natural step does not touch the critic, and its optimiser not the policy: from one
// checkpoint on, without a step (a bound that nothing meets), the policy stays.
TEST(Algorithms, TrposOptimizerIsTheCriticsAlone) {
  Case c{"trpo", ConfigFor("trpo")};
  c.config.trpo.max_kl = 1e-9;
  c.config.trpo.most_tries = 1;
  c.config.trpo.backtrack = 0.5;
  c.config.optimizer.method = "adamw";
  c.config.optimizer.weight_decay = 1;
  const auto env = EnvFor(c);
  Trainer trainer(*env, c.config, 1, 1);
  const Vector before = trainer.state().theta;
  for (int i = 0; i < 3; ++i) trainer.Iterate();
  const ActorCritic& nets = trainer.networks();
  const Vector& after = trainer.state().theta;
  EXPECT_LT((nets.PolicyPart(after) - nets.PolicyPart(before)).norm(), 1e-3);
  EXPECT_GT((nets.CriticPart(after) - nets.CriticPart(before)).norm(), 1e-2);
}

// ---- symmetry

TEST(Symmetry, TheEquivariantActorMirrorsItsActionsExactly) {
  Case c{"ppo", ConfigFor("ppo")};
  c.config.symmetry_method = "equivariant";
  c.config.network.normalize_observations = true;
  const auto env = EnvFor(c);
  Trainer trainer(*env, c.config, 1, 1);
  for (int i = 0; i < 5; ++i) trainer.Iterate();

  const fs::path file = fs::path(testing::TempDir()) / "doggo_equivariant.safetensors";
  SavePolicy(trainer.CurrentPolicy(), file);
  const Policy policy = LoadPolicy(file);
  constexpr int kN = 50;
  PolicyWorkspace workspace = MakeWorkspace(policy, kN);
  Batch obs = test::RandomMatrix(2, kN, 1).cast<float>(), action(1, kN), mirrored(1, kN);
  Act(policy, obs, workspace, action);
  Apply(env->spec().symmetries[0].policy_obs, obs);
  Act(policy, obs, workspace, mirrored);
  Apply(env->spec().symmetries[0].action, mirrored);
  EXPECT_EQ(action, mirrored);
  EXPECT_GT(action.cwiseAbs().maxCoeff(), 0);
  fs::remove(file);
}

// An actor that has learned from copies of all examples mirrors its actions better than one that
// has not; the mirror loss does so too.
TEST(Symmetry, AugmentationAndTheMirrorLossTeachIt) {
  const auto asymmetry = [](const std::string& method) {
    Case c{"ppo", ConfigFor("ppo")};
    c.config.symmetry_method = method;
    c.config.mirror_weight = 10;
    c.config.network.policy_last_layer_scale = 1;  // it begins far from symmetric
    const PointEnv with(32, 4, 50, /*canonical=*/true), without(32, 4, 50);
    PointEnv env = method == "canonical" ? without : with;  // canonical: nothing is made of it
    Trainer trainer(env, c.config, 1, 1);
    for (int i = 0; i < 4; ++i) trainer.Iterate();
    const Policy policy = trainer.CurrentPolicy();
    constexpr int kN = 50;
    PolicyWorkspace workspace = MakeWorkspace(policy, kN);
    Batch obs = test::RandomMatrix(2, kN, 1).cast<float>(), action(1, kN), mirrored(1, kN);
    obs.row(1).setOnes();
    Act(policy, obs, workspace, action);
    obs.row(0) *= -1;
    Act(policy, obs, workspace, mirrored);
    return (action + mirrored).norm() / action.norm();
  };
  const double none = asymmetry("canonical");
  EXPECT_LT(asymmetry("augmentation"), 0.7 * none);
  EXPECT_LT(asymmetry("mirror_loss"), 0.7 * none);
}

// ---- what does not go together

std::string Refusal(VecEnv& env, const LearnerConfig& config) {
  try {
    Trainer trainer(env, config, 1, 1);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Symmetry, IsRefusedWhereThereIsNoneOrItDoesNotFit) {
  LearnerConfig config = ConfigFor("ppo");
  config.symmetry_method = "equivariant";
  PointEnv plain(8, 2, 50), symmetric(8, 2, 50, /*canonical=*/true);
  ChoiceEnv choices(8, 2, 50);
  EXPECT_NE(Refusal(plain, config).find("this world has none"), std::string::npos);
  EXPECT_NE(Refusal(choices, config).find("for continuous actions"), std::string::npos);
  config.algorithm = "a2c";
  config.symmetry_method = "augmentation";
  EXPECT_NE(Refusal(symmetric, config).find("did not choose"), std::string::npos);
  config.algorithm = "trpo";
  config.symmetry_method = "mirror_loss";
  EXPECT_NE(Refusal(symmetric, config).find("trpo's step has none"), std::string::npos);
  config.symmetry_method = "equivariant";
  EXPECT_EQ(Refusal(symmetric, config), "");
}

TEST(Algorithms, AnUnknownOneIsRefusedNamingTheOthers) {
  PointEnv env(8, 2, 50);
  EXPECT_NE(Refusal(env, ConfigFor("sac")).find("there are: ppo, trpo, a2c, reinforce"),
            std::string::npos);
}

// ---- returns

// The deviation of the discounted sums is what rewards are divided by, from the second iteration
// on; the reward that is told stays that of the world.
TEST(NormalizedReturns, DivideRewardsByTheDeviationSeenBefore) {
  LearnerConfig config = ConfigFor("a2c");
  PointEnv plain_env(32, 4, 50), env(32, 4, 50);
  Trainer plain(plain_env, config, 1, 1);
  config.normalize_returns = true;
  Trainer trainer(env, config, 1, 1);
  const double told = plain.Iterate().reward_per_second;
  EXPECT_DOUBLE_EQ(trainer.Iterate().reward_per_second, told);
  EXPECT_EQ(plain.rollout().reward, trainer.rollout().reward);  // nothing was known yet

  const double seen = trainer.state().return_moments.count;
  EXPECT_EQ(seen, trainer.rollout().size());
  const double deviation = std::sqrt(trainer.state().return_moments.sum_square[0] / seen);
  EXPECT_GT(deviation, 1);
  const double mean_told = trainer.Iterate().reward_per_second;
  EXPECT_NEAR(trainer.rollout().reward.cast<double>().mean() * deviation / 0.1, mean_told,
              1e-4 * std::abs(mean_told));
}

}  // namespace
}  // namespace doggo::agent
