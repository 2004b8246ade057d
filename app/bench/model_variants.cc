#include "app/bench/model_variants.h"

#include <algorithm>
#include <filesystem>

#include "app/bench/yardsticks.h"

namespace doggo::bench {
namespace {

// The i-th run of `width` numbers of an array of the model.
template <typename Array>
void CopyRow(Array from, int from_row, Array to, int to_row, int width) {
  std::copy_n(from + from_row * width, width, to + to_row * width);
}

Eigen::Map<Eigen::VectorXd> Map(mjtNum* numbers, int n) { return {numbers, n}; }

}  // namespace

sim::ModelPtr DefaultModel(const sim::LocomotionTask& task, const std::string& root) {
  std::filesystem::path file = task.config().physics.model;
  if (!std::filesystem::exists(file)) file = root / file;
  sim::ModelPtr plain = sim::LoadModel(file);

  const mjModel& tuned = task.model();
  mj_defaultOption(&plain->opt);
  plain->opt.timestep = tuned.opt.timestep;
  plain->opt.integrator = tuned.opt.integrator;
  std::copy_n(tuned.opt.gravity, 3, plain->opt.gravity);

  // only geoms differ between the two: joints, dofs and actuators have the same numbers
  std::copy_n(tuned.actuator_biastype, tuned.nu, plain->actuator_biastype);
  std::copy_n(tuned.actuator_gainprm, tuned.nu * mjNGAIN, plain->actuator_gainprm);
  std::copy_n(tuned.actuator_biasprm, tuned.nu * mjNBIAS, plain->actuator_biasprm);
  std::copy_n(tuned.actuator_forcerange, tuned.nu * 2, plain->actuator_forcerange);
  std::copy_n(tuned.actuator_ctrllimited, tuned.nu, plain->actuator_ctrllimited);
  std::copy_n(tuned.dof_armature, tuned.nv, plain->dof_armature);
  CopyRow(tuned.geom_friction, task.robot().ids.floor_geom, plain->geom_friction,
          sim::FindId(*plain, mjOBJ_GEOM, "floor"), 3);
  const sim::DataPtr data = sim::MakeData(*plain);
  mj_setConst(plain.get(), data.get());
  return plain;
}

ModelRace::ModelRace(const sim::LocomotionTask& task, const Recording& recording)
    : task_(task), recording_(recording) {
  const mjModel& model = task.model();
  const sim::DataPtr data = sim::MakeData(model);
  const int base = task.robot().ids.base_body;
  for (int r = 0; r < static_cast<int>(recording.robots.size()); ++r) {
    const Recording::Robot& robot = recording.robots[r];
    for (const Recording::Stretch& stretch : robot.stretches) {
      mj_setState(&model, data.get(), stretch.state.data(), mjSTATE_INTEGRATION);
      for (int step = 0; step < stretch.steps; ++step) {
        if (step % kResync == 0) {
          pieces_.push_back({r, stretch.first + step, std::min(kResync, stretch.steps - step),
                             Map(data->qpos, model.nq), Map(data->qvel, model.nv),
                             Map(data->qacc_warmstart, model.nv)});
        }
        std::copy_n(robot.control.col(stretch.first + step).data(), model.nu, data->ctrl);
        std::copy_n(robot.push.col(stretch.first + step).data(), 6, data->xfrc_applied + 6 * base);
        for (int k = 0; k < task.config().physics.substeps; ++k) mj_step(&model, data.get());
      }
    }
  }
}

double ModelRace::Run(const mjModel& model) const {
  const sim::DataPtr data = sim::MakeData(model);
  const int substeps = task_.config().physics.substeps, base = task_.robot().ids.base_body;
  double seconds = 0;
  for (const Piece& piece : pieces_) {
    const Recording::Robot& robot = recording_.robots[piece.robot];
    mj_resetData(&model, data.get());
    Map(data->qpos, model.nq) = piece.qpos;
    Map(data->qvel, model.nv) = piece.qvel;
    Map(data->qacc_warmstart, model.nv) = piece.warmstart;
    const double start = CpuSeconds();
    for (int step = piece.first; step < piece.first + piece.steps; ++step) {
      std::copy_n(robot.control.col(step).data(), model.nu, data->ctrl);
      std::copy_n(robot.push.col(step).data(), 6, data->xfrc_applied + 6 * base);
      for (int k = 0; k < substeps; ++k) mj_step(&model, data.get());
    }
    seconds += CpuSeconds() - start;
  }
  return seconds;
}

}  // namespace doggo::bench
