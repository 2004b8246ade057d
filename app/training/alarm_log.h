// The alarms of a training, kept in its run's folder: alarms.jsonl, a line where one is raised and
// one where it is over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/training/alarms.h"
#include "app/training/append_file.h"

namespace doggo::app {

class AlarmLog {
 public:
  // What it carries from one iteration to the next.
  struct State {
    std::string bell;    // AlarmBell::Save; "": of a training that has just begun
    uint64_t bytes = 0;  // of alarms.jsonl; what was written behind them is cut off
  };

  // Throws std::runtime_error where the file cannot be made, or the state is not of these metrics.
  AlarmLog(const std::filesystem::path& folder, const std::vector<std::string>& metric_names,
           const State& before);

  // Sentences for the person who watches, of alarms that were raised or ended by this iteration.
  // Never fails: what cannot be written waits for the next Write.
  std::vector<std::string> Note(const agent::IterationReport& report, AlarmSample sample);
  // An alarm by another's judgement.
  void Raise(int64_t iteration, const std::string& name, const std::string& sentence);

  // Throws std::runtime_error where something still waits.
  void Write() { file_.Write(); }
  void Sync() { file_.Sync(); }

  const std::vector<std::string>& raised() const { return bell_.raised(); }
  State state() const { return {bell_.Save(), file_.size()}; }

 private:
  AlarmBell bell_;
  AppendFile file_;
};

// An alarm as alarms.jsonl tells it.
struct LoggedAlarm {
  int64_t iteration = 0, over = -1;  // -1: to the end
  std::string name, sentence;
};
// In the order in which they were raised; lines that are no alarm are left out.
std::vector<LoggedAlarm> ReadAlarms(const std::filesystem::path& folder);

}  // namespace doggo::app
