// Policies to export, and observations to try them on.
#pragma once

#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "tests/agent/policy/support.h"

namespace doggo::test {

// Weights of the usual size, drawn; a frame of two rules, a normaliser that cuts something off.
inline agent::Policy DrawnPolicy(const std::vector<std::string>& layers) {
  agent::Policy policy;
  policy.network = agent::Network(kPolicyDim, layers);
  policy.theta = 0.15f * RandomMatrix(policy.network.num_parameters(), 1, 7).cast<float>();
  policy.log_std = agent::Vector::Zero(policy.network.num_outputs());
  policy.normalizer = {.mean = 0.2f * RandomMatrix(kPolicyDim, 1, 8).cast<float>(),
                       .scale = agent::Vector::Constant(kPolicyDim, 1.5f),
                       .limit = 2};
  policy.frame = AnymalFrame();
  policy.contract = R"({"version": 2, "control_dt_s": 0.02, "joints": ["LF_HAA", "LF_HFE"],
    "pose": [0, 0.4, null], "feet": [[1, 2], [3, 4.5]], "drive": {"kp": 85, "model": "pd"},
    "rules": {"action": "*/ a text that is longer than sixty letters goes into a comment, \"so\""},
    "observations": [{"name": "velocity", "first": 0, "size": 3, "unit": "m/s", "scale": 2.0}]})";
  policy.task = "a \"task\"";
  policy.version = "doggo 0.1.0 (1a2b3c4)";
  policy.seed = 5;
  policy.steps_trained = 1840000;
  return policy;
}

inline agent::Policy UsualPolicy() {
  return DrawnPolicy({"dense 64", "elu", "dense 48", "elu", "dense 12"});
}

// All four images are among them, and rows that a rule reads at exactly 0 and -0.
inline Batch TryingObservations(int n) {
  Batch obs = 1.5f * RandomMatrix(kPolicyDim, n, 3).cast<float>();
  for (int i = 0; i < n; ++i) {
    if (i % 5 == 0) obs(kCommandRow, i) = i % 2 == 0 ? 0.0f : -0.0f;
    if (i % 7 == 0) obs(kPhaseRow, i) = i % 2 == 0 ? -0.0f : 0.0f;
  }
  return obs;
}

inline Batch Actions(const agent::Policy& policy, const Batch& obs) {
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, static_cast<int>(obs.cols()));
  Batch action(policy.network.num_outputs(), obs.cols());
  agent::Act(policy, obs, workspace, action);
  return action;
}

}  // namespace doggo::test
