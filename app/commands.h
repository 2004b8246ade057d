// The program's commands. Each returns the exit code; bad input throws one sentence.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace doggo::app {

struct TrainOptions {
  std::string config;                  // YAML file; "": configs/anymal_flat.yaml
  std::vector<std::string> overrides;  // key=value
  bool plain = false;                  // lines instead of a picture, also on a terminal
};
int Train(const TrainOptions& options);

struct EvalOptions {
  std::string run;  // run folder or policy file; "": the newest
  std::vector<std::string> overrides;
  std::string json;  // "": none; "-": to the standard output instead of the table
};
int Eval(const EvalOptions& options);

struct ConfigOptions {
  std::string config;
  std::vector<std::string> overrides;
};
int ShowConfig(const ConfigOptions& options);

struct InspectOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::string json;                            // "": none; "-": to the standard output, alone
  std::optional<int> steps;                    // of a rollout
  std::optional<std::pair<int, int>> episode;  // which environment, which of its episodes
};
int Inspect(const InspectOptions& options);

struct FitOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::string json;  // "": none; "-": to the standard output, and nothing else
};
int Fit(const FitOptions& options);

}  // namespace doggo::app
