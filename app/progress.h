// What a person sees while training goes on: a few lines that redraw themselves on a terminal, or
// one line every few seconds where the output is piped.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "agent/training/trainer.h"
#include "app/evaluation.h"

namespace doggo::app {

// A row of bars, one per value, low to high; at most `width` of them, each a mean over its share of
// the values.
std::string Sparkline(const std::vector<double>& values, int width);

// "48 s", "3 min 05 s", "2 h 04 min".
std::string Duration(double seconds);

enum class Display {
  kLive,   // redrawn in place, on a terminal
  kPlain,  // a line every few seconds
  kQuiet,  // warnings only
};

class Progress {
 public:
  Progress(Display display, int iterations, const std::vector<std::string>& metric_names);

  void Show(const agent::IterationReport& report);
  void ShowTest(const Tracking& test, int64_t env_steps);
  // A line that stays: news, and what is told even to those who want to hear nothing.
  void Say(const std::string& line);
  void Warn(const std::string& line);
  // The last picture, then nothing more is redrawn.
  void Finish();

  double seconds() const;  // since construction

 private:
  double Metric(
      const char* name) const;  // mean over the episodes that ended lately, NaN before the first
  void Draw();
  void Erase();
  std::string PlainLine() const;
  std::vector<std::string> LiveLines() const;

  Display display_;
  bool live_;
  int iterations_;
  std::vector<std::string> metric_names_;
  std::chrono::steady_clock::time_point start_, drawn_;
  agent::IterationReport last_;
  double collect_seconds_ = 0, update_seconds_ = 0;
  int first_iteration_ = -1;
  int64_t steps_before_ = 0;     // environment steps before this call
  std::vector<double> rewards_;  // per iteration
  std::deque<std::pair<int, std::vector<double>>>
      episodes_;  // lately: how many, and their mean metrics
  std::vector<double> test_errors_;
  std::string test_line_;
  int lines_drawn_ = 0;
};

}  // namespace doggo::app
