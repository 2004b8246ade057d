// The small worlds, trained as the configurations say.
#include <gtest/gtest.h>

#include <filesystem>

#include "agent/training/trainer.h"
#include "app/config_file.h"
#include "app/task_choice.h"
#include "app/training_run.h"
#include "sim/environment/parallel_env.h"

namespace doggo::app {
namespace {

double ReturnAfterTraining(const Config& config) {
  sim::ParallelEnv env(MakeTask(config), config.train.environments, config.train.shard_size,
                       static_cast<uint64_t>(config.seed));
  agent::Trainer trainer(env, config.learner, static_cast<uint64_t>(config.seed), 2);
  for (int k = 0; k < config.train.iterations; ++k) trainer.Iterate();
  return EvaluateReturn(trainer.CurrentPolicy(), config).mean;
}

// 10 s is the whole episode.
TEST(Cartpole, IsBalancedByEveryAlgorithm) {
  for (const std::string& algorithm : agent::AlgorithmNames()) {
    const Config config = LoadConfig("configs/cartpole_" + algorithm + ".yaml", {});
    EXPECT_GT(ReturnAfterTraining(config), 9) << algorithm;
  }
}

TEST(Cartpole, IsBalancedByNumbersToo) {
  const Config config = LoadConfig("configs/cartpole_ppo.yaml", {"classic.actions=continuous"});
  EXPECT_GT(ReturnAfterTraining(config), 9);
}

// Hanging for 10 s is -10; upright from the start would be 10.
TEST(Pendulum, IsSwungUp) {
  const Config config = LoadConfig("configs/pendulum_ppo.yaml", {});
  EXPECT_GT(ReturnAfterTraining(config), 5);
}

TEST(TaskChoice, AConfigurationHasTheKeysOfItsTaskAlone) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      ReadConfig(text, "my.yaml");
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message("task: cartpole\nclassic: {actions: discrete}\n"), "");
  EXPECT_NE(message("task: cartpole\nsymmetry: none\n").find("unknown key 'symmetry'"),
            std::string::npos);
  EXPECT_NE(message("classic: {actions: discrete}\n").find("unknown"), std::string::npos);
  EXPECT_NE(message("task: cartpol\n").find("none of its choices"), std::string::npos);
  EXPECT_NE(message("algorithm: trpo\ntrpo: {max_ki: 1}\n").find("did you mean 'trpo.max_kl'"),
            std::string::npos);
  EXPECT_NE(message("ppo: {gamma: 1}\n").find("ppo.gamma=1: must be below 1"), std::string::npos);
  EXPECT_NE(message("algorithm: a2c\na2c: {gamma: -0.1}\n").find("is below 0"), std::string::npos);
}

TEST(TaskChoice, CommandsOfTheQuadrupedRefuseOthers) {
  const Config config = ReadConfig("task: hopper\n", "my.yaml");
  try {
    RequireQuadruped(config, "inspect");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("hopper"), std::string::npos);
  }
}

// The loop of the program: a folder, metrics, a checkpoint to go on from, an evaluation.
TEST(ClassicRun, TrainsResumesAndIsJudged) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "doggo_classic_run";
  std::filesystem::remove_all(folder);
  Config config = LoadConfig("configs/cartpole_trpo.yaml",
                             {"train.iterations=2", "run.folder=" + folder.string()});
  {
    TrainingRun run(config);
    run.Train(Display::kQuiet);
    EXPECT_EQ(run.JudgeReturn().episodes, 64);
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "evaluation.json"));
  TrainingRun run(PlanResumption(folder.string(), {"train.iterations=3"}));
  run.Train(Display::kQuiet);

  config.train.iterations = 3;
  config.run.folder = (folder / "straight").string();
  TrainingRun straight(config);
  straight.Train(Display::kQuiet);
  EXPECT_EQ(run.NamedPolicy().theta, straight.NamedPolicy().theta);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace doggo::app
