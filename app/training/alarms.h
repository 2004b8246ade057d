// What goes wrong in a training, told in plain words while it can still be mended.
//
// An alarm is a row of a table: a name, how close a short history comes to it (1: raised), and the
// sentence with the mend. A raised alarm stays so until its level falls below 0.8: each is told
// once per episode of trouble.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/training/trainer.h"

namespace doggo::app {

// What alarms see of an iteration. Sums are over the episodes that ended in it.
struct AlarmSample {
  double kl = 0, target_kl = 0;  // nats
  double std = 0, initial_std = 0;
  double value_loss = 0, explained_variance = 0;
  double episodes = 0, seconds = 0;  // how many, their lengths
  double fell = 0, diverged = 0;     // how many of them
  double linear_error = 0;           // m/s, sum of their means
  std::vector<double> rewards;       // of each term, weighted
};

// Rows of EnvSpec::metric_names that are not there count as zero.
AlarmSample SampleOf(const agent::IterationReport& report,
                     const std::vector<std::string>& metric_names);

struct AlarmHistory {
  static constexpr size_t kLength = 60;  // iterations
  std::vector<std::string> reward_names;
  std::deque<AlarmSample> samples;  // the newest last, at most kLength

  // metric_names: their rows "reward/..." are the terms.
  explicit AlarmHistory(const std::vector<std::string>& metric_names = {});
  void Add(AlarmSample sample);
};

struct Alarm {
  std::string_view name;
  double (*level)(const AlarmHistory&);  // 0 where the history is too short to tell
  std::string (*sentence)(const AlarmHistory&);
};
std::span<const Alarm> Alarms();

// One that has just been raised, or is over.
struct AlarmEvent {
  std::string_view name;
  bool over = false;
  std::string sentence;
};

class AlarmBell {
 public:
  explicit AlarmBell(const std::vector<std::string>& metric_names) : history_(metric_names) {}

  // To be told every iteration.
  std::vector<AlarmEvent> Hear(AlarmSample sample);
  // Names of those that are raised now.
  const std::vector<std::string>& raised() const { return raised_; }

  // All that it remembers, and back to the same bits. Load throws std::runtime_error where the text
  // is no such state, or of other terms.
  std::string Save() const;
  void Load(const std::string& text);

 private:
  AlarmHistory history_;
  std::vector<std::string> raised_;
};

}  // namespace doggo::app
