// A training as a person sees it on a terminal: lines of text from plain numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doggo::app {

// A row of bars, one per value, low to high; at most `width` of them, each a mean over its share of
// the values. What is no finite number is left out.
std::string Sparkline(const std::vector<double>& values, int width);

// "48 s", "3 min 05 s", "2 h 04 min".
std::string Duration(double seconds);

// A test of the deterministic policy on the way.
struct ViewedTest {
  double linear_rmse = NAN, yaw_rmse = NAN;  // m/s, rad/s
  int falls = 0, episodes = 0;
  int64_t env_steps = 0;
};

// Where NaN, nothing is known yet.
struct TrainingView {
  int64_t iteration = 0, iterations = 0, env_steps = 0;
  double seconds = 0, seconds_left = 0, steps_per_second = 0;
  double collecting = 0, updating = 0, other = 0;  // shares of the time
  double reward = 0;                               // a second
  // of the episodes that ended lately
  double linear_error = NAN, yaw_error = NAN, fall_share = NAN;  // m/s, rad/s
  double terrain_level = NAN;  // mean of those on rough ground; NaN on flat ground too
  double kl = 0, clip_fraction = 0, std = 0, rate = 0;
  std::optional<ViewedTest> last_test, best_test;
  std::vector<double> rewards, linear_errors, fall_shares, terrain_levels,
      test_errors;                  // over time
  std::vector<std::string> alarms;  // raised now
};

// At most columns - 1 letters each, so that no terminal breaks them: curves get shorter and what
// matters least is left out.
std::vector<std::string> LiveLines(const TrainingView& view, int columns);

// The same facts in one line of key=value, for a pipe.
std::string PlainLine(const TrainingView& view);

// Letters of a text in UTF-8.
int WidthOf(const std::string& text);

}  // namespace doggo::app
