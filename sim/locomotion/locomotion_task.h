// Following velocity commands on flat ground: the quadruped's Markov decision process, one control
// step at a time.
#pragma once

#include <array>
#include <string>

#include "sim/environment/parallel_env.h"
#include "sim/locomotion/config.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

inline constexpr int kMaxRewardTerms = 64;

// Everything that an environment remembers beside MuJoCo's state. Plain data: saved by copying its
// bytes.
struct Episode {
  Transition t;
  int64_t total_steps;  // of this environment, over all its episodes
  int64_t episode_steps;
  double command_left;  // s until the next command
  double energy;        // J, absolute mechanical work of the joints in the last control step

  // sums over the episode
  std::array<double, kMaxRewardTerms> reward_sum;   // weighted, per term
  double steps_counted, linear_error2, yaw_error2;  // where the command is older than kSettlingTime
};

// After a change of command, this long is left out of the tracking error.
inline constexpr double kSettlingTime = 1.0;  // s

class LocomotionTask : public Task {
 public:
  // Throws std::runtime_error (model) or std::invalid_argument (a configuration that contradicts
  // itself). root: where relative paths are looked up. num_envs: how many environments share the
  // training, for curricula.
  LocomotionTask(const LocomotionConfig& config, const std::string& root, int num_envs);

  const mjModel& model() const override { return *robot_.model; }
  const EnvSpec& spec() const override { return spec_; }
  size_t record_size() const override { return sizeof(Episode); }
  std::vector<std::string> randomized_fields() const override;

  void Start(const EnvView& env) const override;
  void Reset(const EnvView& env) const override;
  Outcome Step(const EnvView& env, const float* action) const override;
  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override;
  void EpisodeMetrics(const EnvView& env, float* metrics) const override;
  void NoteError(const EnvView& env) const override;

  const Robot& robot() const { return robot_; }
  const LocomotionConfig& config() const { return config_; }

 private:
  // the phases of a control step, in order
  void TakeAction(const EnvView& env, const float* action, Joints& target) const;
  void Simulate(const EnvView& env, const Joints& target) const;
  void MeasureStep(const EnvView& env) const;
  double Reward(Episode& episode) const;
  void Advance(const EnvView& env) const;

  void DrawNewCommand(const EnvView& env) const;

  LocomotionConfig config_;
  Robot robot_;
  ObservationLayout policy_layout_, critic_layout_;
  EnvSpec spec_;
  int num_envs_;
  int64_t max_steps_;  // of an episode
};

// The last control step of an environment of this task.
const Episode& EpisodeOf(const ParallelEnv& env, int environment);

}  // namespace doggo::sim
