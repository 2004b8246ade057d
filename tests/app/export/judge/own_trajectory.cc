// What our own simulation does under a policy, as JSON, for judge.py to hold another against:
//   own_trajectory RUN|POLICY OUT
// One robot in the reference physics for 10 s, under commands that change: its state and clock at
// the start, then of every control step the command it was taken under, and qpos after it. Some
// observations and the policy's actions besides.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "app/evaluation.h"
#include "app/export/recorded.h"
#include "app/loaded_run.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

using Json = nlohmann::json;

constexpr int kSteps = 500;
constexpr int kCoordinates = 7 + sim::kNumJoints;

// [time, qpos, qvel, ...]: mjSTATE_INTEGRATION begins so.
std::vector<double> Positions(const sim::ParallelEnv& env) {
  const std::vector<double> state = env.Capture(0).state;
  return {state.begin() + 1, state.begin() + 1 + kCoordinates};
}
std::vector<double> Velocities(const sim::ParallelEnv& env) {
  const std::vector<double> state = env.Capture(0).state;
  const auto begin = state.begin() + 1 + kCoordinates;
  return {begin, begin + kCoordinates - 1};
}

template <typename Matrix>
std::vector<std::vector<float>> Columns(const Matrix& matrix) {
  std::vector<std::vector<float>> columns;
  for (const auto& column : matrix.colwise()) columns.emplace_back(column.begin(), column.end());
  return columns;
}

Json Trajectory(const LoadedRun& loaded) {
  sim::CommandConfig commands;
  commands.script = {"2 0.5 0.1 0.4", "3 0.6 0.2 -0.4", "2 0 0 0", "100 0.8 -0.1 -0.3"};
  sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(
                           JudgedWorld(loaded.config.world, commands), SourceRoot().string(), 1),
                       1, 1, /*seed=*/1);
  StepBatch batch = MakeStepBatch(env.spec());
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(loaded.policy, 1);
  Batch action(env.spec().action_dim, 1);
  env.Reset(0, batch);
  const sim::Transition& t = sim::EpisodeOf(env, 0).t;
  Json json = {{"qpos", Positions(env)},
               {"qvel", Velocities(env)},
               {"phase", t.phase},
               {"observation", Columns(batch.policy_obs)},
               {"steps", Json::array()}};
  for (int step = 0; step < kSteps; ++step) {
    const Eigen::Vector3d command = t.command;
    agent::Act(loaded.policy, batch.policy_obs, workspace, action);
    env.Step(0, action, batch);
    if (batch.terminated[0]) {
      json["fell_after_s"] = step * env.spec().step_dt;
      break;
    }
    json["steps"].push_back(
        {{"command", {command.x(), command.y(), command.z()}}, {"qpos", Positions(env)}});
  }
  return json;
}

int Main(int argc, char** argv) {
  if (argc != 3) return 1;
  const LoadedRun loaded = LoadRun(argv[1], {});
  const Recorded recorded =
      RecordObservations(loaded.policy, loaded.config.world, SourceRoot().string());
  const Json json = {{"trajectory", Trajectory(loaded)},
                     {"observations", Columns(recorded.obs)},
                     {"actions", Columns(recorded.action)}};
  std::ofstream(argv[2]) << json;
  return 0;
}

}  // namespace
}  // namespace doggo::app

int main(int argc, char** argv) { return doggo::app::Main(argc, argv); }
