// A run is a folder: the resolved configuration, metrics, checkpoints, the policy and its
// evaluation.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "agent/training/trainer.h"
#include "app/config.h"

namespace doggo::app {

// Creates `folder` ("": runs/<time>_<name>) and writes config.yaml and run.json into it. `key` is
// what the folder is called in the configuration, for messages. Throws std::runtime_error in one
// sentence where it cannot be written, or where it holds a run already.
std::filesystem::path CreateRunFolder(const std::string& folder, std::string_view key,
                                      const std::string& name, int seed, int threads,
                                      const std::string& config_yaml);
std::filesystem::path CreateRunFolder(const Config& config);

// What a command was asked to work on.
struct RunReference {
  std::filesystem::path policy;  // the policy file
  std::filesystem::path folder;  // of its run; empty for a policy file that lies by itself
};

// `argument`: a run folder, a policy file, or "" for the newest run in runs/ that has a policy,
// else the policy shipped with the program. Throws std::runtime_error where there is none.
RunReference FindRun(const std::string& argument);

// Writes a text to a temporary name, syncs, renames.
void WriteTextFile(const std::filesystem::path& path, const std::string& text);

// metrics.csv and metrics.jsonl: a line per iteration.
class MetricsFiles {
 public:
  MetricsFiles(const std::filesystem::path& folder, const std::vector<std::string>& metric_names);
  // Throws std::runtime_error where the line cannot be written (a full disk).
  void Write(const agent::IterationReport& report, double seconds);

 private:
  std::vector<std::string> metric_names_;
  std::filesystem::path folder_;
  std::ofstream csv_, jsonl_;
};

}  // namespace doggo::app
