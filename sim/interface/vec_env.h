// The one contract between worlds and learners: many environments of one Markov decision process,
// stepped in shards.
//
// A learner sees nothing but this header and random.h. Everything is sized by EnvSpec before the
// first step; Reset and Step write into a StepBatch that the caller allocates once (MakeStepBatch).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace doggo {

using Batch = Eigen::MatrixXf;  // (features x environments): environment i owns column i
using BatchRow = Eigen::RowVectorXf;
using BatchFlags = Eigen::Array<bool, 1, Eigen::Dynamic>;

// A signed permutation: y[k] = sign[k] * x[from[k]].
struct Mirror {
  std::vector<int> from;
  std::vector<float> sign;
};

// One element of the symmetry group of robot and task, as it acts on what the learner sees and
// does.
struct Symmetry {
  std::string name;
  Mirror policy_obs, critic_obs, action;
};

// "Where this row of the observation is negative, apply that symmetry." The rules are applied in
// order, each to the result of those before it; together they bring every observation into the one
// frame that the networks see. A row names the same quantity in both observations.
struct CanonicalRule {
  int policy_row = 0, critic_row = 0;
  int symmetry = 0;  // index into EnvSpec::symmetries
};

// What is known of the environments before the first step.
struct EnvSpec {
  int shard_size = 0, num_shards = 0;  // a shard is always stepped by one thread
  int policy_dim = 0, critic_dim = 0, action_dim = 0;
  int num_choices = 0;  // 0: actions are numbers; else the one action is 0 .. num_choices - 1
  bool critic_sees_the_same = false;      // is critic_obs policy_obs, number by number
  double step_dt = 0;                     // s of simulated time per step
  std::vector<std::string> metric_names;  // rows of StepBatch::episode_metrics
  std::vector<Symmetry> symmetries;       // empty where the robot or the task has none
  std::vector<CanonicalRule> canonical;   // empty where the networks see the observation as it is
  std::string contract;  // JSON: what a policy needs to know to be deployed (terms, order, scales,
                         // gains, joints)

  int num_envs() const { return shard_size * num_shards; }
};

// What one step of one shard says; S = shard_size columns.
struct StepBatch {
  Batch policy_obs, critic_obs;  // (policy_dim x S), (critic_dim x S): o_{t+1}, already the first
                                 // of a new episode where one ended
  Batch
      final_critic_obs;  // (critic_dim x S): s_{t+1} before that reset; meaningful where truncated
  BatchRow reward;       // (1 x S): r_t
  BatchFlags terminated, truncated;  // (1 x S): the episode ended in s_{t+1}, by its own rules or
                                     // by the clock; never both
  Batch episode_metrics;  // (metric_names x S): of the episode that ended; meaningful where it did;
                          // NaN: does not apply to it
  double physics_seconds = 0;  // of Step's time, what the physics engine took
};

// A batch with every matrix at its size.
inline StepBatch MakeStepBatch(const EnvSpec& spec) {
  const int S = spec.shard_size;
  return {.policy_obs = Batch::Zero(spec.policy_dim, S),
          .critic_obs = Batch::Zero(spec.critic_dim, S),
          .final_critic_obs = Batch::Zero(spec.critic_dim, S),
          .reward = BatchRow::Zero(S),
          .terminated = BatchFlags::Constant(S, false),
          .truncated = BatchFlags::Constant(S, false),
          .episode_metrics = Batch::Zero(static_cast<int>(spec.metric_names.size()), S),
          .physics_seconds = 0};
}

// Many environments. Calls for different shards may run at once; between two calls of EndIteration,
// what a shard returns depends on nothing outside it.
class VecEnv {
 public:
  virtual ~VecEnv() = default;

  virtual const EnvSpec& spec() const = 0;

  // Starts every environment of the shard anew, their episode clocks spread so that they do not all
  // end together. Writes the observations only.
  virtual void Reset(int shard, StepBatch& out) = 0;

  // action: (action_dim x shard_size). Throws std::invalid_argument if an action is not finite
  // (nothing is stepped then).
  virtual void Step(int shard, const Eigen::Ref<const Batch>& action, StepBatch& out) = 0;

  // The learner's iteration, counted from one, has come to its end; no shard is being stepped. What
  // concerns all environments together happens here: a curriculum that compares them.
  virtual void EndIteration(int64_t /*iteration*/) {}

  // Everything that the next Step of the shard depends on. Load throws std::runtime_error where the
  // bytes do not fit this environment.
  virtual void Save(int shard, std::ostream& out) const = 0;
  virtual void Load(int shard, std::istream& in) = 0;
};

}  // namespace doggo
