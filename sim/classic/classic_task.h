// What the small worlds share: a model written in the code, an episode's clock, and a state that is
// the whole of positions and speeds. A world is what is left: its model, how an episode begins,
// what is observed, what is earned, and when it is lost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/environment/task.h"
#include "sim/interface/config_field.h"
#include "sim/interface/random.h"

namespace doggo::sim {

struct ClassicConfig {
  double episode_seconds = 10;
  std::string actions = "continuous";  // or discrete, where the world has them
  bool policy_sees_speeds = true;      // else the critic alone does
};
ConfigFields Fields(ClassicConfig& config);

// An environment's memory beside MuJoCo's state.
struct ClassicEpisode {
  int64_t episode;  // which one this is: 1, 2, ...
  int64_t clock;    // control steps; the first episode begins anywhere
  int64_t steps;    // since it began
  double earned;    // rewards since it began
  bool lost, by_error;
};

// Rows of Task::EpisodeMetrics: sum of rewards, and seconds.
inline constexpr int kClassicReturn = 0, kClassicLength = 1;

class ClassicTask : public Task {
 public:
  const mjModel& model() const override { return *model_; }
  const EnvSpec& spec() const override { return spec_; }
  size_t record_size() const override { return sizeof(ClassicEpisode); }
  void Draw(const EnvView& env) const override;
  void Reset(const EnvView& env) const override;
  Outcome Step(const EnvView& env, const float* action) const override;
  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override;
  void EpisodeMetrics(const EnvView& env, float* metrics) const override;
  void NoteError(const EnvView& env) const override;

 protected:
  // What differs in size. positions come first in the observation, then speeds.
  struct Shape {
    std::string name, xml;
    double step_dt = 0.02;  // s; a whole number of the model's own steps
    int positions = 0, speeds = 0;
    int choices = 0;                 // of the action; 0: one number for each actuator
    std::vector<float> mirror = {};  // signs of an observation's image; empty: no symmetry
    std::vector<float> action_mirror = {};
  };
  // Throws std::invalid_argument where the model cannot be made or the configuration asks for
  // discrete actions in a world that has none.
  ClassicTask(const ClassicConfig& config, const Shape& shape);

  // Positions and speeds at the start, all zeros before.
  virtual void Begin(Random random, mjData& data) const = 0;
  // positions + speeds numbers.
  virtual void Look(const mjData& data, float* obs) const = 0;
  // Of one second, in the state after the step; data.ctrl holds what the actuators were given.
  virtual double RewardRate(const mjData& data) const = 0;
  virtual bool IsLost(const mjData&) const { return false; }
  // Numbers in [-1, 1], for every actuator one; or what a choice stands for.
  virtual void Act(const float* action, mjData& data) const;

 private:
  ModelPtr model_;
  EnvSpec spec_;
  Shape shape_;
  int substeps_;
  int64_t max_steps_;
};

}  // namespace doggo::sim
