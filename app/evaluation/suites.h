// What a policy is judged by: a table of suites, each a file of its own.
//
// All in the reference physics, by the deterministic policy, from fixed seeds; the same bits on any
// number of threads. README.md here says what every figure means.
#pragma once

#include <span>
#include <string_view>

#include "app/evaluation/results.h"

namespace doggo::evaluation {

struct Suite {
  std::string_view name, meaning;
  bool quick;  // does it belong to a quick evaluation
  std::span<const FigureInfo> figures;
  void (*run)(Context& context, SuiteResult& result);
};

std::span<const Suite> Suites();

// Throws Stopped.
SuiteResult Run(const Suite& suite, Context& context);

// The rows of the table.
Suite TrackingSuite();
Suite FallsSuite();
Suite StandingSuite();
Suite PushesSuite();
Suite RobustnessSuite();
Suite EffortSuite();
Suite GaitSuite();
Suite TopSpeedSuite();
Suite TerrainSuite();
Suite ObstaclesSuite();
Suite AuditSuite();

}  // namespace doggo::evaluation
