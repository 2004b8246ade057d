// What a training measured, an iteration a line: metrics.csv, metrics.jsonl, and TensorBoard
// events.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "agent/training/trainer.h"
#include "app/append_file.h"

namespace doggo::app {

class MetricsFiles {
 public:
  // Bytes of each file. A training that goes on from a checkpoint cuts off what was written behind
  // it.
  struct Sizes {
    uint64_t csv = 0, jsonl = 0, events = 0;
    bool operator==(const Sizes&) const = default;
  };

  // Throws std::runtime_error where a file cannot be made.
  MetricsFiles(const std::filesystem::path& folder, const std::vector<std::string>& metric_names,
               bool tensorboard, const Sizes& keep);

  // Never fails: what cannot be written (a full disk) waits for the next Write.
  void Add(const agent::IterationReport& report, double seconds);
  // Throws std::runtime_error where something still waits.
  void Write();
  // Until it is on the disk.
  void Sync();

  Sizes sizes() const;

 private:
  std::vector<std::string> metric_names_;
  AppendFile csv_, jsonl_;
  std::vector<AppendFile> events_;  // one or none
};

}  // namespace doggo::app
