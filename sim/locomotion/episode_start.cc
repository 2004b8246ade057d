// How an episode of the locomotion task begins: what is drawn for it, where the robot stands.
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "sim/locomotion/locomotion_task.h"

namespace doggo::sim {
namespace {

// Numbers of this episode.
Random RandomForEpisode(const EnvView& env, Stream stream) {
  return Random(env.seed, stream, static_cast<uint32_t>(env.environment),
                static_cast<uint64_t>(RecordOf(env).episode));
}

// Distance that the robot may sink until its first sphere touches the ground, m; its bodies are
// where mj_kinematics put them. Of each sphere its middle and four points of its rim are looked at.
double Clearance(const Robot& robot, const Ground& ground, const mjData& data) {
  const mjModel& model = *robot.model;
  double lowest = std::numeric_limits<double>::infinity();
  for (int geom = 0; geom < model.ngeom; ++geom) {
    const bool collides = model.geom_contype[geom] != 0 || model.geom_conaffinity[geom] != 0;
    if (!collides || robot.parts[geom].part == Part::kNone) continue;
    const mjtNum* center = data.geom_xpos + 3 * geom;
    const double radius = model.geom_size[3 * geom];
    const Eigen::Vector2d offsets[] = {
        {0, 0}, {radius, 0}, {-radius, 0}, {0, radius}, {0, -radius}};
    for (const Eigen::Vector2d& offset : offsets) {
      const double height = ground.Height(center[0] + offset.x(), center[1] + offset.y());
      lowest = std::min(lowest, center[2] - radius - height);
    }
  }
  return lowest;
}

}  // namespace

void LocomotionTask::Draw(const EnvView& env) const {
  Episode& e = RecordOf(env);
  const int64_t total_steps = e.total_steps, episode = e.episode + 1;
  const double level = episode == 1 ? config_.commands.curriculum_start : e.command_level;
  const int64_t terrain_level = is_rough() ? TerrainLevel(env) : 0;
  const LevelParticle particle = is_rough() ? ParticleAt(terrain_level, env) : LevelParticle{};

  // all of it, padding too, so that equal records are equal bytes
  std::memset(env.record, 0, record_size_);
  e.total_steps = total_steps;
  e.episode = episode;
  e.command_level = config_.commands.curriculum ? level : 1;
  e.terrain_level = terrain_level;
  if (is_rough()) Particle(env.record) = particle;
  e.ended_by = -1;
  e.t.step_dt = spec_.step_dt;
  e.t.training_steps = static_cast<double>(total_steps) * num_envs_;

  if (episode == 1) {
    // a number that no episode has: random numbers of their own
    Random random(env.seed, Stream::kStart, static_cast<uint32_t>(env.environment),
                  uint64_t{1} << 48);
    e.episode_steps = random.Below(static_cast<uint32_t>(max_steps_));
  }
  e.t.randomized = DrawRandomized(config_.randomization, env.seed, env.environment, episode);
  randomization_.Apply(robot_, e.t.randomized, *env.randomized);
}

void LocomotionTask::Reset(const EnvView& env) const {
  Episode& e = RecordOf(env);
  mjData& data = *env.data;
  const RandomizationConfig& start = config_.randomization;
  Random random = RandomForEpisode(env, Stream::kStart);
  const auto spread = [&](double half_width) { return random.Uniform(-half_width, half_width); };

  // pose and velocity around the default
  mj_resetData(env.model, &data);
  for (int j = 0; j < kNumJoints; ++j) {
    data.qpos[robot_.ids.qpos[j]] =
        robot_.default_pose[j] * random.Uniform(start.joint_scale.low, start.joint_scale.high) +
        spread(start.joint_position);
    data.qvel[robot_.ids.dof[j]] = spread(start.joint_speed);
  }
  for (int k = 0; k < 6; ++k) data.qvel[k] = spread(start.base_velocity);
  const Eigen::Quaterniond q_WB =
      Eigen::AngleAxisd(spread(start.heading), Eigen::Vector3d::UnitZ()) *
      Eigen::AngleAxisd(spread(start.tilt), Eigen::Vector3d::UnitY()) *
      Eigen::AngleAxisd(spread(start.tilt), Eigen::Vector3d::UnitX());
  data.qpos[2] = robot_.base_height;
  data.qpos[3] = q_WB.w();
  data.qpos[4] = q_WB.x();
  data.qpos[5] = q_WB.y();
  data.qpos[6] = q_WB.z();

  // the lowest foot touches the ground, or is a little above
  const double drop = random.Uniform(0, start.drop_height);
  Measure(robot_, data, {}, e.t.now);
  if (is_rough()) {
    Place(env, random);
    data.qpos[2] += drop;
    Measure(robot_, data, {}, e.t.now);
  } else {
    data.qpos[2] += drop - e.t.now.foot_height.minCoeff();
    Measure(robot_, data, {}, e.t.now);
  }
  MeasureGround(/*no_force_known=*/true, e.t);
  e.t.before = e.t.now;
  e.t.grounded = e.t.now.contact;
  e.t.target = e.t.now.q;
  drive_.Reset(e.t.randomized.drive, e.t.now.q, DriveMemory(env));

  // a clock, which begins with a step or two also where the robot is to stand; a command
  e.t.phase = random.Uniform(0, 2 * std::numbers::pi);
  e.t.stepping = config_.gait.clock;
  e.t.stop_W = e.t.now.p_W.head<2>();
  e.t.target_heading = e.t.now.heading;
  NextCommand(env);
}

// On the tile's flat middle, or anywhere on it; nothing of the robot in the ground, and the lowest
// part on it.
void LocomotionTask::Place(const EnvView& env, Random& random) const {
  Episode& e = RecordOf(env);
  mjData& data = *env.data;
  const TerrainCurriculumConfig& config = config_.terrain_curriculum;
  const bool anywhere = random.Uniform() < config.anywhere_share;
  const double spread = anywhere ? 0.5 * kTileSize : config.start_spread;
  const Eigen::Vector2d offset(random.Uniform(-spread, spread), random.Uniform(-spread, spread));
  e.start =
      ground_.TileCenter(TerrainType(env.environment), static_cast<int>(e.terrain_level)) + offset;
  data.qpos[0] = e.start.x();
  data.qpos[1] = e.start.y();
  mj_kinematics(env.model, &data);
  data.qpos[2] -= Clearance(robot_, ground_, data);
}

// Before the record is cleared: from what the last episode was, if there was one.
int64_t LocomotionTask::TerrainLevel(const EnvView& env) const {
  const Episode& e = RecordOf(env);
  const Random random = RandomForEpisode(env, Stream::kLevel);
  const TerrainCurriculumConfig& config = config_.terrain_curriculum;
  if (e.episode == 0) return FirstTerrainLevel(config, ground_.levels, random);
  if (adapts_levels_) return Particle(env.record).next_level;
  return NextTerrainLevel(config, ground_.levels, static_cast<int>(e.terrain_level), Travelled(e),
                          random);
}

// A measurement is of one level: where the level changes it begins anew.
LevelParticle LocomotionTask::ParticleAt(int64_t level, const EnvView& env) const {
  const Episode& last = RecordOf(env);
  LevelParticle particle = Particle(env.record);
  particle.next_level = level;
  if (last.episode == 0 || level != last.terrain_level) particle.counted = particle.traversed = 0;
  return particle;
}

}  // namespace doggo::sim
