#include "app/run_state.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace doggo::app {
namespace {

TEST(RunState, ReadsBackToTheSameBits) {
  RunState state;
  state.seconds = 1.0 / 3;
  state.tests.tested_at = 4096;
  state.tests.completed_at = 3072;
  state.tests.walks = true;
  state.best = {.iteration = 7,
                .env_steps = 1 << 20,
                .falls = 2,
                .episodes = 64,
                .linear_rmse = 1.0 / 7,
                .yaw_rmse = 0.3};
  state.alarms = {"{\"raised\": [\"a\"]}", 123};
  state.walking_seconds = 2.0 / 7;
  state.walking_steps = 2048;
  state.metrics = {.csv = 1, .jsonl = 2, .events = uint64_t{1} << 40};
  state.trouble.counts[2] = 5;
  state.trouble.files = 3;
  const RunState read = RunStateFromJson(ToJson(state));
  EXPECT_EQ(read.seconds, state.seconds);
  EXPECT_EQ(read.tests.tested_at, state.tests.tested_at);
  EXPECT_EQ(read.tests.completed_at, state.tests.completed_at);
  EXPECT_EQ(read.best, state.best);
  EXPECT_EQ(read.alarms.bell, state.alarms.bell);
  EXPECT_EQ(read.alarms.bytes, state.alarms.bytes);
  EXPECT_EQ(read.tests.walks, state.tests.walks);
  EXPECT_EQ(read.walking_seconds, state.walking_seconds);
  EXPECT_EQ(read.walking_steps, state.walking_steps);
  EXPECT_EQ(read.trouble.counts, state.trouble.counts);
  EXPECT_EQ(read.trouble.files, state.trouble.files);
  EXPECT_EQ(read.metrics, state.metrics);
}

TEST(RunState, OfAnEarlierVersionHasNoBestPolicyAndNoAlarms) {
  const RunState read = RunStateFromJson(
      R"({"seconds":1.5,"training_error":1,"tested_at":0,"walks":false,"walking_seconds":0,)"
      R"("walking_steps":0,"trouble":[0,0,0,0,0,0,0],"replays":0,"bytes":[1,2,3]})");
  EXPECT_EQ(read.seconds, 1.5);
  EXPECT_FALSE(read.best);
  EXPECT_EQ(read.alarms.bell, "");
}

TEST(RunState, WhatIsNoStateIsRefused) {
  for (const char* text : {"", "{", "[]", "{}", R"({"seconds": "long"})"})
    EXPECT_THROW(RunStateFromJson(text), std::runtime_error) << text;
}

TEST(RunLayout, TheDifferenceIsSaidInWords) {
  const std::string one = R"({"metrics":["a"],"randomized":[],"record":8,"state":5})";
  EXPECT_EQ(WhyUnlike(one, one), "");
  EXPECT_NE(
      WhyUnlike(R"({"metrics":["b"],"randomized":[],"record":8,"state":5})", one).find("measured"),
      std::string::npos);
  EXPECT_NE(
      WhyUnlike(R"({"metrics":["a"],"randomized":[],"record":8,"state":6})", one).find("robot"),
      std::string::npos);
  EXPECT_NE(WhyUnlike("", one), "");
}

}  // namespace
}  // namespace doggo::app
