#include "app/training_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/config_file.h"
#include "app/training/metrics_table.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

class TrainingRuns : public testing::Test {
 protected:
  TrainingRuns() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / (std::string("doggo_") + test->name());
    fs::remove_all(root_);
  }

  // Quick, and with everything that a run remembers: tests on the way, moments, replays' counts.
  Config Small(const std::string& name, int iterations, int threads = 1) const {
    return LoadConfig(
        "configs/smoke.yaml",
        {"train.environments=8", "train.shard_size=4", "ppo.minibatches=2",
         "train.iterations=" + std::to_string(iterations), "train.test_every=600",
         "train.threads=" + std::to_string(threads), "train.checkpoint_every=5",
         "network.policy_hidden=[16]", "network.critic_hidden=[16]",
         "network.normalize_observations=true", "evaluation.episodes=2",
         "evaluation.episode_length=1.5", "episode_length=0.6", "randomization.push_interval=0.5",
         "randomization.base_mass=[-1, 1]", "run.folder=" + (root_ / name).string()});
  }

  void Train(const Config& config) const {
    TrainingRun run(config);
    run.Train(Display::kQuiet);
  }
  void Resume(const std::string& name, const std::vector<std::string>& overrides = {}) const {
    TrainingRun run(PlanResumption((root_ / name).string(), overrides));
    run.Train(Display::kQuiet);
  }

  std::string Content(const fs::path& file) const {
    std::ifstream in(root_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // metrics.csv without the columns that depend on the machine.
  std::string Timeless(const std::string& run) const {
    std::istringstream lines(Content(run + "/metrics.csv"));
    std::string text, line, cell;
    std::vector<bool> kept;
    while (std::getline(lines, line)) {
      std::istringstream cells(line);
      for (size_t k = 0; std::getline(cells, cell, ','); ++k) {
        if (kept.size() <= k) {
          kept.push_back(cell.find("seconds") == std::string::npos &&
                         !cell.starts_with("machine/"));
        }
        if (kept[k]) text += cell + ",";
      }
      text += '\n';
    }
    return text;
  }

  std::string Refusal(const std::string& name, const std::vector<std::string>& overrides) const {
    try {
      TrainingRun run(PlanResumption((root_ / name).string(), overrides));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  fs::path root_;
};

TEST_F(TrainingRuns, TenAndTenMoreIterationsAreTwentyToTheBit) {
  Train(Small("straight", 20));
  for (const int threads : {1, 2}) {
    const std::string name = "resumed" + std::to_string(threads);
    Train(Small(name, 10));
    Resume(name, {"train.iterations=20", "train.threads=" + std::to_string(threads)});
    EXPECT_EQ(Content(name + "/policy.safetensors"), Content("straight/policy.safetensors"));
    EXPECT_EQ(Timeless(name), Timeless("straight"));
    EXPECT_EQ(Content(name + "/alarms.jsonl"), Content("straight/alarms.jsonl"));
    ASSERT_NE(Content("straight/best_policy.safetensors"), "");
    EXPECT_EQ(Content(name + "/best_policy.safetensors"),
              Content("straight/best_policy.safetensors"));
    EXPECT_EQ(ReadRunRecord(root_ / name)["best"], ReadRunRecord(root_ / "straight")["best"]);
  }
}

// Three iterations lie between the stop and the next update of the adaptive rule's levels.
TEST_F(TrainingRuns, OnRoughGroundItIsTheSameToTheBitOnAnyNumberOfThreadsAndAcrossAStop) {
  for (const std::string rule : {"distance", "adaptive"}) {
    const auto rough = [&](const std::string& name, int iterations, int threads) {
      return LoadConfig("configs/anymal_rough.yaml",
                        {"train.environments=8",
                         "train.shard_size=4",
                         "ppo.minibatches=2",
                         "train.iterations=" + std::to_string(iterations),
                         "train.test_every=0",
                         "train.threads=" + std::to_string(threads),
                         "train.checkpoint_every=5",
                         "network.policy_hidden=[8]",
                         "network.critic_hidden=[8]",
                         "evaluation.episodes=2",
                         "evaluation.episode_length=1.5",
                         "terrain.types=[stairs_up share=0.5, rough_slope share=0.5]",
                         "terrain.levels=3",
                         "terrain.border=2",
                         "terrain_curriculum.start_level=1",
                         "terrain_curriculum.rule=" + rule,
                         "terrain_curriculum.adaptive.iterations=4",
                         "terrain_curriculum.adaptive.fewest_steps=4",
                         "episode_length=0.6",
                         "run.folder=" + (root_ / (rule + name)).string()});
    };
    Train(rough("_straight", 10, 1));
    Train(rough("_threads", 10, 2));
    Train(rough("_stopped", 5, 2));
    Resume(rule + "_stopped", {"train.iterations=10", "train.threads=1"});
    for (const char* other : {"_threads", "_stopped"}) {
      EXPECT_EQ(Content(rule + other + "/policy.safetensors"),
                Content(rule + "_straight/policy.safetensors"));
      EXPECT_EQ(Timeless(rule + other), Timeless(rule + "_straight"));
    }
    const auto levels =
        ReadMetrics(root_ / (rule + "_straight/metrics.csv")).Column("episode/terrain_level");
    EXPECT_GT(levels.size(), 0u);
  }
}

// Its tests are complete from the first on: training begins with an error that it tests below.
TEST_F(TrainingRuns, TheBestOfTheTestsIsKept) {
  Train(Small("run", 20));
  const MetricsTable metrics = ReadMetrics(root_ / "run/metrics.csv");
  const auto falls = metrics.Column("test/fall_share"), linear = metrics.Column("test/linear_rmse"),
             yaw = metrics.Column("test/yaw_rmse"), steps = metrics.Column("env_steps");
  int tests = 0;
  size_t best = 0;
  for (size_t k = 0; k < falls.size(); ++k) {
    if (!std::isfinite(falls[k])) continue;
    const auto better = std::make_pair(falls[k], linear[k] + yaw[k]) <
                        std::make_pair(falls[best], linear[best] + yaw[best]);
    if (tests++ == 0 || better) best = k;
  }
  ASSERT_GT(tests, 1);
  const agent::Policy kept = agent::LoadPolicy(root_ / "run/best_policy.safetensors");
  EXPECT_EQ(static_cast<double>(kept.steps_trained), steps[best]);
  const auto record = ReadRunRecord(root_ / "run")["best"];
  EXPECT_EQ(record["env_steps"], kept.steps_trained);
  EXPECT_NEAR(record["lin_rmse_mps"], linear[best], 1e-8);
}

// Killed after a test that found a better policy than the checkpoint knows of; the settings change,
// so that this test does not come again.
TEST_F(TrainingRuns, ABestPolicyFromBehindTheCheckpointIsNotLost) {
  Train(Small("run", 20));
  const auto best = ReadRunRecord(root_ / "run")["best"];
  Train(Small("killed", 1));
  fs::copy(root_ / "run/best_policy.safetensors", root_ / "killed/best_policy.safetensors");
  TrainingRun run(PlanResumption((root_ / "killed").string(), {"train.test_every=0"}));
  EXPECT_EQ(ReadRunRecord(root_ / "killed")["best"], best);
}

TEST_F(TrainingRuns, ABestPolicyThatCannotBeReadIsNone) {
  Train(Small("run", 20));
  std::ofstream(root_ / "run/best_policy.safetensors") << "half a file";
  TrainingRun run(PlanResumption((root_ / "run").string(), {"train.iterations=40"}));
  EXPECT_FALSE(run.state().best);
  EXPECT_FALSE(ReadRunRecord(root_ / "run").contains("best"));
}

// Killed after iteration 7, whose last checkpoint is that of iteration 5.
TEST_F(TrainingRuns, WhatWasWrittenBehindTheCheckpointIsCutOff) {
  Train(Small("straight", 10));
  Train(Small("killed", 5));
  std::ofstream(root_ / "killed/metrics.csv", std::ios::app) << "6,1,2,3\n7,";
  std::ofstream(root_ / "killed/metrics.jsonl", std::ios::app) << "{\"iteration\":6}\n{";
  std::ofstream(root_ / "killed/events.out.tfevents.doggo", std::ios::app) << "half a record";
  std::ofstream(root_ / "killed/policy.safetensors") << "of a later checkpoint that is lost";
  std::ofstream(root_ / "killed/checkpoint.safetensors.123.0.tmp") << "half a checkpoint";
  Resume("killed", {"train.iterations=10"});
  EXPECT_EQ(Timeless("killed"), Timeless("straight"));
  EXPECT_EQ(Content("killed/policy.safetensors"), Content("straight/policy.safetensors"));
  EXPECT_EQ(fs::file_size(root_ / "killed/events.out.tfevents.doggo"),
            fs::file_size(root_ / "straight/events.out.tfevents.doggo"));
  EXPECT_FALSE(fs::exists(root_ / "killed/checkpoint.safetensors.123.0.tmp"));
}

TEST_F(TrainingRuns, ARunWithoutACheckpointBeginsAgain) {
  Train(Small("straight", 3));
  Train(Small("killed", 3));
  fs::remove(root_ / "killed/checkpoint.safetensors");
  Resume("killed");
  EXPECT_EQ(Timeless("killed"), Timeless("straight"));
}

TEST_F(TrainingRuns, ChangedKeysAreAcceptedOrRefusedByName) {
  Train(Small("run", 1));
  EXPECT_EQ(Refusal("run", {"train.iterations=2", "rewards.torque=-1e-4", "evaluation.seed=5"}),
            "");
  EXPECT_NE(Content("run/config.yaml").find("iterations: 2\n"), std::string::npos);
  EXPECT_NE(Content("run/config_until_000001.yaml").find("iterations: 1\n"), std::string::npos);

  for (const char* refused :
       {"seed=2", "train.environments=16", "train.shard_size=8", "network.policy_hidden=[8]",
        "network.activation=tanh", "optimizer.method=sgd", "symmetry=none", "physics.substeps=3",
        "train.steps_per_iteration=64", "observations.policy=[base_linear_velocity]"}) {
    const std::string key = std::string(refused).substr(0, std::string(refused).find('='));
    const std::string message = Refusal("run", {refused});
    EXPECT_NE(message.find(key + " ("), std::string::npos) << refused << ": " << message;
  }
  // accepted keys, but with values that other things would be measured or kept with
  EXPECT_NE(Refusal("run", {"rewards.torque=0"}).find("on or off"), std::string::npos);
  EXPECT_NE(Refusal("run", {"randomization.armature=[0.5, 2]"}).find("random"), std::string::npos);
  EXPECT_EQ(Refusal("run", {}), "");
}

TEST_F(TrainingRuns, ARunOfAnotherVersionIsToldByThatVersion) {
  Train(Small("run", 1));
  std::ofstream(root_ / "run/config.yaml", std::ios::app) << "turns: 3\n";
  EXPECT_EQ(Refusal("run", {}).find("the run is of"), std::string::npos);
  auto record = ReadRunRecord(root_ / "run");
  record["version"] = "doggo 0.0.1 (abc)";
  WriteRunRecord(root_ / "run", record);
  const std::string message = Refusal("run", {});
  EXPECT_NE(message.find("unknown key 'turns'"), std::string::npos) << message;
  EXPECT_NE(message.find("the run is of doggo 0.0.1 (abc)"), std::string::npos) << message;
}

TEST_F(TrainingRuns, ADamagedCheckpointIsNamed) {
  Train(Small("run", 1));
  const fs::path file = root_ / "run/checkpoint.safetensors";
  const std::string good = Content("run/checkpoint.safetensors");
  for (const size_t at : {size_t{100}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] ^= 4;
    std::ofstream(file, std::ios::binary) << bad;
    EXPECT_NE(Refusal("run", {}).find(file.string()), std::string::npos) << at;
  }
  std::ofstream(file, std::ios::binary) << good.substr(0, good.size() / 2);
  EXPECT_NE(Refusal("run", {}).find("cut short"), std::string::npos);
}

TEST_F(TrainingRuns, AWarmStartActsAsThePolicyThatItBeginsWith) {
  Train(Small("first", 2));
  const Config config = Small("second", 1);
  { const TrainingRun run(config, (root_ / "first").string()); }
  const agent::Policy first = agent::LoadPolicy(root_ / "first/policy.safetensors"),
                      second = agent::LoadPolicy(root_ / "second/policy.safetensors");
  EXPECT_EQ(first.theta, second.theta);
  EXPECT_EQ(first.normalizer.mean, second.normalizer.mean);
  // through the variance and back: a few units in the last place
  EXPECT_TRUE(first.normalizer.scale.isApprox(second.normalizer.scale, 1e-5f));
  EXPECT_EQ(second.steps_trained, 0);

  Config wider = Small("third", 1);
  wider.learner.network.policy_hidden = {17};
  EXPECT_THROW(TrainingRun(wider, (root_ / "first").string()), std::runtime_error);
  EXPECT_FALSE(fs::exists(root_ / "third"));
}

// Every key that may change leaves a state that training can go on from, or says in words why not.
TEST_F(TrainingRuns, NoChangeableKeyBreaksTheState) {
  Train(Small("pristine", 1));
  const Resumption plan = PlanResumption((root_ / "pristine").string(), {"train.iterations=2"});
  Config probe = plan.config;
  int accepted = 0;
  for (const ConfigField& field : Fields(probe)) {
    if (!field.changeable || field.key.starts_with("train.") || field.key.starts_with("eval"))
      continue;
    fs::remove_all(root_ / "run");
    fs::copy(root_ / "pristine", root_ / "run");
    Resumption changed = plan;
    changed.folder = root_ / "run";
    changed.checkpoint = changed.folder / "checkpoint.safetensors";
    for (ConfigField& other : Fields(changed.config)) {
      if (other.key != field.key) continue;
      if (auto* number = std::get_if<double*>(&other.value))
        **number = std::clamp(**number * 0.75, other.min, other.max);
      if (auto* number = std::get_if<int*>(&other.value)) **number *= 2;
      if (auto* range = std::get_if<Range*>(&other.value)) (*range)->high = (*range)->low;
      if (auto* flag = std::get_if<bool*>(&other.value)) **flag = !**flag;
    }
    try {
      TrainingRun run(changed);
      run.Train(Display::kQuiet);
      ++accepted;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("on or off"), std::string::npos)
          << field.key << ": " << error.what();
    } catch (const std::invalid_argument& error) {  // contradicts the rest of the configuration
      EXPECT_NE(std::string(error.what()).find(": "), std::string::npos)
          << field.key << ": " << error.what();
    }
  }
  EXPECT_GT(accepted, 50);
}

}  // namespace
}  // namespace doggo::app
