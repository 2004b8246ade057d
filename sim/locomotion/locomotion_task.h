// Following velocity commands on flat or rough ground: the quadruped's Markov decision process, one
// control step at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/environment/parallel_env.h"
#include "sim/locomotion/config.h"
#include "sim/locomotion/transition.h"

namespace doggo::sim {

// How well the velocity follows the command: sums of squares over control steps.
struct TrackingSums {
  double steps, linear_error2, yaw_error2;

  void Add(const Transition& t);
  double linear_error() const;  // m/s, root mean square; 0 where there are no steps
  double yaw_error() const;     // rad/s
};

// Everything that an environment remembers beside MuJoCo's state. Plain data, saved by copying its
// bytes; in the same record stand behind it the sums of the rewards over the episode, on rough
// ground a LevelParticle, and the memories of the drives and of the observations.
struct Episode {
  Transition t;
  int64_t total_steps;    // of this environment, over all its episodes
  int64_t episode;        // which one this is: 1, 2, ...
  int64_t episode_steps;  // its clock, which the first episode begins anywhere
  int64_t steps;          // since it began
  double command_left;    // s until the next command
  int64_t script_line;    // the next of the commands' script
  double push_left;       // s that the push still lasts
  double command_level;   // of the commands' curriculum

  int64_t terrain_level;  // of the tile where it began; its type is the environment's
  Eigen::Vector2d start;  // m, W, where it began
  double commanded;       // m, the way that the commands since then would have been

  TrackingSums tracking;          // over the episode, where the command is older than kSettlingTime
  TrackingSums command_tracking;  // of this command, where it is older than half its hold
  double command_hold;            // s
  int ended_by;                   // row of TerminationTerms(), -1: none
};

// After a change of command, this long is left out of the tracking error.
inline constexpr double kSettlingTime = 1.0;  // s

// The record of an environment begins with it.
inline Episode& RecordOf(const EnvView& env) { return *static_cast<Episode*>(env.record); }

// What the robot did on its tile.
TerrainEpisode Travelled(const Episode& e);

class LocomotionTask : public Task {
 public:
  // Throws std::runtime_error (model) or std::invalid_argument (a configuration that contradicts
  // itself). root: where relative paths are looked up. num_envs: how many environments share the
  // training, for curricula.
  LocomotionTask(const LocomotionConfig& config, const std::string& root, int num_envs);

  const mjModel& model() const override { return *robot_.model; }
  const EnvSpec& spec() const override { return spec_; }
  size_t record_size() const override { return record_size_; }
  std::vector<std::string> randomized_fields() const override { return randomization_.fields(); }
  bool constants_follow() const override { return randomization_.constants_follow(); }

  void Draw(const EnvView& env) const override;
  void Reset(const EnvView& env) const override;
  Outcome Step(const EnvView& env, const float* action) const override;
  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override;
  void EpisodeMetrics(const EnvView& env, float* metrics) const override;
  void Adapt(std::span<void* const> records, uint64_t seed, int64_t iteration) const override;
  void NoteError(const EnvView& env) const override;

  const Robot& robot() const { return robot_; }
  const Drive& drive() const { return drive_; }
  const LocomotionConfig& config() const { return config_; }
  const ObservationLayout& policy_layout() const { return policy_layout_; }
  const ObservationLayout& critic_layout() const { return critic_layout_; }
  const std::vector<ActiveReward>& rewards() const { return rewards_; }
  const Ground& ground() const { return ground_; }
  // Which of the ground's types an environment stands on; -1 on the plane.
  int TerrainType(int environment) const;

 private:
  // the phases of a control step, in order
  void TakeAction(const EnvView& env, const float* action) const;
  ContactSums Simulate(const EnvView& env, double& physics_seconds) const;
  void MeasureStep(const EnvView& env, const ContactSums& contacts) const;
  double Reward(const EnvView& env) const;
  void CountTraversed(const EnvView& env) const;
  void Advance(const EnvView& env) const;

  bool is_rough() const { return !ground_.is_plane(); }
  bool IsOnRoughTile(int environment) const;
  int64_t TerrainLevel(const EnvView& env) const;
  LevelParticle ParticleAt(int64_t level, const EnvView& env) const;
  bool LeavesTile(const Episode& e) const;
  void Place(const EnvView& env, Random& random) const;
  void MeasureGround(bool no_force_known, Transition& t) const;
  void NextCommand(const EnvView& env) const;
  void BeginPush(const EnvView& env) const;
  double* RewardSums(const EnvView& env) const;
  LevelParticle& Particle(void* record) const;  // there is one on rough ground only
  double* DriveMemory(const EnvView& env) const;
  float* ObservationMemory(const EnvView& env) const;

  LocomotionConfig config_;
  Ground ground_;  // one for all environments, in W
  Robot robot_;
  ModelRandomization randomization_;
  Drive drive_;
  ObservationLayout policy_layout_, critic_layout_;
  std::vector<ActiveReward> rewards_;
  std::vector<Command> script_;
  std::vector<TerrainShare> terrain_shares_;
  EnvSpec spec_;
  bool adapts_levels_;
  int num_envs_;
  int64_t max_steps_;  // of an episode
  size_t record_size_;
};

// The last control step of an environment of this task.
const Episode& EpisodeOf(const ParallelEnv& env, int environment);
// On rough ground, what the adaptive curriculum remembers of it.
const LevelParticle& ParticleOf(const ParallelEnv& env, int environment);
// Sums over its episode of the weighted rewards, one for each of LocomotionTask::rewards().
std::span<const double> RewardSumsOf(const ParallelEnv& env, int environment);

}  // namespace doggo::sim
