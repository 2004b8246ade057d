// The program's commands. Each returns the exit code; bad input throws one sentence.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/shown_terrain.h"

namespace doggo::app {

struct TrainOptions {
  std::string config;                  // YAML file; "": configs/anymal_flat.yaml
  std::vector<std::string> overrides;  // key=value
  bool plain = false;                  // lines instead of a picture, also on a terminal
  bool quiet = false;                  // warnings and the last lines only
  bool profile = false;                // say at the end where the time went
  std::optional<std::string> resume;   // a run to go on with; "": the newest
  std::string from;                    // a policy to begin with; "": none
  std::optional<int> seeds;            // so many in turn
  bool watch = false;                  // show robots in a window, under the policy as it learns
  int robots = 3;                      // so many
};
int Train(const TrainOptions& options);

struct EvalOptions {
  std::string run;    // run folder or policy file; "": the newest
  std::string other;  // another, judged beside it; "": none
  std::vector<std::string> overrides;
  std::string suites;               // "tracking,falls"; "": all
  bool quick = false;               // tracking and falls, the latter in fewer episodes
  std::string json;                 // "": none; "-": to the standard output instead of the table
  std::string html;                 // a page; "": none
  std::optional<std::string> gate;  // exit code by these thresholds; "": configs/eval.yaml
};
int Eval(const EvalOptions& options);

struct ExportOptions {
  std::string run;  // as in EvalOptions
  std::vector<std::string> overrides;
  std::string onnx, header, safetensors;  // files; all "": .onnx and .h beside the policy
  std::string model;  // .xml or .mjb of the robot in the reference physics; "": none
  std::string name;   // of the header's function; "": by its file
  std::string check;  // a file to check instead of writing any
  bool json = false;  // to the standard output, and nothing else
};
int Export(const ExportOptions& options);

struct RecordOptions {
  std::string run;  // as in EvalOptions
  std::vector<std::string> overrides;
  std::string out;  // .mp4, .gif, .png, .replay; "": walk.mp4, with a strip walk.png
  std::optional<double> seconds;
  std::string command;           // command_script.h; "random": drawn; "": a tour
  std::string size = "640x480";  // pixels
  std::string grid = "1x1";      // robots
  int strip = 0;                 // so many stills side by side
  bool overlay = false;
  std::string quality = "normal";  // draft: no shadows; fine: smooth edges
  std::optional<double> frames_per_second;
  std::optional<int> seed;  // of starts and drawn commands; none: the evaluation's
  TerrainAsked terrain;
  bool scan = true;  // the overlay shows where the policy sees the ground
};
int Record(const RecordOptions& options);

struct PlayOptions {
  std::string run;  // as in EvalOptions
  std::vector<std::string> overrides;
  std::optional<double> seconds;  // then it closes by itself
  int robots = 1;                 // side by side
  std::string replay;             // a replay file to run again instead
  TerrainAsked terrain;
};
int Play(const PlayOptions& options);

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
  std::string terrain;                         // a .png of the ground; "": none
};
int Inspect(const InspectOptions& options);

struct RunsOptions {
  std::string folder = "runs";
  bool json = false;
};
int Runs(const RunsOptions& options);

struct CompareOptions {
  std::vector<std::string> configs;
  std::vector<std::string> overrides;
  int seeds = 5;
  std::string folder = "runs/compare";
  std::string metric;  // column of metrics.csv; "": episode/return, else reward_per_second
  std::string json;    // a file; "": none
};
int Compare(const CompareOptions& options);

struct FitOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::string json;  // "": none; "-": to the standard output, and nothing else
};
int Fit(const FitOptions& options);

struct BenchOptions {
  std::string suite;   // "": all but walk
  std::string config;  // of walk, "": the default's
  std::vector<std::string> overrides;
  std::string json;            // "": none; "-": to the standard output, and nothing else
  std::optional<int> threads;  // none: all that this process may use
  int repeats = 9;             // of each side of a ratio
  int seeds = 5;               // of walk
  std::string torch;           // a Python with PyTorch; "": none
};
int Bench(const BenchOptions& options);

}  // namespace doggo::app
