// One environment of the quadruped's task, worked on directly: its state may be looked at and set.
#pragma once

#include <map>
#include <memory>
#include <string>
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
  // Begins another episode.
  void Reset() {
    EnvView unsimulated = view_;
    unsimulated.model = nullptr;
    unsimulated.data = nullptr;
    task_->Draw(unsimulated);
    if (task_->constants_follow()) mj_setConst(model_.get(), data_.get());
    task_->Reset(view_);
  }
  void NoteError() { task_->NoteError(view_); }

  Eigen::VectorXf Observation() const {
    Eigen::VectorXf policy(task_->spec().policy_dim);
    task_->Observe(view_, policy.data(), nullptr);
    return policy;
  }
  Eigen::VectorXf CriticObservation() const {
    Eigen::VectorXf critic(task_->spec().critic_dim);
    task_->Observe(view_, nullptr, critic.data());
    return critic;
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
    sim::Measure(task_->robot(), *data_, {}, t().now);
    t().before = t().now;
  }

  const LocomotionTask& task() const { return *task_; }
  const Robot& robot() const { return task_->robot(); }
  Episode& episode() { return *reinterpret_cast<Episode*>(record_.data()); }
  Transition& t() { return episode().t; }
  mjModel& model() { return *model_; }
  mjData& data() { return *data_; }
  double friction() const { return model_->geom_friction[3 * robot().ids.floor_geom]; }

 private:
  struct alignas(64) CacheLine {  // any vector type is aligned in it
    std::byte bytes[64] = {};
  };

  OneRobot(std::unique_ptr<const LocomotionTask> own, const LocomotionTask* shared, uint64_t seed,
           int environment)
      : own_(std::move(own)),
        task_(own_ ? own_.get() : shared),
        model_(mj_copyModel(nullptr, &task_->model())),
        data_(MakeData(*model_)),
        record_(task_->record_size() / sizeof(CacheLine) + 1) {
    for (const std::string& name : task_->randomized_fields())
      fields_.push_back(FieldOf(*model_, name));
    view_ = {model_.get(), data_.get(), record_.data(), environment, seed, &fields_};
    Reset();
  }

  // The values of the randomised fields are those of this environment's own model.
  static mjtNum* FieldOf(mjModel& m, const std::string& name) {
    const std::map<std::string, mjtNum*> fields = {{"geom_friction", m.geom_friction},
                                                   {"body_mass", m.body_mass},
                                                   {"body_inertia", m.body_inertia},
                                                   {"body_ipos", m.body_ipos},
                                                   {"actuator_gainprm", m.actuator_gainprm},
                                                   {"actuator_biasprm", m.actuator_biasprm},
                                                   {"actuator_forcerange", m.actuator_forcerange},
                                                   {"dof_armature", m.dof_armature},
                                                   {"dof_damping", m.dof_damping},
                                                   {"dof_frictionloss", m.dof_frictionloss},
                                                   {"opt.gravity", m.opt.gravity}};
    return fields.at(name);
  }

  std::unique_ptr<const LocomotionTask> own_;
  const LocomotionTask* task_;
  ModelPtr model_;
  DataPtr data_;
  std::vector<CacheLine> record_;
  std::vector<mjtNum*> fields_;
  EnvView view_;
};

}  // namespace doggo::sim
