// Everything that a run is made of: one struct, one list of keys.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/training/learner.h"
#include "app/evaluation.h"
#include "sim/classic/classic_task.h"
#include "sim/interface/config_field.h"
#include "sim/locomotion/config.h"

namespace doggo::app {

struct RunConfig {
  std::string folder;  // "": runs/<time>_<name>
};

struct TrainConfig {
  int environments = 128;
  int shard_size = 16;
  int iterations = 450;
  int threads = 0;             // 0: one per processor
  int checkpoint_every = 100;  // iterations
  double test_every = 300e3;   // environment steps; 0: never
  bool tensorboard = true;
};

struct Config {
  std::string name = "anymal_flat";
  int seed = 1;
  std::string task = "anymal";  // task_choice.h
  RunConfig run;
  TrainConfig train;
  sim::LocomotionConfig world;  // of the quadruped
  sim::ClassicConfig classic;   // of the small worlds
  agent::LearnerConfig learner;
  EvaluationConfig evaluation;

  int threads() const;  // train.threads, or the processors of this machine
};

// Every key of a configuration of its task, world and learner side by side.
ConfigFields Fields(Config& config);

// The defaults, then the file (none if empty), then the overrides. A path that does not exist as
// given is looked up beside the program's sources. Throws ConfigError in one sentence.
Config LoadConfig(const std::filesystem::path& file, const std::vector<std::string>& overrides);

// The same from a text; `name` stands for the file in messages.
Config ReadConfig(std::string_view text, const std::string& name);

// Where the program's own models/ and configs/ are.
std::filesystem::path SourceRoot();

// "doggo 0.1.0 (1a2b3c4)".
std::string Version();

}  // namespace doggo::app
