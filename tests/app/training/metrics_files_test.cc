#include "app/training/metrics_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "app/training/metrics_table.h"
#include "app/training/resident_memory.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

class Metrics : public testing::Test {
 protected:
  Metrics() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("doggo_metrics_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  static agent::IterationReport Report(int iteration) {
    agent::IterationReport report;
    report.iteration = iteration;
    report.env_steps = 1000 * iteration;
    report.collect_seconds = 0.3;
    report.update_seconds = 0.2;
    report.loss.kl = 0.25f;
    return report;
  }

  void Write(const IterationSurroundings& around, const agent::IterationReport& report) const {
    MetricsFiles files(
        folder_, {"fell", "reward/torque"}, false,
        {fs::exists(folder_ / "metrics.csv") ? fs::file_size(folder_ / "metrics.csv") : 0, 0, 0});
    files.Add(report, around);
    files.Write();
  }

  fs::path folder_;
};

TEST_F(Metrics, EveryColumnReadsBack) {
  agent::IterationReport report = Report(2);
  report.episodes = 4;
  report.episode_metrics = {0.5, -1.25};
  Write({.seconds = 7,
         .other_seconds = 0.125,
         .diverged = 3,
         .memory_mb = 31.5,
         .allocations = 12,
         .test = {0.0625, 0.5, 0.25}},
        report);
  const MetricsTable table = ReadMetrics(folder_ / "metrics.csv");
  ASSERT_EQ(table.rows(), 1u);
  const auto at = [&](const char* name) { return table.Column(name).at(0); };
  EXPECT_EQ(at("iteration"), 2);
  EXPECT_EQ(at("kl"), 0.25);
  EXPECT_EQ(at("episode/fell"), 0.5);
  EXPECT_EQ(at("episode/reward/torque"), -1.25);
  EXPECT_EQ(at("seconds"), 7);
  EXPECT_EQ(at("diverged"), 3);
  EXPECT_EQ(at("test/linear_rmse"), 0.0625);
  EXPECT_EQ(at("test/yaw_rmse"), 0.5);
  EXPECT_EQ(at("test/fall_share"), 0.25);
  EXPECT_EQ(at("machine/other_seconds"), 0.125);
  EXPECT_EQ(at("machine/memory_mb"), 31.5);
  EXPECT_EQ(at("machine/allocations"), 12);
  // 1000 steps an iteration, in half a second
  EXPECT_NEAR(at("machine/steps_per_second"), 2000, 1e-6);
  EXPECT_TRUE(std::isnan(at("nothing")));
}

TEST_F(Metrics, NoColumnStandsThereTwice) {
  Write({}, Report(1));
  const std::vector<std::string> names = ReadMetrics(folder_ / "metrics.csv").names;
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST_F(Metrics, WhatIsNotKnownIsAnEmptyCellAndNull) {
  Write({}, Report(1));
  const MetricsTable table = ReadMetrics(folder_ / "metrics.csv");
  for (const char* name : {"episode/fell", "test/linear_rmse", "machine/allocations"})
    EXPECT_TRUE(std::isnan(table.Column(name).at(0))) << name;
  std::ifstream in(folder_ / "metrics.jsonl");
  const auto json = nlohmann::json::parse(in);
  EXPECT_TRUE(json.at("episode/fell").is_null());
  EXPECT_EQ(json.size(), table.names.size());
}

// Of an earlier version that had fewer, in another order.
TEST_F(Metrics, AFileThatIsThereKeepsItsColumns) {
  std::ofstream(folder_ / "metrics.csv") << "kl,gone,iteration\n1,2,3\n";
  Write({}, Report(4));
  const MetricsTable table = ReadMetrics(folder_ / "metrics.csv");
  EXPECT_EQ(table.Column("iteration"), (std::vector<double>{3, 4}));
  EXPECT_EQ(table.Column("kl"), (std::vector<double>{1, 0.25}));
  EXPECT_TRUE(std::isnan(table.Column("gone")[1]));
}

TEST(MetricsTables, AHalfWrittenLineIsLeftOut) {
  const fs::path file = fs::path(testing::TempDir()) / "doggo_half.csv";
  std::ofstream(file) << "a,b\n1,\n3,4\n5";
  const MetricsTable table = ReadMetrics(file);
  EXPECT_EQ(table.Column("a"), (std::vector<double>{1, 3}));
  EXPECT_TRUE(std::isnan(table.Column("b")[0]));
  EXPECT_EQ(ReadMetrics("/nowhere").rows(), 0u);
}

TEST(ResidentMemory, GrowsByWhatIsWritten) {
  const double before = ResidentMemoryMb();
  const std::vector<char> block(64'000'000, 1);
  EXPECT_NEAR(ResidentMemoryMb() - before, 64, 8) << static_cast<int>(block[1]);
}

}  // namespace
}  // namespace doggo::app
