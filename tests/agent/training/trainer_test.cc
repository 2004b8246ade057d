#include "agent/training/trainer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "agent/policy/safetensors.h"
#include "point_env.h"

namespace doggo::agent {
namespace {

namespace fs = std::filesystem;

LearnerConfig SmallConfig() {
  LearnerConfig config;
  config.steps_per_iteration = 16;
  config.network.policy_hidden = config.network.critic_hidden = {16};
  config.ppo.epochs = 3;
  config.ppo.minibatches = 2;
  return config;
}

Vector ThetaAfter(PointEnv env, const LearnerConfig& config, int iterations, int threads,
                  uint64_t seed = 3) {
  Trainer trainer(env, config, seed, threads);
  for (int i = 0; i < iterations; ++i) trainer.Iterate();
  return trainer.state().theta;
}

fs::path TemporaryFolder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder = fs::path(testing::TempDir()) / (std::string("doggo_") + test->name());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

TEST(Trainer, LearnsToHoldAPointAtTheOrigin) {
  PointEnv env(8, 4, 50);
  Trainer trainer(env, SmallConfig(), 1, 2);
  const double first = trainer.Iterate().reward_per_second;
  IterationReport last;
  for (int i = 0; i < 60; ++i) last = trainer.Iterate();
  // seeds 1 to 12 start between -12 and -21, and end between -0.038 and -0.049: the noise
  EXPECT_LT(first, -10);
  EXPECT_GT(last.reward_per_second, -0.1);
}

TEST(Trainer, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const bool normalize : {false, true}) {
    LearnerConfig config = SmallConfig();
    config.network.normalize_observations = normalize;
    // 5 shards of 64: mini-batches of more than one tile
    const PointEnv env(64, 5, 50, /*canonical=*/true);
    const Vector one = ThetaAfter(env, config, 4, 1);
    for (const int threads : {2, 3, 8}) {
      const Vector many = ThetaAfter(env, config, 4, threads);
      EXPECT_TRUE((one.array() == many.array()).all()) << threads << " threads";
    }
  }
}

// Says how far an episode came in even environments only, and notes which iterations have ended.
class PartlyMeasured : public PointEnv {
 public:
  PartlyMeasured() : PointEnv(/*shard_size=*/8, /*num_shards=*/2, /*episode_steps=*/10) {}
  void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) override {
    PointEnv::Step(shard, action, out);
    for (int e = 0; e < spec().shard_size; ++e)
      out.episode_metrics(0, e) = e % 2 == 0 ? 3 : std::numeric_limits<float>::quiet_NaN();
  }
  void EndIteration(int64_t iteration) override { ended.push_back(iteration); }
  std::vector<int64_t> ended;
};

TEST(Trainer, LeavesMetricsThatDoNotApplyOutOfTheMean) {
  PartlyMeasured env;
  Trainer trainer(env, SmallConfig(), 1, 1);
  const IterationReport& report = trainer.Iterate();
  ASSERT_GT(report.episodes, 8);  // of odd environments too
  EXPECT_EQ(report.episode_metrics, std::vector<double>{3});
}

TEST(Trainer, TellsTheWorldWhichIterationHasEnded) {
  PartlyMeasured env;
  Trainer trainer(env, SmallConfig(), 1, 2);
  EXPECT_TRUE(env.ended.empty());
  for (int i = 0; i < 3; ++i) trainer.Iterate();
  EXPECT_EQ(env.ended, (std::vector<int64_t>{1, 2, 3}));
}

TEST(Trainer, AnotherSeedGivesOtherParameters) {
  const PointEnv env(8, 2, 50);
  EXPECT_FALSE((ThetaAfter(env, SmallConfig(), 1, 1, 3).array() ==
                ThetaAfter(env, SmallConfig(), 1, 1, 4).array())
                   .all());
}

TEST(Trainer, GoesOnFromACheckpointToTheBit) {
  for (const bool normalize : {false, true}) {
    LearnerConfig config = SmallConfig();
    config.network.normalize_observations = normalize;
    const PointEnv env(8, 4, 50);
    const Vector straight = ThetaAfter(env, config, 6, 1);

    const fs::path file = TemporaryFolder() / "checkpoint";
    {
      PointEnv first = env;
      Trainer trainer(first, config, 3, 2);
      for (int i = 0; i < 3; ++i) trainer.Iterate();
      trainer.SaveCheckpoint(file);
    }
    PointEnv second = env;
    Trainer trainer(second, config, /*seed=*/99, 1);  // what it has is replaced
    trainer.LoadCheckpoint(file);
    EXPECT_EQ(trainer.state().iteration, 3);
    for (int i = 0; i < 3; ++i) trainer.Iterate();
    EXPECT_TRUE((straight.array() == trainer.state().theta.array()).all());
  }
}

TEST(Trainer, EveryOptimizerGoesOnFromACheckpointToTheBit) {
  const PointEnv env(8, 2, 50);
  for (const std::string& method : OptimizerNames()) {
    LearnerConfig config = SmallConfig();
    config.optimizer.method = method;
    if (LooksAhead(config.optimizer)) continue;
    const fs::path file = TemporaryFolder() / "checkpoint";
    PointEnv first = env;
    Trainer straight(first, config, 3, 1);
    straight.Iterate();
    straight.SaveCheckpoint(file);
    straight.Iterate();

    PointEnv second = env;
    Trainer trainer(second, config, /*seed=*/99, 1);
    trainer.LoadCheckpoint(file);
    trainer.Iterate();
    EXPECT_EQ(straight.state().theta, trainer.state().theta) << method;
  }
}

// Adam and AdamW remember the same vectors, but a training is of one method.
TEST(Trainer, ACheckpointOfAnotherOptimizerIsRefusedNamingBoth) {
  PointEnv env(8, 2, 50);
  const fs::path file = TemporaryFolder() / "checkpoint";
  Trainer(env, SmallConfig(), 1, 1).SaveCheckpoint(file);
  for (const char* method : {"sgd", "momentum", "adamw"}) {
    LearnerConfig config = SmallConfig();
    config.optimizer.method = method;
    Trainer trainer(env, config, 1, 1);
    try {
      trainer.LoadCheckpoint(file);
      FAIL() << method;
    } catch (const std::runtime_error& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(file.string()), std::string::npos) << message;
      EXPECT_NE(message.find("'adam'"), std::string::npos) << message;
      EXPECT_NE(message.find(std::string("'") + method + "'"), std::string::npos) << message;
    }
  }
}

TEST(Trainer, AnOptimizerThatLooksAheadIsRefused) {
  LearnerConfig config = SmallConfig();
  config.optimizer.method = "nesterov";
  PointEnv env(8, 2, 50);
  EXPECT_THROW(Trainer(env, config, 1, 1), std::invalid_argument);
}

// theta = [actor: 16 x 2 weights, 16 biases, 16 weights, 1 bias; log std; critic: the same]
TEST(Trainer, WeightsThatDecayAreThoseOfTheDenseLayers) {
  PointEnv env(8, 2, 50);
  const ActorCritic nets(env.spec(), SmallConfig().network);
  std::vector<std::pair<int, int>> ranges;
  for (const ParameterRange& r : WeightRanges(nets)) ranges.emplace_back(r.begin, r.size);
  const std::vector<std::pair<int, int>> expected = {{0, 32}, {48, 16}, {66, 32}, {114, 16}};
  EXPECT_EQ(ranges, expected);
}

TEST(Trainer, WeightDecayChangesTraining) {
  const PointEnv env(8, 2, 50);
  LearnerConfig config = SmallConfig();
  const Vector adam = ThetaAfter(env, config, 1, 1);
  config.optimizer.method = "adamw";
  EXPECT_EQ(ThetaAfter(env, config, 1, 1), adam);
  config.optimizer.weight_decay = 0.1;
  EXPECT_NE(ThetaAfter(env, config, 1, 1), adam);
}

TEST(Trainer, ADamagedCheckpointIsRefusedAndChangesNothing) {
  PointEnv env(8, 2, 50);
  Trainer trainer(env, SmallConfig(), 1, 1);
  const fs::path file = TemporaryFolder() / "checkpoint";
  trainer.SaveCheckpoint(file);
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  bytes[bytes.size() - 100] ^= 1;
  std::ofstream(file, std::ios::binary) << bytes;

  trainer.Iterate();
  const Vector before = trainer.state().theta;
  EXPECT_THROW(trainer.LoadCheckpoint(file), std::runtime_error);
  EXPECT_TRUE((before.array() == trainer.state().theta.array()).all());
}

// Whichever byte it is: header, names, numbers.
TEST(Trainer, ACheckpointDamagedByOneByteIsRefused) {
  PointEnv env(8, 2, 50);
  Trainer trainer(env, SmallConfig(), 1, 1);
  const fs::path file = TemporaryFolder() / "checkpoint";
  trainer.SaveCheckpoint(file, {{"run", "text"}});
  std::ifstream in(file, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  for (size_t at = 0; at < good.size(); at += 97) {
    std::string bad = good;
    bad[at] ^= 1;
    std::ofstream(file, std::ios::binary) << bad;
    if (good[at] == ' ') continue;  // between the header's parts
    EXPECT_THROW(trainer.LoadCheckpoint(file), std::runtime_error) << at;
  }
}

TEST(Trainer, ACheckpointKeepsTheCallersTexts) {
  PointEnv env(8, 2, 50);
  const fs::path file = TemporaryFolder() / "checkpoint";
  const Trainer::Notes notes = {{"config", "a: 1\n"}, {"run", "{}"}};
  Trainer(env, SmallConfig(), 1, 1).SaveCheckpoint(file, notes);
  EXPECT_EQ(ReadCheckpointNotes(file), notes);
}

TEST(Trainer, ACheckpointOfAnotherVersionIsRefused) {
  PointEnv env(8, 2, 50);
  Trainer trainer(env, SmallConfig(), 1, 1);
  const fs::path file = TemporaryFolder() / "checkpoint";
  trainer.SaveCheckpoint(file);
  TensorFile other = ReadTensorFile(file);
  other.metadata["format"] = "doggo checkpoint 999";
  WriteTensorFile(other, file);
  try {
    trainer.LoadCheckpoint(file);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("another version"), std::string::npos);
  }
}

TEST(Trainer, AWarmStartTakesTheActorAndLeavesStdAndCritic) {
  PointEnv env(8, 2, 50);
  Trainer first(env, SmallConfig(), 1, 1);
  first.Iterate();
  const Policy policy = first.CurrentPolicy();
  const fs::path file = TemporaryFolder() / "checkpoint";
  first.SaveCheckpoint(file);

  Trainer fresh(env, SmallConfig(), 2, 1), warm(env, SmallConfig(), 2, 1);
  const ActorCritic& nets = warm.networks();
  warm.StartFrom(policy);
  EXPECT_EQ(nets.ActorPart(warm.state().theta), nets.ActorPart(first.state().theta));
  EXPECT_EQ(nets.LogStdPart(warm.state().theta), nets.LogStdPart(fresh.state().theta));
  EXPECT_EQ(nets.CriticPart(warm.state().theta), nets.CriticPart(fresh.state().theta));

  Trainer whole(env, SmallConfig(), 2, 1);
  whole.StartFromCheckpoint(file);
  EXPECT_EQ(nets.ActorPart(whole.state().theta), nets.ActorPart(first.state().theta));
  EXPECT_EQ(nets.LogStdPart(whole.state().theta), nets.LogStdPart(fresh.state().theta));
  EXPECT_EQ(nets.CriticPart(whole.state().theta), nets.CriticPart(first.state().theta));
  EXPECT_EQ(whole.state().env_steps, 0);
}

TEST(Trainer, AWarmStartOfAnotherShapeIsRefused) {
  PointEnv env(8, 2, 50), canonical(8, 2, 50, /*canonical=*/true);
  const Policy policy = Trainer(env, SmallConfig(), 1, 1).CurrentPolicy();
  LearnerConfig wider = SmallConfig(), normalized = SmallConfig();
  wider.network.policy_hidden = {17};
  normalized.network.normalize_observations = true;
  EXPECT_THROW(Trainer(env, wider, 1, 1).StartFrom(policy), std::invalid_argument);
  EXPECT_THROW(Trainer(env, normalized, 1, 1).StartFrom(policy), std::invalid_argument);
  EXPECT_THROW(Trainer(canonical, SmallConfig(), 1, 1).StartFrom(policy), std::invalid_argument);
}

TEST(Trainer, ACheckpointOfAnotherShapeIsRefused) {
  PointEnv env(8, 2, 50);
  const fs::path file = TemporaryFolder() / "checkpoint";
  Trainer(env, SmallConfig(), 1, 1).SaveCheckpoint(file);
  LearnerConfig wider = SmallConfig();
  wider.network.policy_hidden = {17};
  Trainer trainer(env, wider, 1, 1);
  EXPECT_THROW(trainer.LoadCheckpoint(file), std::runtime_error);
}

// Where the clock cut an episode off, the next value is that of the state it stopped in; the column
// behind it belongs to another episode.
TEST(Trainer, ATimeOutIsBootstrappedFromItsOwnFinalState) {
  PointEnv env(4, 1, 5);
  Trainer trainer(env, SmallConfig(), 1, 1);
  const Vector theta = trainer.state().theta;  // that the rollout is collected with
  trainer.Iterate();
  const Rollout& r = trainer.rollout();
  const Network& critic = trainer.networks().critic;
  Tape tape = critic.MakeTape(1);

  int timeouts = 0;
  for (int column = 0; column + 4 < r.size(); ++column) {
    if (!r.truncated(0, column)) {
      if (!r.terminated(0, column)) {
        EXPECT_EQ(r.next_value[column], r.value[column + 4]);
      }
      continue;
    }
    ++timeouts;
    // reward = -x'^2, and the walk is short: the sign of x' is that of x where it is far from zero
    const float x = r.critic_obs()(0, column);
    const float distance = std::sqrt(-r.reward[column]);
    if (std::abs(x) < 1 || distance < 0.5f) continue;
    const Matrix final_obs = (Matrix(2, 1) << std::copysign(distance, x), 1).finished();
    const float value = critic.Forward(trainer.networks().CriticPart(theta), final_obs, tape)(0, 0);
    EXPECT_NEAR(r.next_value[column], value, 1e-5);
  }
  EXPECT_GT(timeouts, 8);
}

TEST(Trainer, TheCanonicalFrameIsWhatTheNetworkSeesAndTheWorldGetsTheMirroredAction) {
  PointEnv env(8, 2, 50, /*canonical=*/true);
  Trainer trainer(env, SmallConfig(), 1, 1);
  trainer.Iterate();
  EXPECT_GE(trainer.rollout().policy_obs.row(0).minCoeff(), 0);
  EXPECT_GE(trainer.rollout().critic_obs().row(0).minCoeff(), 0);

  const Policy policy = trainer.CurrentPolicy();
  PolicyWorkspace workspace = MakeWorkspace(policy, 2);
  const Batch obs = (Batch(2, 2) << 0.7f, -0.7f, 1, 1).finished();
  Batch action(1, 2);
  Act(policy, obs, workspace, action);
  EXPECT_EQ(action(0, 0), -action(0, 1));
}

TEST(Trainer, AdvantagesAreNormalizedOverTheBatch) {
  PointEnv env(8, 2, 50);
  Trainer trainer(env, SmallConfig(), 1, 1);
  trainer.Iterate();
  const auto advantage = trainer.rollout().advantage.cast<double>().array();
  EXPECT_NEAR(advantage.mean(), 0, 1e-6);
  EXPECT_NEAR(advantage.square().mean(), 1, 1e-5);
}

TEST(Trainer, TheStandardDeviationStaysWithinItsBounds) {
  LearnerConfig config = SmallConfig();
  config.network.initial_std = config.network.min_std = config.network.max_std = 0.3;
  PointEnv env(8, 2, 50);
  Trainer trainer(env, config, 1, 1);
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(trainer.Iterate().mean_std, 0.3, 1e-6);
}

TEST(Trainer, MinibatchesMustDivideTheBatch) {
  LearnerConfig config = SmallConfig();
  config.ppo.minibatches = 7;
  PointEnv env(8, 2, 50);
  EXPECT_THROW(Trainer(env, config, 1, 1), std::invalid_argument);
}

TEST(Trainer, EveryPhaseOfAnIterationIsCounted) {
  PointEnv env(8, 4, 50);
  Trainer trainer(env, SmallConfig(), 1, 2);
  const IterationReport& report = trainer.Iterate();
  const double wall = report.collect_seconds + report.update_seconds;
  EXPECT_NEAR(report.phases.total(), 2 * wall, 0.02 * 2 * wall + 1e-4);
  for (const Phase phase : {Phase::kTask, Phase::kAct, Phase::kValue, Phase::kGather,
                            Phase::kDifferentiate, Phase::kStep})
    EXPECT_GT(report.phases[phase], 0) << static_cast<int>(phase);
}

}  // namespace
}  // namespace doggo::agent
