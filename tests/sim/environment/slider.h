// A task in which everything can be worked out on paper: a mass on a rail, pushed by a motor whose
// gear g is drawn for every episode.
//
// Under the action u the mass of 1 kg goes on from x, v (m, m/s) in ten steps of 10 ms; velocity
// first, then position with it:
//   v' = v + 10 dt g u,   x' = x + 10 dt v + dt^2 (1 + 2 + ... + 10) g u.
//
// Some actions bring the physics into trouble of every kind that there is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
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

// The same on a rail that rubs: how hard depends on dof_invweight0, which follows from the mass.
inline const char* const kRubbingSliderXml = R"(<mujoco>
  <option timestep="0.01" gravity="0 0 0"/>
  <worldbody>
    <body>
      <joint name="rail" type="slide" axis="1 0 0" frictionloss="0.5"/>
      <geom size="0.1" mass="1"/>
    </body>
  </worldbody>
  <actuator><motor joint="rail"/></actuator>
</mujoco>)";

// What one environment of it remembers.
struct SliderRecord {
  int64_t steps;     // of all its episodes
  int64_t episodes;  // that have begun
  int64_t clock;     // control steps of this episode
  int64_t environment;
  int64_t errors;  // noted in this episode
  double start;    // m, drawn for this episode
};

struct SliderOptions {
  std::vector<std::string> fields = {"actuator_gear"};  // may be followed by body_mass
  const char* xml = kSliderXml;
  int episode = 8;  // control steps
};

class Slider : public Task {
 public:
  static constexpr int kEpisode = 8;           // control steps, where the options do not say else
  static constexpr double kEnd = 1;            // m, the rail ends there
  static constexpr double kSpeedLimit = 1000;  // m/s
  enum Row {
    kPosition,
    kVelocity,
    kClock,
    kGear,
    kEnvironment,
    kMass,
    kInverseWeight,  // MuJoCo's: 1 / mass, computed by mj_setConst
    kNumRows
  };

  // Actions that bring trouble.
  static constexpr float kBreaking = 100;  // a greater one: MuJoCo raises an error
  static constexpr float kToNan = -1000, kToHighSpeed = -1001, kToHugeForce = -1002;

  explicit Slider(SliderOptions options = {})
      : model_(LoadModelFromText(options.xml)), options_(std::move(options)) {
    spec_.policy_dim = kClock + 1;
    spec_.critic_dim = kNumRows;
    spec_.action_dim = 1;
    spec_.step_dt = 0.1;
    spec_.metric_names = {"clock", "errors"};
  }

  const mjModel& model() const override { return *model_; }
  const EnvSpec& spec() const override { return spec_; }
  size_t record_size() const override { return sizeof(SliderRecord); }
  std::vector<std::string> randomized_fields() const override { return options_.fields; }
  bool constants_follow() const override { return options_.fields.size() > 1; }

  void Draw(const EnvView& env) const override {
    SliderRecord& r = RecordOf(env);
    Random random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment),
                  static_cast<uint64_t>(r.episodes));
    const bool first = r.episodes == 0;
    r = {.steps = r.steps,
         .episodes = r.episodes + 1,
         .clock = first ? random.Below(options_.episode) : 0,
         .environment = env.environment,
         .errors = 0,
         .start = random.Uniform(-0.5, 0.5)};
    Gear(env) = random.Uniform(1, 2);
    if (constants_follow()) (*env.randomized)[1][1] = random.Uniform(0.5, 3);
  }

  void Reset(const EnvView& env) const override {
    mj_resetData(env.model, env.data);
    env.data->qpos[0] = RecordOf(env).start;
  }

  Outcome Step(const EnvView& env, const float* action) const override {
    SliderRecord& r = RecordOf(env);
    ++r.steps;
    ++r.clock;
    env.data->ctrl[0] = *action;
    if (*action == kToHugeForce) env.data->qfrc_applied[0] = 1e12;
    for (int i = 0; i < 10; ++i) mj_step(env.model, env.data);
    if (*action > kBreaking) mju_error("the rail of environment %d broke", env.environment);
    if (*action == kToNan) env.data->qvel[0] = std::numeric_limits<double>::quiet_NaN();
    if (*action == kToHighSpeed) env.data->qvel[0] = -2 * kSpeedLimit;

    if (const Trouble trouble = FindTrouble(*env.model, *env.data, kSpeedLimit)) {
      return {.trouble = trouble};  // terminates the episode by itself
    }
    const double x = env.data->qpos[0];
    const bool left = std::abs(x) > kEnd;
    return {.reward = static_cast<float>(-x * x),
            .terminated = left,
            .truncated = !left && r.clock >= options_.episode};
  }

  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override {
    const SliderRecord& r = RecordOf(env);
    const double rows[kNumRows] = {env.data->qpos[0],
                                   env.data->qvel[0],
                                   static_cast<double>(r.clock),
                                   Gear(env),
                                   static_cast<double>(env.environment),
                                   env.model->body_mass[1],
                                   env.model->dof_invweight0[0]};
    for (int k = 0; policy_obs && k <= kClock; ++k) policy_obs[k] = static_cast<float>(rows[k]);
    for (int k = 0; critic_obs && k < kNumRows; ++k) critic_obs[k] = static_cast<float>(rows[k]);
  }

  void EpisodeMetrics(const EnvView& env, float* metrics) const override {
    metrics[0] = static_cast<float>(RecordOf(env).clock);
    metrics[1] = static_cast<float>(RecordOf(env).errors);
  }

  void NoteError(const EnvView& env) const override { ++RecordOf(env).errors; }

 protected:
  static SliderRecord& RecordOf(const EnvView& env) {
    return *static_cast<SliderRecord*>(env.record);
  }
  static mjtNum& Gear(const EnvView& env) { return (*env.randomized)[0][0]; }

 private:
  ModelPtr model_;
  SliderOptions options_;
  EnvSpec spec_;
};

inline ParallelEnv Sliders(int num_envs, int shard_size, uint64_t seed = 1,
                           SliderOptions options = {}) {
  return ParallelEnv(std::make_unique<Slider>(std::move(options)), num_envs, shard_size, seed);
}

// Masses and gears differ, and the rail rubs.
inline SliderOptions RubbingOptions() {
  return {.fields = {"actuator_gear", "body_mass"}, .xml = kRubbingSliderXml};
}

}  // namespace doggo::sim
