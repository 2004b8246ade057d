// What a task is: one Markov decision process on one MuJoCo model, described once and shared by all
// of its environments.
//
// A task is constant. What changes lives in the environment: MuJoCo's state, and the task's own
// record, a plain struct of record_size() bytes that holds everything else the next step depends on
// (time, command, last action, ...). So environments are saved by copying bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/interface/vec_env.h"
#include "sim/mujoco/model.h"

namespace doggo::sim {

// One environment while it is worked on.
struct EnvView {
  const mjModel* model = nullptr;  // with this environment's randomised fields
  mjData* data = nullptr;
  void* record = nullptr;
  int environment = 0;  // index among all environments
  uint64_t seed = 0;    // of all environments
  // the environment's values of each of Task::randomized_fields(), in that order; what is written
  // is used from the next step on
  const std::vector<mjtNum*>* randomized = nullptr;
};

struct Outcome {
  float reward = 0;
  bool terminated = false, truncated = false;  // never both
};

class Task {
 public:
  virtual ~Task() = default;

  virtual const mjModel& model() const = 0;
  // shard_size and num_shards are left to the environments.
  virtual const EnvSpec& spec() const = 0;
  virtual size_t record_size() const = 0;
  // Names of the mjModel fields of which every environment has values of its own.
  virtual std::vector<std::string> randomized_fields() const { return {}; }

  // None of these may throw: MuJoCo's C code calls them.

  // Begins the environment's first episode; its clock starts anywhere in the episode, so that
  // environments do not end together.
  virtual void Start(const EnvView& env) const = 0;
  // Begins another episode.
  virtual void Reset(const EnvView& env) const = 0;
  // One control step under `action` (action_dim).
  virtual Outcome Step(const EnvView& env, const float* action) const = 0;
  // Writes o_t (policy_dim) unless null, and s_t (critic_dim).
  virtual void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const = 0;
  // Of the episode so far (metric_names).
  virtual void EpisodeMetrics(const EnvView& env, float* metrics) const = 0;
  // After MuJoCo raised an error in Step, and before Reset: notes in the record that the episode
  // ended by divergence.
  virtual void NoteError(const EnvView& env) const = 0;
};

}  // namespace doggo::sim
