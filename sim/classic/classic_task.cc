#include "sim/classic/classic_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace doggo::sim {
namespace {

constexpr double kSpeedLimit = 1e3;  // m/s, rad/s: beyond it physics has failed
constexpr int kMostNumbers = 32;     // of an observation

ClassicEpisode& RecordOf(const EnvView& env) { return *static_cast<ClassicEpisode*>(env.record); }

Mirror SignsOnly(const std::vector<float>& signs, int count) {
  Mirror mirror;
  for (int k = 0; k < count; ++k) mirror.from.push_back(k);
  mirror.sign.assign(signs.begin(), signs.begin() + count);
  return mirror;
}

}  // namespace

ConfigFields Fields(ClassicConfig& c) {
  return {
      {"episode_seconds", &c.episode_seconds, "s", "after which an episode is cut off", 0.1, 1e4},
      {"actions",
       &c.actions,
       "",
       "numbers, or one of a few choices",
       0,
       0,
       {"continuous", "discrete"}},
      {"policy_sees_speeds", &c.policy_sees_speeds, "",
       "whether the policy observes speeds; the value function always does"},
  };
}

ClassicTask::ClassicTask(const ClassicConfig& config, const Shape& shape)
    : model_(LoadModelFromText(shape.xml, shape.name)), shape_(shape) {
  const bool discrete = config.actions == "discrete";
  if (discrete && shape.choices == 0)
    throw std::invalid_argument(fmt::format(
        "classic.actions: the world {} has no discrete actions; take continuous", shape.name));
  substeps_ = static_cast<int>(std::lround(shape.step_dt / model_->opt.timestep));
  max_steps_ = std::max<int64_t>(1, std::lround(config.episode_seconds / shape.step_dt));

  if (!discrete) shape_.choices = 0;
  spec_.num_choices = shape_.choices;
  spec_.critic_dim = shape.positions + shape.speeds;
  spec_.policy_dim = config.policy_sees_speeds ? spec_.critic_dim : shape.positions;
  spec_.critic_sees_the_same = config.policy_sees_speeds;
  spec_.action_dim = discrete ? 1 : model_->nu;
  spec_.step_dt = shape.step_dt;
  spec_.metric_names = {"return", "length"};
  spec_.contract =
      fmt::format(R"({{"world":"{}","control_dt_s":{},"observations":{},"actions":"{}"}})",
                  shape.name, shape.step_dt, spec_.policy_dim, config.actions);
  if (!discrete && !shape.mirror.empty()) {
    spec_.symmetries = {{"mirror", SignsOnly(shape.mirror, spec_.policy_dim),
                         SignsOnly(shape.mirror, spec_.critic_dim),
                         SignsOnly(shape.action_mirror, spec_.action_dim)}};
  }
}

void ClassicTask::Draw(const EnvView& env) const {
  ClassicEpisode& e = RecordOf(env);
  e = {.episode = e.episode + 1,
       .clock = 0,
       .steps = 0,
       .earned = 0,
       .lost = false,
       .by_error = false};
  if (e.episode > 1) return;
  Random random(env.seed, Stream::kCommand, static_cast<uint32_t>(env.environment));
  e.clock = random.Below(static_cast<uint32_t>(max_steps_));
}

void ClassicTask::Reset(const EnvView& env) const {
  mj_resetData(env.model, env.data);
  Begin(Random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment),
               static_cast<uint64_t>(RecordOf(env).episode)),
        *env.data);
  mj_forward(env.model, env.data);
}

void ClassicTask::Act(const float* action, mjData& data) const {
  for (int k = 0; k < model_->nu; ++k)
    data.ctrl[k] = std::clamp(static_cast<double>(action[k]), -1.0, 1.0);
}

Outcome ClassicTask::Step(const EnvView& env, const float* action) const {
  ClassicEpisode& e = RecordOf(env);
  Act(action, *env.data);
  for (int k = 0; k < substeps_; ++k) mj_step(env.model, env.data);
  mj_kinematics(env.model, env.data);
  ++e.clock;
  ++e.steps;

  Outcome outcome;
  outcome.trouble = FindTrouble(*env.model, *env.data, kSpeedLimit);
  e.lost = outcome.trouble || IsLost(*env.data);
  outcome.terminated = e.lost;
  outcome.truncated = !e.lost && e.clock >= max_steps_;
  if (!outcome.trouble) outcome.reward = static_cast<float>(shape_.step_dt * RewardRate(*env.data));
  e.earned += outcome.reward;
  return outcome;
}

void ClassicTask::Observe(const EnvView& env, float* policy_obs, float* critic_obs) const {
  float obs[kMostNumbers];
  Look(*env.data, obs);
  if (policy_obs != nullptr) std::copy_n(obs, spec_.policy_dim, policy_obs);
  if (critic_obs != nullptr) std::copy_n(obs, spec_.critic_dim, critic_obs);
}

void ClassicTask::EpisodeMetrics(const EnvView& env, float* metrics) const {
  const ClassicEpisode& e = RecordOf(env);
  metrics[kClassicReturn] = static_cast<float>(e.earned);
  metrics[kClassicLength] = static_cast<float>(static_cast<double>(e.steps) * shape_.step_dt);
}

void ClassicTask::NoteError(const EnvView& env) const {
  RecordOf(env).lost = RecordOf(env).by_error = true;
}

}  // namespace doggo::sim
