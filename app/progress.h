// What a person sees while training goes on: a few lines that redraw themselves on a terminal, or
// one line every few seconds where the output is piped.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "agent/training/trainer.h"
#include "app/training/metrics_table.h"
#include "app/training/training_view.h"

namespace doggo::app {

enum class Display {
  kLive,   // redrawn in place, on a terminal
  kPlain,  // a line every few seconds
  kQuiet,  // warnings only
};

class Progress {
 public:
  Progress(Display display, int iterations, const std::vector<std::string>& metric_names);

  // What an earlier part of the same training has measured, for the curves.
  void Remember(const MetricsTable& before);

  void Show(const agent::IterationReport& report);
  // complete: its error belongs into the curve.
  void ShowTest(const ViewedTest& test, bool complete);
  void ShowBest(const ViewedTest& best) { view_.best_test = best; }
  void ShowAlarms(const std::vector<std::string>& raised) { view_.alarms = raised; }
  // A line that stays: news, and what is told even to those who want to hear nothing.
  void Say(const std::string& line);
  void Warn(const std::string& line);
  // The last picture, then nothing more is redrawn.
  void Finish();

  double seconds() const;  // since construction

 private:
  double Metric(const char* name, const std::vector<double>& metrics) const;
  double RecentMetric(const char* name) const;  // NaN before the first episode has ended
  void Draw();
  void Erase();
  void UpdateView(const agent::IterationReport& report);

  Display display_;
  bool live_;
  std::vector<std::string> metric_names_;
  std::chrono::steady_clock::time_point start_, drawn_;
  TrainingView view_;
  double collect_seconds_ = 0, update_seconds_ = 0;
  int64_t iterations_before_ = -1, steps_before_ = 0;  // of this call; -1: not yet known
  // lately: how many, and their mean metrics
  std::deque<std::pair<int, std::vector<double>>> episodes_;
  std::vector<int> widths_drawn_;  // of the lines that stand there
};

}  // namespace doggo::app
