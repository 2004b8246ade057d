// Which world a configuration trains in: the quadruped, or one of the small ones. Adding a small
// world is a row in sim/classic/worlds.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "sim/environment/task.h"

namespace doggo::app {

inline constexpr char kQuadruped[] = "anymal";

std::vector<std::string> TaskNames();
bool IsQuadruped(const Config& config);

// Throws as the task does.
std::unique_ptr<const sim::Task> MakeTask(const Config& config);

// Throws std::runtime_error in one sentence where the task is another: `what` is for the quadruped.
void RequireQuadruped(const Config& config, const std::string& what);

// How well a policy does in a small world: the sum of rewards over whole episodes, of its likeliest
// actions.
struct ReturnEvaluation {
  int episodes = 0;
  double mean = 0, deviation = 0;  // of the episodes' returns
  double length = 0;               // s, mean
};
ReturnEvaluation EvaluateReturn(const agent::Policy& policy, const Config& config);
std::string ToJson(const ReturnEvaluation& evaluation, const agent::Policy& policy);

}  // namespace doggo::app
