#include "app/training/training_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace doggo::app {
namespace {

TEST(Sparkline, RisesFromTheLowestToTheHighestBar) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline({-3, 4}, 8), "▁█");
}

TEST(Sparkline, ManyValuesShareTheColumns) {
  EXPECT_EQ(Sparkline({0, 0, 0, 0, 7, 7, 7, 7}, 2), "▁█");
  EXPECT_EQ(Sparkline({0, 2, 1, 3}, 2), "▁█");  // means 1 and 2
}

TEST(Sparkline, ConstantAndEmptyAreFlat) {
  EXPECT_EQ(Sparkline({5, 5, 5}, 8), "▁▁▁");
  EXPECT_EQ(Sparkline({}, 8), "");
}

TEST(Sparkline, WhatIsNoNumberIsLeftOut) {
  EXPECT_EQ(Sparkline({NAN, 1, INFINITY, 2}, 8), "▁█");
  EXPECT_EQ(Sparkline({NAN}, 8), "");
}

TEST(Duration, CarriesItsUnit) {
  EXPECT_EQ(Duration(0), "0 s");
  EXPECT_EQ(Duration(59.4), "59 s");
  EXPECT_EQ(Duration(185), "3 min 05 s");
  EXPECT_EQ(Duration(2 * 3600 + 4 * 60 + 20), "2 h 04 min");
  EXPECT_EQ(Duration(-1), "0 s");
}

TrainingView Sample() {
  TrainingView view;
  view.iteration = 12345;
  view.iterations = 99999;
  view.env_steps = 123'450'000;
  view.seconds = 3599;
  view.seconds_left = 359'999;
  view.steps_per_second = 1'234'567;
  view.collecting = view.updating = view.other = 0.333;
  view.reward = -123.45;
  view.linear_error = view.yaw_error = 1.234;
  view.fall_share = 1;
  view.terrain_level = 4.56;
  view.kl = view.clip_fraction = view.std = view.rate = 0.1234;
  view.last_test = view.best_test = ViewedTest{0.123, 0.123, 64, 64, 123'450'000};
  view.rewards = view.linear_errors = view.fall_shares = view.terrain_levels =
      view.test_errors = {1, 3, 2, 5, 4, 6, 7, 8, 9, 5, 4, 3};
  view.alarms = {"std_collapse", "reward_hacking", "penalty_dominates", "loss_explosion"};
  return view;
}

TEST(LiveLines, AreNarrowerThanTheTerminal) {
  for (const int columns : {1, 7, 20, 40, 60, 80, 100, 200}) {
    for (const std::string& line : LiveLines(Sample(), columns))
      EXPECT_LE(WidthOf(line), std::max(1, columns - 1)) << columns << ": " << line;
  }
}

// What a person needs is there at 60 columns, with its unit, and curves at 80.
TEST(LiveLines, LeaveOutWhatMattersLeast) {
  std::string narrow, wide;
  for (const std::string& line : LiveLines(Sample(), 60)) narrow += line + "\n";
  for (const std::string& line : LiveLines(Sample(), 80)) wide += line + "\n";
  for (const char* part : {"12345 / 99999", "left", "1.234 m/s", "1.234 rad/s", "KL 0.123",
                           "mean level 4.56", "64/64 fell", "123.45 M", "std_collapse"})
    EXPECT_NE(narrow.find(part), std::string::npos) << part << "\n" << narrow;
  for (const char* part : {"physics 33 %", "rate", "learning", "█"})
    EXPECT_NE(wide.find(part), std::string::npos) << part << "\n" << wide;
}

TEST(LiveLines, TellNothingOfTestsAndAlarmsBeforeThereAreAny) {
  TrainingView view;
  view.iterations = 10;
  std::string text;
  for (const std::string& line : LiveLines(view, 80)) text += line + "\n";
  for (const char* part : {"test", "alarm", "terrain", "nan"})
    EXPECT_EQ(text.find(part), std::string::npos) << text;
}

TEST(PlainLine, TellsTheSameInKeysAndValues) {
  const std::string line = PlainLine(Sample());
  EXPECT_NE(line.find("it=12345 steps=123450000 sps=1234567 reward=-123.450 lin=1.234"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find(" terrain=4.56"), std::string::npos) << line;
  EXPECT_NE(line.find("alarms=std_collapse,reward_hacking"), std::string::npos) << line;
}

}  // namespace
}  // namespace doggo::app
