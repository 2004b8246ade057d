// The runs so far, each told in a line.
#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/best_policy.h"

namespace doggo::app {

enum class RunCondition {
  kTraining,  // a process trains it now
  kFinished,
  kStopped,  // by a person; can be resumed
  kCrashed,  // killed, or ended by an error; can be resumed
  kFit,      // of ./doggo fit
  kOlder,    // its configuration is of another version; RunSummary::damage says what is unknown
  kDamaged,  // cannot be read; RunSummary::damage says why
};
std::string NameOf(RunCondition condition);

struct RunSummary {
  std::filesystem::path folder;
  RunCondition condition = RunCondition::kDamaged;
  std::string damage;
  std::time_t started = 0;  // s since 1970; where the run does not tell, when its folder changed
  int64_t iterations = 0, of_iterations = 0;
  int64_t env_steps = 0;
  std::optional<double> linear_rmse, yaw_rmse;  // m/s, rad/s, of its evaluation
  std::optional<TestedPolicy> best;             // of the tests on the way
  uint64_t bytes = 0;                           // on disk, everything in its folder
};

// Never throws: a run that cannot be read is damaged.
RunSummary Summarize(const std::filesystem::path& folder);

// All runs in a folder, newest first.
std::vector<RunSummary> ListRuns(const std::filesystem::path& root);

// For people, at most 80 letters a line; and for programs.
std::string RunTable(const std::vector<RunSummary>& runs, std::time_t now);
std::string ToJson(const std::vector<RunSummary>& runs);

// "42 s", "7 min", "5 h", "12 d".
std::string Age(double seconds);

}  // namespace doggo::app
