// A task in which everything can be worked out on paper: a mass on a rail, pushed by a motor whose
// gear g is drawn for every episode.
//
// Under the action u the mass of 1 kg goes on from x, v (m, m/s) in ten steps of 10 ms; velocity
// first, then position with it:
//   v' = v + 10 dt g u,   x' = x + 10 dt v + dt^2 (1 + 2 + ... + 10) g u.
#pragma once

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/environment/parallel_env.h"
#include "sim/interface/random.h"

namespace doggo::sim {

inline const char* const kSliderXml = R"(<mujoco>
  <option timestep="0.01" gravity="0 0 0"/>
  <worldbody>
    <body><joint name="rail" type="slide" axis="1 0 0"/><geom size="0.1" mass="1"/></body>
  </worldbody>
  <actuator><motor joint="rail"/></actuator>
</mujoco>)";

// What one environment of it remembers.
struct SliderRecord {
  int64_t steps;  // of all its episodes
  int64_t clock;  // control steps of this episode
  int64_t environment;
  int64_t errors;  // noted in this episode
};

class Slider : public Task {
 public:
  static constexpr int kEpisode = 8;       // control steps
  static constexpr double kEnd = 1;        // m, the rail ends there
  static constexpr float kBreaking = 100;  // under a greater action MuJoCo raises an error
  enum Row { kPosition, kVelocity, kClock, kGear, kEnvironment, kNumRows };

  explicit Slider(std::vector<std::string> fields = {"actuator_gear"})
      : model_(LoadModelFromText(kSliderXml)), fields_(std::move(fields)) {
    spec_.policy_dim = kClock + 1;
    spec_.critic_dim = kNumRows;
    spec_.action_dim = 1;
    spec_.step_dt = 0.1;
    spec_.metric_names = {"clock", "errors"};
  }

  const mjModel& model() const override { return *model_; }
  const EnvSpec& spec() const override { return spec_; }
  size_t record_size() const override { return sizeof(SliderRecord); }
  std::vector<std::string> randomized_fields() const override { return fields_; }

  void Start(const EnvView& env) const override {
    RecordOf(env) = {};
    Reset(env);
    Random random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment), 1u << 20);
    RecordOf(env).clock = random.Below(kEpisode);
  }

  void Reset(const EnvView& env) const override {
    SliderRecord& r = RecordOf(env);
    r = {.steps = r.steps, .clock = 0, .environment = env.environment, .errors = 0};
    Random random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment),
                  static_cast<uint64_t>(r.steps));
    mj_resetData(env.model, env.data);
    env.data->qpos[0] = random.Uniform(-0.5, 0.5);
    Gear(env) = random.Uniform(1, 2);
  }

  Outcome Step(const EnvView& env, const float* action) const override {
    SliderRecord& r = RecordOf(env);
    ++r.steps;
    ++r.clock;
    env.data->ctrl[0] = *action;
    for (int i = 0; i < 10; ++i) mj_step(env.model, env.data);
    if (*action > kBreaking) mju_error("the rail of environment %d broke", env.environment);

    const double x = env.data->qpos[0];
    const bool left = std::abs(x) > kEnd;
    return {.reward = static_cast<float>(-x * x),
            .terminated = left,
            .truncated = !left && r.clock >= kEpisode};
  }

  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override {
    const SliderRecord& r = RecordOf(env);
    const double rows[kNumRows] = {env.data->qpos[0], env.data->qvel[0],
                                   static_cast<double>(r.clock), Gear(env),
                                   static_cast<double>(env.environment)};
    for (int k = 0; policy_obs && k <= kClock; ++k) policy_obs[k] = static_cast<float>(rows[k]);
    for (int k = 0; k < kNumRows; ++k) critic_obs[k] = static_cast<float>(rows[k]);
  }

  void EpisodeMetrics(const EnvView& env, float* metrics) const override {
    metrics[0] = static_cast<float>(RecordOf(env).clock);
    metrics[1] = static_cast<float>(RecordOf(env).errors);
  }

  void NoteError(const EnvView& env) const override { ++RecordOf(env).errors; }

 private:
  static SliderRecord& RecordOf(const EnvView& env) {
    return *static_cast<SliderRecord*>(env.record);
  }
  static mjtNum& Gear(const EnvView& env) { return (*env.randomized)[0][0]; }

  ModelPtr model_;
  std::vector<std::string> fields_;
  EnvSpec spec_;
};

inline ParallelEnv Sliders(int num_envs, int shard_size, uint64_t seed = 1) {
  return ParallelEnv(std::make_unique<Slider>(), num_envs, shard_size, seed);
}

}  // namespace doggo::sim
