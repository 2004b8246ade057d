// What a run keeps in its checkpoint beside its trainer.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/best_policy.h"
#include "app/training/alarm_log.h"
#include "app/training/metrics_files.h"
#include "app/trouble_log.h"
#include "app/walking_test.h"
#include "sim/environment/parallel_env.h"

namespace doggo::app {

// What it carries from one iteration to the next.
struct RunState {
  double seconds = 0;  // of training so far
  WalkingTests tests;
  double walking_seconds = 0, walking_steps = 0;  // when a policy first passed
  std::optional<TestedPolicy> best;               // kept in best_policy.safetensors
  TroubleLog::State trouble;
  AlarmLog::State alarms;
  MetricsFiles::Sizes metrics;
};
std::string ToJson(const RunState& state);
// Throws std::runtime_error where the text is no such state. What an earlier version did not keep
// yet is as at the beginning of a training.
RunState RunStateFromJson(const std::string& text);

// {"iteration":...,"env_steps":...,"falls":...,"episodes":...,"lin_rmse_mps":...,"yaw_rmse_radps":...}
nlohmann::ordered_json ToJson(const TestedPolicy& policy);
// None where the value is no such object.
std::optional<TestedPolicy> TestedPolicyFrom(const nlohmann::json& json);

// What the bytes of a checkpoint and the columns of the metrics depend on, as a text to compare.
std::string LayoutOf(const sim::ParallelEnv& env);
// How two layouts differ, in words; "" where they do not.
std::string WhyUnlike(const std::string& before, const std::string& now);

}  // namespace doggo::app
