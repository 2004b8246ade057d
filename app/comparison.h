// What a comparison of configurations over seeds found: as a table, as a page, as JSON.
#pragma once

#include <string>
#include <vector>

#include "app/compare/learning_curve.h"

namespace doggo::app {

struct ComparedSeed {
  int seed = 0;
  LearningCurve by_steps, by_seconds;  // the same values
};

struct ComparedConfig {
  std::string name;
  std::vector<ComparedSeed> seeds;
};

struct Comparison {
  std::string metric;   // column of metrics.csv
  std::string command;  // that makes all this again
  std::vector<ComparedConfig> configs;
};

// Of every configuration: the interquartile mean over the last tenth of the training, its interval,
// steps and seconds.
std::string ComparisonTable(const Comparison& comparison);
// With curves by steps and by wall time.
std::string ComparisonPage(const Comparison& comparison);
// With every seed's curve.
std::string ToJson(const Comparison& comparison);

}  // namespace doggo::app
