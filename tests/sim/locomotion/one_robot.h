// One environment of the quadruped's task, worked on directly: its state may be looked at and set.
#pragma once

#include <memory>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "tests/sim/robot/robots.h"

namespace doggo::sim {

// Always told the same, and never disturbed: no pushes, nominal friction, starts at rest.
inline LocomotionConfig Calm(const Eigen::Vector3d& command = Eigen::Vector3d::Zero()) {
  LocomotionConfig config;
  config.randomization = Nominal(config.physics);
  config.randomization.joint_position = 0;
  config.randomization.base_velocity = 0;
  config.commands = {.vx = {command.x(), command.x()},
                     .vy = {command.y(), command.y()},
                     .yaw_rate = {command.z(), command.z()},
                     .standing_share = 0,
                     .hold = {1e6, 1e6}};
  return config;
}

inline std::unique_ptr<const LocomotionTask> MakeTask(const LocomotionConfig& config,
                                                      int num_envs = 1) {
  return std::make_unique<const LocomotionTask>(config, DOGGO_SOURCE_DIR, num_envs);
}

class OneRobot {
 public:
  explicit OneRobot(const LocomotionConfig& config, uint64_t seed = 1, int environment = 0)
      : OneRobot(MakeTask(config), nullptr, seed, environment) {}
  // Of a task that is shared, for loading a model takes 10 ms.
  explicit OneRobot(const LocomotionTask& task, uint64_t seed = 1, int environment = 0)
      : OneRobot(nullptr, &task, seed, environment) {}
  OneRobot(const OneRobot&) = delete;  // the view points into it

  Outcome Step(const Joints& action = Joints::Zero()) {
    const Eigen::Matrix<float, kNumJoints, 1> a = action.cast<float>();
    return task_->Step(view_, a.data());
  }
  void Reset() { task_->Reset(view_); }
  void NoteError() { task_->NoteError(view_); }

  Eigen::VectorXf Observation() const {
    Eigen::VectorXf policy(task_->spec().policy_dim), critic(task_->spec().critic_dim);
    task_->Observe(view_, policy.data(), critic.data());
    return policy;
  }
  // One number of the metrics of the episode so far.
  double Metric(const std::string& name) const {
    const std::vector<std::string>& names = task_->spec().metric_names;
    Eigen::VectorXf metrics(names.size());
    task_->EpisodeMetrics(view_, metrics.data());
    for (size_t k = 0; k < names.size(); ++k) {
      if (names[k] == name) return metrics[static_cast<Eigen::Index>(k)];
    }
    throw std::invalid_argument("no metric " + name);
  }

  // After its state was set by hand: measures it anew, as after a step.
  void Measure() {
    sim::Measure(task_->robot(), *model_, *data_, episode_.t.now);
    episode_.t.before = episode_.t.now;
  }

  const LocomotionTask& task() const { return *task_; }
  const Robot& robot() const { return task_->robot(); }
  Episode& episode() { return episode_; }
  Transition& t() { return episode_.t; }
  mjData& data() { return *data_; }
  double friction() const { return model_->geom_friction[3 * robot().ids.floor_geom]; }

 private:
  OneRobot(std::unique_ptr<const LocomotionTask> own, const LocomotionTask* shared, uint64_t seed,
           int environment)
      : own_(std::move(own)),
        task_(own_ ? own_.get() : shared),
        model_(mj_copyModel(nullptr, &task_->model())),
        data_(MakeData(*model_)),
        // the values of the randomised fields are those of this environment's own model
        fields_({model_->geom_friction}),
        view_({model_.get(), data_.get(), &episode_, environment, seed, &fields_}) {
    task_->Start(view_);
  }

  std::unique_ptr<const LocomotionTask> own_;
  const LocomotionTask* task_;
  ModelPtr model_;
  DataPtr data_;
  Episode episode_;
  std::vector<mjtNum*> fields_;
  EnvView view_;
};

}  // namespace doggo::sim
