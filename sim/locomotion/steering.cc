#include "sim/locomotion/steering.h"

#include "sim/locomotion/locomotion_task.h"

namespace doggo::sim {
namespace {

Episode& MutableEpisodeOf(ParallelEnv& env, int environment) {
  return *static_cast<Episode*>(env.record(environment));
}

}  // namespace

void SetCommand(ParallelEnv& env, int environment, const Eigen::Vector3d& velocity) {
  Episode& e = MutableEpisodeOf(env, environment);
  if (e.t.command == velocity) return;
  e.t.command = velocity;
  e.t.follows_heading = false;
  e.t.command_age = 0;
  e.command_tracking = {};
  HeedCommand(static_cast<const LocomotionTask&>(env.task()).config().gait, e.t);
}

void SetCourse(ParallelEnv& env, int environment, const Eigen::Vector2d& velocity) {
  Episode& e = MutableEpisodeOf(env, environment);
  SetCommand(env, environment, {velocity.x(), velocity.y(), 0});
  e.t.follows_heading = true;
  e.t.target_heading = e.t.now.heading;
}

void SetPush(ParallelEnv& env, int environment, const Eigen::Vector3d& force_W, double seconds) {
  Episode& e = MutableEpisodeOf(env, environment);
  e.t.push_W = force_W;
  e.push_left = seconds;
}

}  // namespace doggo::sim
