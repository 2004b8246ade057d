#include "sim/locomotion/locomotion_task.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <stdexcept>

#include "sim/locomotion/spec.h"

namespace doggo::sim {
namespace {

Episode& RecordOf(const EnvView& env) { return *static_cast<Episode*>(env.record); }

// Numbers of this environment at this time of its life, for one use.
Random RandomFor(const EnvView& env, Stream stream) {
  return Random(env.seed, stream, static_cast<uint32_t>(env.environment),
                static_cast<uint64_t>(RecordOf(env).total_steps));
}

}  // namespace

LocomotionTask::LocomotionTask(const LocomotionConfig& config, const std::string& root,
                               int num_envs)
    : config_(config),
      robot_(LoadRobot(config.physics, config.drive, root)),
      policy_layout_(config.observations.policy),
      critic_layout_(config.observations.critic),
      num_envs_(num_envs),
      max_steps_(std::lround(config.episode_length / config.physics.step_dt())) {
  static_assert(std::is_trivially_destructible_v<Episode>);
  if (policy_layout_.size == 0 || critic_layout_.size == 0)
    throw std::invalid_argument("observations: policy and critic must see something");

  spec_ = MakeSpec(config_, robot_, policy_layout_, critic_layout_);
}

std::vector<std::string> LocomotionTask::randomized_fields() const {
  std::vector<std::string> fields;
  for (const RandomizationTerm& term : RandomizationTerms()) fields.emplace_back(term.field);
  return fields;
}

void LocomotionTask::Start(const EnvView& env) const {
  std::memset(env.record, 0,
              sizeof(Episode));  // padding too, so that equal records are equal bytes
  Reset(env);
  // a step number that no episode reaches: numbers of their own
  Random random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment),
                uint64_t{1} << 48);
  RecordOf(env).episode_steps = random.Below(static_cast<uint32_t>(max_steps_));
}

void LocomotionTask::Reset(const EnvView& env) const {
  Episode& e = RecordOf(env);
  mjData& data = *env.data;
  Random random = RandomFor(env, Stream::kStart);
  const auto spread = [&](double half_width) { return random.Uniform(-half_width, half_width); };

  // randomised model
  Random model_random = RandomFor(env, Stream::kModel);
  for (size_t k = 0; k < RandomizationTerms().size(); ++k) {
    const RandomizationTerm& term = RandomizationTerms()[k];
    const Range& range = config_.randomization.*term.range;
    term.apply(robot_, model_random.Uniform(range.low, range.high), (*env.randomized)[k]);
  }

  // pose and velocity around the default
  mj_resetData(env.model, &data);
  data.qpos[2] = robot_.base_height;
  for (int j = 0; j < kNumJoints; ++j) {
    data.qpos[robot_.ids.qpos[j]] =
        robot_.default_pose[j] + spread(config_.randomization.joint_position);
    data.ctrl[robot_.ids.actuator[j]] = robot_.default_pose[j];
  }
  for (int k = 0; k < 6; ++k) data.qvel[k] = spread(config_.randomization.base_velocity);

  // a clock, a command, a history of nothing
  const double phase = random.Uniform(0, 2 * std::numbers::pi);
  const int64_t total_steps = e.total_steps;
  std::memset(env.record, 0, sizeof(Episode));
  e.total_steps = total_steps;
  e.t.phase = phase;
  e.t.stepping =
      config_.gait.clock;  // an episode begins with a step or two, also where it is to stand
  e.t.step_dt = spec_.step_dt;
  e.t.training_steps = static_cast<double>(total_steps) * num_envs_;
  DrawNewCommand(env);

  // the lowest foot touches the ground
  Measure(robot_, *env.model, data, e.t.now);
  data.qpos[2] -= e.t.now.foot_height.minCoeff();
  Measure(robot_, *env.model, data, e.t.now);
  e.t.before = e.t.now;
}

Outcome LocomotionTask::Step(const EnvView& env, const float* action) const {
  Episode& e = RecordOf(env);

  // act, simulate, measure
  Joints target;
  TakeAction(env, action, target);
  Simulate(env, target);
  MeasureStep(env);

  // end?
  Outcome outcome;
  e.t.diverged = !IsSane(*env.model, *env.data, config_.terminations.max_speed);
  e.t.fell = e.t.diverged || HasFallen(e.t, config_.terminations);
  outcome.terminated = e.t.fell;
  outcome.truncated = !outcome.terminated && e.episode_steps >= max_steps_;

  // reward: under the command that the action was chosen under
  outcome.reward = e.t.diverged ? 0 : static_cast<float>(Reward(e));

  // what the next action is judged by
  if (!outcome.terminated) Advance(env);
  return outcome;
}

void LocomotionTask::TakeAction(const EnvView& env, const float* action, Joints& target) const {
  Transition& t = RecordOf(env).t;
  t.previous_action = t.action;
  t.action = Eigen::Map<const Eigen::Matrix<float, kNumJoints, 1>>(action).cast<double>();
  t.action = t.action.cwiseMax(-config_.action.clip).cwiseMin(config_.action.clip);
  target =
      robot_.default_pose + config_.action.scale * t.action + PriorOffsets(config_.gait, robot_, t);
}

// The target is held over the control step; the drives work at every physics step.
void LocomotionTask::Simulate(const EnvView& env, const Joints& target) const {
  mjData& data = *env.data;
  Episode& e = RecordOf(env);
  e.t.before = e.t.now;
  e.energy = 0;
  for (int k = 0; k < config_.physics.substeps; ++k) {
    Joints command = target;
    if (config_.drive.dc_motor) {
      Joints q, qd;
      for (int j = 0; j < kNumJoints; ++j) {
        q[j] = data.qpos[robot_.ids.qpos[j]];
        qd[j] = data.qvel[robot_.ids.dof[j]];
      }
      command = EquivalentTarget(config_.drive, DriveTorque(config_.drive, target, q, qd), q, qd);
    }
    for (int j = 0; j < kNumJoints; ++j) data.ctrl[robot_.ids.actuator[j]] = command[j];
    mj_step(env.model, &data);
    for (int j = 0; j < kNumJoints; ++j) {
      e.energy +=
          std::abs(data.actuator_force[robot_.ids.actuator[j]] * data.qvel[robot_.ids.dof[j]]) *
          config_.physics.timestep;
    }
  }
}

void LocomotionTask::MeasureStep(const EnvView& env) const {
  Episode& e = RecordOf(env);
  Measure(robot_, *env.model, *env.data, e.t.now);
  ++e.total_steps;
  ++e.episode_steps;
  e.t.training_steps = static_cast<double>(e.total_steps) * num_envs_;
  e.t.command_age += e.t.step_dt;
  AdvanceClock(config_.gait, e.t);
}

double LocomotionTask::Reward(Episode& e) const {
  double total = 0;
  size_t k = 0;
  for (const RewardTerm& term : RewardTerms()) {
    const double weight = config_.rewards.*term.weight;
    if (weight != 0) {
      const double reward = weight * term.value(e.t, config_.rewards) * e.t.step_dt;
      e.reward_sum[k] += reward;
      total += reward;
    }
    ++k;
  }
  if (e.t.command_age >
      kSettlingTime + 0.5 * e.t.step_dt) {  // half a step, for the age is a sum of rounded steps
    e.steps_counted += 1;
    e.linear_error2 += (e.t.command.head<2>() - e.t.now.v_H.head<2>()).squaredNorm();
    e.yaw_error2 += std::pow(e.t.command.z() - e.t.now.w_H.z(), 2);
  }
  return total;
}

void LocomotionTask::Advance(const EnvView& env) const {
  Episode& e = RecordOf(env);
  e.command_left -= e.t.step_dt;
  if (e.command_left < 0.5 * e.t.step_dt) DrawNewCommand(env);

  const Eigen::Vector2d push =
      DrawPush(config_.randomization, e.t.step_dt, RandomFor(env, Stream::kDisturbance));
  if (push != Eigen::Vector2d::Zero()) {
    env.data->qvel[0] += push.x();
    env.data->qvel[1] += push.y();
    MeasureBody(robot_, *env.data, e.t.now);
  }
}

void LocomotionTask::DrawNewCommand(const EnvView& env) const {
  Episode& e = RecordOf(env);
  const Command command = DrawCommand(config_.commands, RandomFor(env, Stream::kCommand));
  e.t.command = command.velocity;
  e.t.command_age = 0;
  e.command_left = command.hold;
  HeedCommand(config_.gait, e.t);
}

void LocomotionTask::Observe(const EnvView& env, float* policy_obs, float* critic_obs) const {
  const Transition& t = RecordOf(env).t;
  if (policy_obs) policy_layout_.Write(t, policy_obs);
  critic_layout_.Write(t, critic_obs);
}

void LocomotionTask::EpisodeMetrics(const EnvView& env, float* metrics) const {
  const Episode& e = RecordOf(env);
  const double n = std::max(1.0, e.steps_counted);
  *metrics++ = static_cast<float>(static_cast<double>(e.episode_steps) * e.t.step_dt);
  *metrics++ = e.t.fell ? 1 : 0;
  *metrics++ = e.t.diverged ? 1 : 0;
  *metrics++ = static_cast<float>(std::sqrt(e.linear_error2 / n));
  *metrics++ = static_cast<float>(std::sqrt(e.yaw_error2 / n));
  for (size_t k = 0; k < RewardTerms().size(); ++k)
    *metrics++ = static_cast<float>(e.reward_sum[k]);
}

void LocomotionTask::NoteError(const EnvView& env) const {
  Episode& e = RecordOf(env);
  e.t.diverged = e.t.fell = true;
  ++e.total_steps;  // the step that failed counts, or the next episode might start like this one
}

const Episode& EpisodeOf(const ParallelEnv& env, int environment) {
  return *static_cast<const Episode*>(env.record(environment));
}

}  // namespace doggo::sim
