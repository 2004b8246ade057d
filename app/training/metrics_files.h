// What a training measured, an iteration a line: metrics.csv, metrics.jsonl, and TensorBoard
// events. The same training gives the same lines, but for what depends on the machine: columns with
// "seconds" in their name, and those that begin with "machine/".
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "agent/training/trainer.h"
#include "app/training/append_file.h"

namespace doggo::app {

// What a test on the way has found; NaN where there was none.
struct TestedTracking {
  double linear_rmse = NAN, yaw_rmse = NAN;  // m/s, rad/s
  double fall_share = NAN;
};

// What an iteration did that its trainer does not know.
struct IterationSurroundings {
  double seconds = 0;        // of training so far
  double other_seconds = 0;  // since the iteration before, neither collecting nor updating
  double diverged = 0;       // robots that ended in numerical trouble
  double memory_mb = NAN;    // resident
  double allocations = NAN;  // calls for memory while it collected and updated
  TestedTracking test;
};

class MetricsFiles {
 public:
  // Bytes of each file. A training that goes on from a checkpoint cuts off what was written behind
  // it.
  struct Sizes {
    uint64_t csv = 0, jsonl = 0, events = 0;
    bool operator==(const Sizes&) const = default;
  };

  // Throws std::runtime_error where a file cannot be made. A metrics.csv that is there already
  // keeps its columns, also where another version would write others.
  MetricsFiles(const std::filesystem::path& folder, const std::vector<std::string>& metric_names,
               bool tensorboard, const Sizes& keep);

  // Never fails: what cannot be written (a full disk) waits for the next Write.
  void Add(const agent::IterationReport& report, const IterationSurroundings& surroundings);
  // Throws std::runtime_error where something still waits.
  void Write();
  // Until it is on the disk.
  void Sync();

  Sizes sizes() const;

 private:
  std::vector<std::string> metric_names_;
  std::vector<std::string> columns_;  // of metrics.csv
  AppendFile csv_, jsonl_;
  std::vector<AppendFile> events_;  // one or none
};

}  // namespace doggo::app
