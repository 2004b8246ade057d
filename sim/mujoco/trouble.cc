#include "sim/mujoco/trouble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace doggo::sim {
namespace {

int NumDofs(int joint_type) {
  switch (joint_type) {
    case mjJNT_FREE:
      return 6;
    case mjJNT_BALL:
      return 3;
    default:
      return 1;
  }
}

// The degree of freedom that a coordinate belongs to; the four of a quaternion share three.
int DofOfCoordinate(const mjModel& model, int coordinate) {
  int joint = model.njnt - 1;
  while (model.jnt_qposadr[joint] > coordinate) --joint;
  const int within = coordinate - model.jnt_qposadr[joint];
  return model.jnt_dofadr[joint] + std::min(within, NumDofs(model.jnt_type[joint]) - 1);
}

// The degree of freedom that MuJoCo's warning points at.
int DofOfWarning(const mjModel& model, int warning, int info) {
  switch (warning) {
    case mjWARN_BADQPOS:
      return DofOfCoordinate(model, info);
    case mjWARN_BADQVEL:
    case mjWARN_BADQACC:
    case mjWARN_INERTIA:
      return info;
    default:
      return -1;
  }
}

std::string NameOf(const mjModel& model, mjtObj type, std::string_view word, int id) {
  const char* name = mj_id2name(&model, type, id);
  return name ? fmt::format("{} {}", word, name) : fmt::format("{} {}", word, id);
}

// "joint RH_KFE", "body base" where the joint is the free one of the whole body.
std::string NameOfDof(const mjModel& model, int dof) {
  const int joint = model.dof_jntid[dof];
  return model.jnt_type[joint] == mjJNT_FREE
             ? NameOf(model, mjOBJ_BODY, "body", model.jnt_bodyid[joint])
             : NameOf(model, mjOBJ_JOINT, "joint", joint);
}

// Of the speed of a degree of freedom.
std::string_view UnitOf(const mjModel& model, int dof) {
  const int joint = model.dof_jntid[dof], type = model.jnt_type[joint];
  const bool slides =
      type == mjJNT_SLIDE || (type == mjJNT_FREE && dof - model.jnt_dofadr[joint] < 3);
  return slides ? "m/s" : "rad/s";
}

std::string DescribeWarning(const mjModel& model, const Trouble& trouble) {
  const auto unstable = [&](std::string_view what) {
    return fmt::format("MuJoCo found no number, or a huge one, in the {} of {}", what,
                       NameOfDof(model, trouble.dof));
  };
  const int warning = static_cast<int>(trouble.value);
  switch (warning) {
    case mjWARN_BADQPOS:
      return unstable("position");
    case mjWARN_BADQVEL:
      return unstable("speed");
    case mjWARN_BADQACC:
      return unstable("acceleration");
    case mjWARN_BADCTRL:
      return "MuJoCo found no number, or a huge one, in the controls";
    case mjWARN_INERTIA:
      return fmt::format("the inertia at {} is too close to singular",
                         NameOfDof(model, trouble.dof));
    default:
      return fmt::format("MuJoCo's warning number {}", warning);
  }
}

}  // namespace

Trouble FindTrouble(const mjModel& model, const mjData& data, double speed_limit) {
  // the state comes before the warnings: it names the joint, and the warnings often follow from it
  for (int i = 0; i < model.nq; ++i) {
    if (!std::isfinite(data.qpos[i])) {
      return {TroubleKind::kNotFinite, DofOfCoordinate(model, i), data.qpos[i]};
    }
  }
  int fastest = -1;
  for (int i = 0; i < model.nv; ++i) {
    if (!std::isfinite(data.qvel[i])) return {TroubleKind::kNotFinite, i, data.qvel[i]};
    if (fastest < 0 || std::abs(data.qvel[i]) > std::abs(data.qvel[fastest])) fastest = i;
  }
  if (fastest >= 0 && std::abs(data.qvel[fastest]) > speed_limit) {
    return {TroubleKind::kTooFast, fastest, data.qvel[fastest]};
  }

  // room that was lacking comes before the warnings that follow from forces that were lacking;
  // contacts come first, they are made of before constraints
  if (data.warning[mjWARN_CONTACTFULL].number > 0) return {TroubleKind::kContactsFull};
  if (data.warning[mjWARN_CNSTRFULL].number > 0) return {TroubleKind::kConstraintsFull};
  for (int w = 0; w < mjNWARNING; ++w) {
    if (data.warning[w].number == 0) continue;
    return {TroubleKind::kWarning, DofOfWarning(model, w, data.warning[w].lastinfo),
            static_cast<double>(w)};
  }
  return {};
}

std::string Describe(const mjModel& model, const Trouble& trouble) {
  switch (trouble.kind) {
    case TroubleKind::kNone:
      return "no trouble";
    case TroubleKind::kNotFinite:
      return fmt::format("{} is at no finite number", NameOfDof(model, trouble.dof));
    case TroubleKind::kTooFast:
      return fmt::format("{} at {:.4g} {}", NameOfDof(model, trouble.dof), std::abs(trouble.value),
                         UnitOf(model, trouble.dof));
    case TroubleKind::kContactsFull:
      return "no room for all contacts";
    case TroubleKind::kConstraintsFull:
      return "no room for all constraints";
    case TroubleKind::kWarning:
      return DescribeWarning(model, trouble);
    case TroubleKind::kError:
      return "MuJoCo gave up";
  }
  return "trouble of an unknown kind";
}

}  // namespace doggo::sim
