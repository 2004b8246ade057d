#include "app/run_list.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/config.h"
#include "app/run_lock.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

class RunList : public testing::Test {
 protected:
  RunList() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / (std::string("doggo_runs_") + test->name());
    fs::remove_all(root_);
  }

  fs::path Put(const std::string& run, const std::string& file, const std::string& text) const {
    fs::create_directories(root_ / run);
    std::ofstream(root_ / run / file) << text;
    return root_ / run;
  }

  // A run of 3 of 10 iterations.
  fs::path PutRun(const std::string& run, const std::string& started,
                  const std::string& state) const {
    Put(run, "config.yaml", "train:\n  iterations: 10\n");
    Put(run, "run.json",
        "{\"started\": \"" + started + "\", \"state\": \"" + state + "\", \"seed\": 1}");
    return Put(
        run, "metrics.jsonl",
        "{\"iteration\":2.0,\"env_steps\":512.0}\n{\"iteration\":3.0,\"env_steps\":768.0}\n");
  }

  fs::path root_;
};

TEST_F(RunList, NewestFirstWhateverTheTimeZone) {
  PutRun("a", "2026-03-01T12:00:00+0200", "finished");
  PutRun("b", "2026-03-01T11:00:00+0000", "stopped");  // an hour later
  const std::vector<RunSummary> runs = ListRuns(root_);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].folder.filename(), "b");
  EXPECT_EQ(runs[0].started - runs[1].started, 3600);
}

TEST_F(RunList, TellsHowFarARunCame) {
  const RunSummary run = Summarize(PutRun("a", "2026-03-01T12:00:00+0000", "finished"));
  EXPECT_EQ(run.condition, RunCondition::kFinished);
  EXPECT_EQ(run.iterations, 3);
  EXPECT_EQ(run.of_iterations, 10);
  EXPECT_EQ(run.env_steps, 768);
  EXPECT_FALSE(run.linear_rmse);
}

TEST_F(RunList, ARunIsInTrainingWhileItsLockIsHeldAndCrashedAfter) {
  const fs::path folder = PutRun("a", "2026-03-01T12:00:00+0000", "training");
  {
    const RunLock lock(folder);
    EXPECT_EQ(Summarize(folder).condition, RunCondition::kTraining);
    EXPECT_THROW(RunLock second(folder), std::runtime_error);
  }
  EXPECT_EQ(Summarize(folder).condition, RunCondition::kCrashed);
  EXPECT_NO_THROW(RunLock second(folder));
}

// Every file of a run, cut short or filled with rubbish.
TEST_F(RunList, DamagedRunsAreShownAsSuch) {
  for (const char* file : {"config.yaml", "run.json", "metrics.jsonl", "evaluation.json"}) {
    for (const char* text : {"{\"tracking", "\xff\xfe{]\n", "[1]\n"}) {
      PutRun("a", "2026-03-01T12:00:00+0000", "finished");
      const RunSummary run = Summarize(Put("a", file, text));
      // a line that is not yet whole is one that is being written
      const bool being_written = std::string(file) == "metrics.jsonl" && !std::strchr(text, '\n');
      EXPECT_EQ(run.condition == RunCondition::kDamaged, !being_written) << file << ": " << text;
      EXPECT_NO_THROW(RunTable({run}, 0));
      EXPECT_TRUE(nlohmann::json::accept(ToJson({run})));
      fs::remove_all(root_);
    }
  }
}

// The same configuration is damaged where this version has written it.
TEST_F(RunList, ARunWhoseKeysAreOfAnotherVersionIsOlderNotDamaged) {
  const fs::path folder = PutRun("a", "2026-03-01T12:00:00+0000", "finished");
  Put("a", "config.yaml", "train:\n  iterations: 10\n  turns: 3\n");
  Put("a", "evaluation.json", R"({"tracking":{"lin_rmse_mps":0.03,"yaw_rmse_radps":0.04}})");
  Put("a", "run.json", R"json({"version": "doggo 0.0.1 (abc)"})json");
  const RunSummary older = Summarize(folder);
  EXPECT_EQ(older.condition, RunCondition::kOlder);
  EXPECT_EQ(older.iterations, 3);
  EXPECT_EQ(older.linear_rmse, 0.03);
  EXPECT_NE(older.damage.find("doggo 0.0.1 (abc)"), std::string::npos) << older.damage;
  EXPECT_NE(older.damage.find("train.turns"), std::string::npos) << older.damage;
  EXPECT_NE(RunTable({older}, 0).find("older version"), std::string::npos);

  Put("a", "run.json", "{\"version\": \"" + Version() + "\"}");
  EXPECT_EQ(Summarize(folder).condition, RunCondition::kDamaged);
}

TEST_F(RunList, TheBestTestStandsInForAnEvaluation) {
  PutRun("a", "2026-03-01T12:00:00+0000", "training");
  const fs::path folder =
      Put("a", "run.json",
          R"({"best":{"iteration":2,"env_steps":512,"falls":0,"episodes":64,)"
          R"("lin_rmse_mps":0.1234,"yaw_rmse_radps":0.25,"file":"best_policy.safetensors"}})");
  const RunSummary tested = Summarize(folder);
  ASSERT_TRUE(tested.best);
  const std::string table = RunTable({tested}, tested.started);
  EXPECT_NE(table.find("0.123 m/s"), std::string::npos) << table;
  EXPECT_NE(table.find("rad/s*"), std::string::npos) << table;
  EXPECT_NE(table.find("not judged yet"), std::string::npos) << table;
  EXPECT_EQ(nlohmann::json::parse(ToJson({tested}))[0]["best_test"]["lin_rmse_mps"], 0.1234);

  Put("a", "evaluation.json", R"({"tracking":{"lin_rmse_mps":0.05,"yaw_rmse_radps":0.06}})");
  const RunSummary judged = Summarize(folder);
  EXPECT_NE(RunTable({judged}, 0).find("0.050 m/s"), std::string::npos);
  EXPECT_EQ(RunTable({judged}, 0).find("*"), std::string::npos);
}

TEST_F(RunList, SeedsOfOneCallAreFoundInTheirFolder) {
  PutRun("five/seed_1", "2026-03-01T12:00:00+0000", "finished");
  PutRun("five/seed_2", "2026-03-01T12:00:00+0000", "finished");
  EXPECT_EQ(ListRuns(root_).size(), 2u);
  EXPECT_TRUE(ListRuns(root_ / "nowhere").empty());
}

TEST_F(RunList, TheTableIsNoWiderThan80) {
  Put("a", "evaluation.json", R"({"tracking":{"lin_rmse_mps":0.0391,"yaw_rmse_radps":0.0424}})");
  RunSummary run = Summarize(PutRun("a", "2026-03-01T12:00:00+0000", "finished"));
  run.folder = "runs/2026-03-01_12-00-00_anymal_flat";
  run.iterations = run.of_iterations = 1500;
  run.env_steps = 29'500'000;
  run.bytes = 123'400'000;
  RunSummary damaged = run;
  damaged.condition = RunCondition::kDamaged;
  damaged.damage = "config.yaml:1:1: not a configuration, and a long sentence about what to do now";
  RunSummary older = damaged, tested = run;
  older.condition = RunCondition::kOlder;
  tested.linear_rmse.reset();
  tested.best = TestedPolicy{.linear_rmse = 0.1, .yaw_rmse = 0.1};
  std::istringstream lines(RunTable({run, damaged, older, tested}, run.started + 7200));
  std::string line;
  while (std::getline(lines, line)) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_NE(RunTable({run}, run.started + 7200).find("0.039"), std::string::npos);
}

TEST(Age, IsRoundedDownToItsUnit) {
  EXPECT_EQ(Age(59.9), "59 s");
  EXPECT_EQ(Age(3599), "59 min");
  EXPECT_EQ(Age(86399), "23 h");
  EXPECT_EQ(Age(86400 * 12.9), "12 d");
  EXPECT_EQ(Age(-5), "0 s");
}

}  // namespace
}  // namespace doggo::app
