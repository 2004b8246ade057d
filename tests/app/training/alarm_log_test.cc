#include "app/training/alarm_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

class AlarmLogs : public testing::Test {
 protected:
  AlarmLogs() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("doggo_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  // Iterations first, first + 1, ..., of which 3 to 5 have no standard deviation left.
  std::vector<std::string> Go(AlarmLog& log, int first, int last) const {
    std::vector<std::string> told;
    for (int k = first; k <= last; ++k) {
      agent::IterationReport report;
      report.iteration = k;
      for (std::string& line : log.Note(
               report, {.std = k >= 3 && k <= 5 ? 0.01 : 0.5, .initial_std = 0.5, .rewards = {}}))
        told.push_back(std::move(line));
    }
    log.Write();
    return told;
  }

  std::string Content() const {
    std::ifstream in(folder_ / "alarms.jsonl");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
};

TEST_F(AlarmLogs, TellWhenAnAlarmWasRaisedAndWhenItWasOver) {
  AlarmLog log(folder_, {}, {});
  const auto told = Go(log, 1, 10);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(told[0].starts_with("warning: iteration 3: ")) << told[0];
  EXPECT_EQ(told[1], "iteration 6: std_collapse is over.");
  const auto alarms = ReadAlarms(folder_);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].name, "std_collapse");
  EXPECT_EQ(alarms[0].iteration, 3);
  EXPECT_EQ(alarms[0].over, 6);
  EXPECT_FALSE(alarms[0].sentence.empty());
}

TEST_F(AlarmLogs, WhatWasWrittenBehindTheStateIsCutOffAndWrittenAgain) {
  AlarmLog::State state;
  {
    AlarmLog log(folder_, {}, {});
    Go(log, 1, 4);
    state = log.state();
    Go(log, 5, 8);
  }
  const std::string straight = Content();
  AlarmLog log(folder_, {}, state);
  EXPECT_EQ(log.raised(), std::vector<std::string>{"std_collapse"});
  EXPECT_LT(Content().size(), straight.size());
  Go(log, 5, 8);
  EXPECT_EQ(Content(), straight);
}

TEST_F(AlarmLogs, LinesThatAreNoAlarmAreLeftOut) {
  std::ofstream(folder_ / "alarms.jsonl")
      << "{\"alarm\":\"a\",\"iteration\":7,\"says\":\"x\"}\n[]\n{\"alarm\":3}\n{\"over\"";
  const auto alarms = ReadAlarms(folder_);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].over, -1);
  EXPECT_TRUE(ReadAlarms(folder_ / "nowhere").empty());
}

}  // namespace
}  // namespace doggo::app
