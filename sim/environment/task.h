// What a task is: one Markov decision process on one MuJoCo model, described once and shared by all
// of its environments.
//
// A task is constant. What changes lives in the environment: MuJoCo's state, the environment's
// values of some of the model's fields, and the task's own record, a plain struct of record_size()
// bytes that holds everything else the next step depends on (time, command, last action, ...). So
// environments are saved by copying bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/interface/vec_env.h"
#include "sim/mujoco/model.h"
#include "sim/mujoco/trouble.h"

namespace doggo::sim {

// One environment while it is worked on.
struct EnvView {
  const mjModel* model = nullptr;  // with this environment's values of the randomised fields
  mjData* data = nullptr;
  void* record = nullptr;
  int environment = 0;  // index among all environments
  uint64_t seed = 0;    // of all environments
  // the environment's values of each of Task::randomized_fields(), in that order
  const std::vector<mjtNum*>* randomized = nullptr;
};

struct Outcome {
  float reward = 0;
  bool terminated = false, truncated = false;  // never both
  Trouble trouble = {};  // if any, it terminates the episode; the reward must be finite even so
  double physics_seconds = 0;  // of Step's time, what MuJoCo took
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
  // Do other constants of the model follow from them (mj_setConst)? Friction: no; mass: yes.
  virtual bool constants_follow() const { return false; }

  // None of these may throw: MuJoCo's C code calls them.

  // Begins an episode, before anything is simulated: notes in the record what was drawn for it, and
  // writes the environment's values of randomized_fields(). env.model and env.data are null. The
  // record is all zeros before the environment's first episode, whose clock starts anywhere in
  // time, so that environments do not end together.
  virtual void Draw(const EnvView& env) const = 0;
  // Puts the environment where the episode begins.
  virtual void Reset(const EnvView& env) const = 0;
  // One control step under `action` (action_dim). MuJoCo's warnings were cleared before.
  virtual Outcome Step(const EnvView& env, const float* action) const = 0;
  // Writes o_t (policy_dim) unless null, and s_t (critic_dim) unless null. Called again without a
  // step between, it writes the same.
  virtual void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const = 0;
  // Of the episode so far (metric_names).
  virtual void EpisodeMetrics(const EnvView& env, float* metrics) const = 0;
  // Between two steps of all environments, in one thread, when the learner's iteration (1, 2, ...)
  // has ended: may change what the records (environment k's at k) say about later episodes. It must
  // be a function of the records, the seed and the iteration.
  virtual void Adapt(std::span<void* const> /*records*/, uint64_t /*seed*/,
                     int64_t /*iteration*/) const {}
  // After MuJoCo raised an error in Step, and before the next Draw: notes in the record that the
  // episode ended by it.
  virtual void NoteError(const EnvView& env) const = 0;
};

}  // namespace doggo::sim
