#include "sim/locomotion/locomotion_task.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "sim/locomotion/spec.h"
#include "sim/terrain/box_ground.h"
#include "sim/terrain/ground_contact.h"

namespace doggo::sim {
namespace {

constexpr size_t kMaxRewards = 128;  // of one task, far more than the table has

// Numbers of this environment at this time of its life, for one use.
Random RandomFor(const EnvView& env, Stream stream) {
  return Random(env.seed, stream, static_cast<uint32_t>(env.environment),
                static_cast<uint64_t>(RecordOf(env).total_steps));
}

// Where the feet were and when, after a step was measured.
void RememberFeet(Transition& t) {
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const bool was = t.grounded[leg], is = t.now.contact[leg] || t.before.contact[leg];
    t.grounded[leg] = is;
    t.touchdown[leg] = is && !was;
    t.liftoff[leg] = was && !is;
    // the step of a touchdown still belongs to the flight, that of a lift-off to the stance
    const bool flies = !is || t.touchdown[leg], stands = is || t.liftoff[leg];
    t.air_time[leg] = flies ? t.air_time[leg] + t.step_dt : 0;
    t.ground_time[leg] = stands ? t.ground_time[leg] + t.step_dt : 0;
    t.peak_height[leg] = flies ? std::max(t.peak_height[leg], t.now.foot_height[leg]) : 0;
  }
}

// The robot, in a scene that is ready for the ground.
Robot LoadRobotFor(const Ground& ground, const LocomotionConfig& config, const std::string& root) {
  if (ground.is_plane()) return LoadRobot(config.physics, config.drive, root);
  if (config.terrain.collision == "cells")
    return LoadRobot(config.physics, config.drive, root, PrepareForGround);
  const Range friction = config.randomization.friction;
  if (friction.low != friction.high)
    throw std::invalid_argument(
        "terrain.collision=boxes: their friction does not change; give randomization.friction a "
        "single value");
  return LoadRobot(config.physics, config.drive, root, [&](mjSpec& spec) {
    mjs_asGeom(mjs_findElement(&spec, mjOBJ_GEOM, "floor"))->friction[0] = friction.low;
    AddBoxGround(ground, WholeArea(ground), spec);
  });
}

}  // namespace

TerrainEpisode Travelled(const Episode& e) {
  return {(e.t.now.p_W.head<2>() - e.start).norm(), e.commanded, e.t.fell};
}

void TrackingSums::Add(const Transition& t) {
  steps += 1;
  linear_error2 += (t.command.head<2>() - t.now.v_H.head<2>()).squaredNorm();
  yaw_error2 += std::pow(t.command.z() - t.now.w_H.z(), 2);
}

double TrackingSums::linear_error() const {
  return std::sqrt(linear_error2 / std::max(1.0, steps));
}

double TrackingSums::yaw_error() const { return std::sqrt(yaw_error2 / std::max(1.0, steps)); }

LocomotionTask::LocomotionTask(const LocomotionConfig& config, const std::string& root,
                               int num_envs)
    : config_(Checked(config)),
      ground_(config.terrain.types.empty() ? Ground{} : MakeGround(config.terrain)),
      robot_(LoadRobotFor(ground_, config_, root)),
      randomization_(config.randomization, robot_),
      drive_(config.drive, config.physics.timestep,
             static_cast<int>(config.randomization.latency.high), root),
      policy_layout_(config.observations.policy, config.observations.noise_level, 0),
      critic_layout_(config.observations.critic, config.observations.noise_level, 1),
      rewards_(ActiveRewards(config.rewards)),
      script_(ParseScript(config.commands.script)),
      terrain_shares_(config.terrain.types.empty() ? std::vector<TerrainShare>{}
                                                   : ParseTerrainShares(config.terrain)),
      adapts_levels_(is_rough() && config.terrain_curriculum.rule == "adaptive"),
      num_envs_(num_envs),
      max_steps_(std::lround(config.episode_length / config.physics.step_dt())) {
  static_assert(std::is_trivially_destructible_v<Episode>);
  if (is_rough() && config.terrain.collision == "cells")
    LayGround(ground_, robot_.ids.floor_geom, *robot_.model);
  static_assert(sizeof(Episode) % sizeof(double) == 0);
  record_size_ = sizeof(Episode) + sizeof(double) * rewards_.size() +
                 (is_rough() ? sizeof(LevelParticle) : 0) +
                 sizeof(double) * static_cast<size_t>(drive_.memory_size()) +
                 sizeof(float) * static_cast<size_t>(policy_layout_.memory_size() +
                                                     critic_layout_.memory_size());
  if (rewards_.size() > kMaxRewards) throw std::logic_error("more reward terms than there is room");
  spec_ = MakeSpec(config_, robot_, policy_layout_, critic_layout_);
}

double* LocomotionTask::RewardSums(const EnvView& env) const {
  return reinterpret_cast<double*>(static_cast<char*>(env.record) + sizeof(Episode));
}

LevelParticle& LocomotionTask::Particle(void* record) const {
  return *reinterpret_cast<LevelParticle*>(static_cast<char*>(record) + sizeof(Episode) +
                                           sizeof(double) * rewards_.size());
}

double* LocomotionTask::DriveMemory(const EnvView& env) const {
  constexpr size_t kParticle = sizeof(LevelParticle) / sizeof(double);
  return RewardSums(env) + rewards_.size() + (is_rough() ? kParticle : 0);
}

float* LocomotionTask::ObservationMemory(const EnvView& env) const {
  return reinterpret_cast<float*>(DriveMemory(env) + drive_.memory_size());
}

// --- on which ground

void LocomotionTask::MeasureGround(bool no_force_known, Transition& t) const {
  if (is_rough()) {
    MeasureAboveGround(robot_, ground_, no_force_known, t.now);
    LegDirections ways;
    for (int leg = 0; leg < kNumLegs; ++leg)
      ways.col(leg) = CommandedVelocity(robot_, t.command, leg).stableNormalized();
    t.ground = LookAround(ground_, t.now, ways);
  } else if (config_.terminations.belly) {
    t.ground.belly_height = BellyHeight(ground_, t.now);
  }
}

int LocomotionTask::TerrainType(int environment) const {
  return is_rough() ? TerrainTypeOf(terrain_shares_, environment) : -1;
}

bool LocomotionTask::IsOnRoughTile(int environment) const {
  return is_rough() && terrain_shares_[TerrainType(environment)].type != kFlatTerrain;
}

// Has the robot passed its tile, or come so near to the edge of the arena that it would see beyond?
bool LocomotionTask::LeavesTile(const Episode& e) const {
  constexpr double kSight = 1.2;  // m, around the base, more than any scan reaches
  return is_rough() && (HasPassed(config_.terrain_curriculum, Travelled(e)) ||
                        !ground_.Contains(e.t.now.p_W.x(), e.t.now.p_W.y(), kSight));
}

// --- a control step

Outcome LocomotionTask::Step(const EnvView& env, const float* action) const {
  Episode& e = RecordOf(env);

  // act, simulate, measure
  TakeAction(env, action);
  Outcome outcome;
  const ContactSums contacts = Simulate(env, outcome.physics_seconds);
  MeasureStep(env, contacts);

  // end?
  outcome.trouble = FindTrouble(*env.model, *env.data, config_.terminations.max_speed);
  e.t.diverged = static_cast<bool>(outcome.trouble);
  e.ended_by = e.t.diverged ? -1 : FirstHolding(e.t, config_.terminations);
  e.t.fell = e.t.diverged || e.ended_by >= 0;
  outcome.terminated = e.t.fell;
  outcome.truncated = !outcome.terminated && (e.episode_steps >= max_steps_ || LeavesTile(e));

  // reward: under the command that the action was chosen under
  outcome.reward = e.t.diverged ? 0 : static_cast<float>(Reward(env));

  if (adapts_levels_) CountTraversed(env);

  // what the next action is judged by
  if (!outcome.terminated) Advance(env);
  return outcome;
}

void LocomotionTask::TakeAction(const EnvView& env, const float* action) const {
  Transition& t = RecordOf(env).t;
  t.older_action = t.previous_action;
  t.previous_action = t.action;
  t.action = Eigen::Map<const Eigen::Matrix<float, kNumJoints, 1>>(action).cast<double>();
  t.action = t.action.cwiseMax(-config_.action.clip).cwiseMin(config_.action.clip);
  t.target = robot_.default_pose + config_.action.scale * t.action +
             PriorOffsets(config_.gait, robot_, t, ground_);
}

// The target is held over the control step; the drives work at every physics step.
ContactSums LocomotionTask::Simulate(const EnvView& env, double& physics_seconds) const {
  using Clock = std::chrono::steady_clock;
  mjData& data = *env.data;
  Episode& e = RecordOf(env);
  const RobotIds& ids = robot_.ids;
  e.t.before = e.t.now;
  e.t.work = 0;
  Eigen::Map<Eigen::Vector3d>(data.xfrc_applied + 6 * ids.base_body) = e.t.push_W;
  ContactSums contacts;
  for (int k = 0; k < config_.physics.substeps; ++k) {
    Joints q, qd;
    for (int j = 0; j < kNumJoints; ++j) {
      q[j] = data.qpos[ids.qpos[j]];
      qd[j] = data.qvel[ids.dof[j]];
    }
    const Joints control = drive_.Act(e.t.randomized.drive, e.t.target, q, qd, DriveMemory(env));
    for (int j = 0; j < kNumJoints; ++j) data.ctrl[ids.actuator[j]] = control[j];
    const Clock::time_point start = Clock::now();
    mj_step(env.model, &data);
    physics_seconds += std::chrono::duration<double>(Clock::now() - start).count();
    AddContacts(robot_, *env.model, data, contacts);
    for (int j = 0; j < kNumJoints; ++j) {
      e.t.work += std::abs(data.actuator_force[ids.actuator[j]] * data.qvel[ids.dof[j]]) *
                  config_.physics.timestep;
    }
  }
  return contacts;
}

void LocomotionTask::MeasureStep(const EnvView& env, const ContactSums& contacts) const {
  Episode& e = RecordOf(env);
  Measure(robot_, *env.data, contacts, e.t.now);
  MeasureGround(/*no_force_known=*/false, e.t);
  RememberFeet(e.t);
  ++e.total_steps;
  ++e.episode_steps;
  ++e.steps;
  e.t.training_steps = static_cast<double>(e.total_steps) * num_envs_;
  e.t.command_age += e.t.step_dt;
  e.commanded += e.t.command.head<2>().norm() * e.t.step_dt;
  AdvanceClock(config_.gait, e.t);
}

double LocomotionTask::Reward(const EnvView& env) const {
  Episode& e = RecordOf(env);
  std::array<double, kMaxRewards> value;
  const std::span<double> per_term(value.data(), rewards_.size());
  const double total = SumRewards(rewards_, e.t, config_.rewards, per_term);
  double* sums = RewardSums(env);
  for (size_t k = 0; k < per_term.size(); ++k) sums[k] += per_term[k];

  // half a step, for the age is a sum of rounded steps
  if (e.t.command_age > kSettlingTime + 0.5 * e.t.step_dt) e.tracking.Add(e.t);
  if (e.t.command_age > 0.5 * (e.command_hold + e.t.step_dt)) e.command_tracking.Add(e.t);
  return total;
}

// nu of Lee et al. 2020: does the robot move along its command, and not fall?
void LocomotionTask::CountTraversed(const EnvView& env) const {
  const Episode& e = RecordOf(env);
  LevelParticle& particle = Particle(env.record);
  const double threshold = config_.terrain_curriculum.adaptive.speed;
  const Eigen::Vector2d command = e.t.command.head<2>();
  const double commanded_speed = command.norm();
  if (!(commanded_speed > threshold)) return;
  ++particle.counted;
  const double speed = e.t.now.v_H.head<2>().dot(command) / commanded_speed;
  if (speed > threshold && !e.t.fell) ++particle.traversed;
}

void LocomotionTask::Advance(const EnvView& env) const {
  Episode& e = RecordOf(env);
  Transition& t = e.t;
  e.command_left -= t.step_dt;
  if (e.command_left < 0.5 * t.step_dt) {
    if (config_.commands.curriculum && e.command_tracking.steps > 0) {
      e.command_level =
          NextLevel(config_.commands, e.command_level, e.command_tracking.linear_error(),
                    e.command_tracking.yaw_error());
    }
    NextCommand(env);
  } else if (t.follows_heading) {
    t.command.z() = YawRateTowards(config_.commands, t.target_heading, t.now.heading);
  }

  e.push_left -= t.step_dt;
  if (e.push_left < 0.5 * t.step_dt) t.push_W.setZero();
  BeginPush(env);
}

void LocomotionTask::NextCommand(const EnvView& env) const {
  Episode& e = RecordOf(env);
  const auto lines = static_cast<int64_t>(script_.size());
  Command command;
  if (lines > 0) {
    command = script_[static_cast<size_t>(std::min(e.script_line, lines - 1))];
    ++e.script_line;
  } else if (IsOnRoughTile(env.environment)) {
    command = DrawTerrainCommand(config_.commands, /*is_first=*/e.steps == 0, e.t.target_heading,
                                 RandomFor(env, Stream::kCommand));
  } else {
    command = DrawCommand(config_.commands, e.command_level, RandomFor(env, Stream::kCommand));
  }
  // the last line of a script is kept without being begun anew
  const bool kept = lines > 0 && e.script_line > lines;
  e.t.command = command.velocity;
  e.t.follows_heading = command.follows_heading;
  e.t.target_heading = command.heading;
  if (command.follows_heading)
    e.t.command.z() = YawRateTowards(config_.commands, command.heading, e.t.now.heading);
  if (!kept) e.t.command_age = 0;
  e.command_left = e.command_hold = command.hold;
  e.command_tracking = {};
  HeedCommand(config_.gait, e.t);
}

void LocomotionTask::BeginPush(const EnvView& env) const {
  Transition& t = RecordOf(env).t;
  const Push push =
      DrawPush(config_.randomization, t.step_dt, RandomFor(env, Stream::kDisturbance));
  t.kick_W = push.kick;
  if (push.duration > 0) {
    t.push_W = push.force;
    RecordOf(env).push_left = push.duration;
  }
  if (push.kick.isZero(0)) return;
  env.data->qvel[0] += push.kick.x();
  env.data->qvel[1] += push.kick.y();
  // a free joint's angular velocity is in B
  Eigen::Map<Eigen::Vector3d>(env.data->qvel + 3) +=
      t.now.R_WB.transpose() * Eigen::Vector3d(0, 0, push.kick.z());
  MeasureBody(robot_, *env.data, t.now);
  if (is_rough()) MeasureBaseAboveGround(ground_, t.now);
}

// --- what is seen of it

void LocomotionTask::Observe(const EnvView& env, float* policy_obs, float* critic_obs) const {
  const Episode& e = RecordOf(env);
  const ObservationTime time{env.seed, env.environment, e.episode, e.total_steps, e.steps};
  float* memory = ObservationMemory(env);
  if (policy_obs) policy_layout_.Write(e.t, ground_, time, memory, policy_obs);
  if (policy_obs && critic_obs && spec_.critic_sees_the_same) {
    std::copy_n(policy_obs, policy_layout_.size(), critic_obs);
  } else if (critic_obs) {
    critic_layout_.Write(e.t, ground_, time, memory + policy_layout_.memory_size(), critic_obs);
  }
}

// In the order of EnvSpec::metric_names (spec.cc).
void LocomotionTask::EpisodeMetrics(const EnvView& env, float* metrics) const {
  const Episode& e = RecordOf(env);
  *metrics++ = static_cast<float>(static_cast<double>(e.episode_steps) * e.t.step_dt);
  *metrics++ = e.t.fell ? 1 : 0;
  *metrics++ = e.t.diverged ? 1 : 0;
  *metrics++ = static_cast<float>(e.tracking.linear_error());
  *metrics++ = static_cast<float>(e.tracking.yaw_error());
  if (config_.commands.curriculum) *metrics++ = static_cast<float>(e.command_level);
  if (is_rough()) {
    const auto level = static_cast<float>(e.terrain_level);
    const int own = TerrainType(env.environment);
    *metrics++ = IsOnRoughTile(env.environment) ? level : NAN;
    for (int type = 0; type < ground_.num_types(); ++type) *metrics++ = type == own ? level : NAN;
  }
  for (int k = 0; k < static_cast<int>(TerminationTerms().size()); ++k) {
    if (config_.terminations.*TerminationTerms()[k].enabled) *metrics++ = e.ended_by == k ? 1 : 0;
  }
  for (size_t k = 0; k < rewards_.size(); ++k) *metrics++ = static_cast<float>(RewardSums(env)[k]);
}

void LocomotionTask::Adapt(std::span<void* const> records, uint64_t seed, int64_t iteration) const {
  if (!adapts_levels_ || iteration % config_.terrain_curriculum.adaptive.iterations != 0) return;
  std::vector<LevelRobot> robots;
  for (int type = 0; type < ground_.num_types(); ++type) {
    robots.clear();
    for (int k = 0; k < static_cast<int>(records.size()); ++k) {
      if (TerrainType(k) != type) continue;
      const Episode& e = *static_cast<const Episode*>(records[k]);
      robots.push_back({k, static_cast<int>(e.terrain_level), &Particle(records[k])});
    }
    UpdateLevels(config_.terrain_curriculum.adaptive, ground_.levels, type, robots, seed,
                 iteration);
  }
}

void LocomotionTask::NoteError(const EnvView& env) const {
  Episode& e = RecordOf(env);
  e.t.diverged = e.t.fell = true;
  e.ended_by = -1;
}

const Episode& EpisodeOf(const ParallelEnv& env, int environment) {
  return *static_cast<const Episode*>(env.record(environment));
}

const LevelParticle& ParticleOf(const ParallelEnv& env, int environment) {
  const auto& task = static_cast<const LocomotionTask&>(env.task());
  const auto* sums = reinterpret_cast<const double*>(&EpisodeOf(env, environment) + 1);
  return *reinterpret_cast<const LevelParticle*>(sums + task.rewards().size());
}

std::span<const double> RewardSumsOf(const ParallelEnv& env, int environment) {
  const auto& task = static_cast<const LocomotionTask&>(env.task());
  return {reinterpret_cast<const double*>(&EpisodeOf(env, environment) + 1), task.rewards().size()};
}

}  // namespace doggo::sim
