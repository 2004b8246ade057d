#include "sim/robot/robot.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>

namespace doggo::sim {
namespace {

bool IsFoot(mjsElement* geom) {
  const std::string_view name = mjs_getString(mjs_getName(geom));
  for (const char* leg : kLegNames) {
    if (name == std::string(leg) + "_foot") return true;
  }
  return false;
}

// Only the feet touch the ground: everything else that moves stops colliding.
void KeepFootContactsOnly(mjSpec& spec) {
  const mjsBody* world = mjs_findBody(&spec, "world");
  for (mjsElement* e = mjs_firstElement(&spec, mjOBJ_GEOM); e; e = mjs_nextElement(&spec, e)) {
    mjsGeom* geom = mjs_asGeom(e);
    if (mjs_getParent(e) != world && !IsFoot(e)) geom->contype = geom->conaffinity = 0;
  }
}

// Where a shank may meet the edge of a step: its knee, and two points on the line to the foot.
// Spheres without mass, touched by what touches feet. Their friction counts instead of the
// ground's: a shank slides off an edge.
void AddShankSpheres(mjSpec& spec) {
  struct Sphere {
    double share, radius;  // of the way from knee to foot; m
  };
  constexpr Sphere kSpheres[] = {{0, 0.05}, {0.40, 0.03}, {0.72, 0.03}};
  constexpr double kFriction = 0.4;
  for (const char* leg : kLegNames) {
    mjsBody* shank = mjs_findBody(&spec, fmt::format("{}_SHANK", leg).c_str());
    mjsElement* foot_element =
        mjs_findElement(&spec, mjOBJ_GEOM, fmt::format("{}_foot", leg).c_str());
    if (!shank || !foot_element) {
      throw std::runtime_error(fmt::format(
          "physics.contacts: legs needs a body '{0}_SHANK' and a geom '{0}_foot'", leg));
    }
    const mjsGeom* foot = mjs_asGeom(foot_element);
    const int priority = foot->priority + 2;  // above the ground's, which is above the foot's
    for (const Sphere& sphere : kSpheres) {
      mjsGeom& geom = *mjs_addGeom(shank, nullptr);
      geom.type = mjGEOM_SPHERE;
      geom.size[0] = sphere.radius;
      for (int k = 0; k < 3; ++k) geom.pos[k] = sphere.share * foot->pos[k];
      geom.mass = geom.density = 0;
      geom.contype = foot->contype;
      geom.conaffinity = foot->conaffinity;
      geom.condim = foot->condim;
      geom.priority = priority;
      geom.friction[0] = kFriction;
      geom.group = foot->group;
    }
  }
}

// mass, CoM (3), inertia about the CoM (xx yy zz xy xz yz): the measured base in place of the
// symmetrised one.
void UseExactBase(mjSpec& spec) {
  const auto* numeric = mjs_asNumeric(mjs_findElement(&spec, mjOBJ_NUMERIC, "exact_base_inertial"));
  mjsBody* base = mjs_findBody(&spec, "base");
  int size = 0;
  const double* value = numeric ? mjs_getDouble(numeric->data, &size) : nullptr;
  if (!base || size != 10) {
    throw std::runtime_error(
        "physics.exact_base: the model has no body 'base' with ten numbers 'exact_base_inertial'");
  }
  base->mass = value[0];
  std::copy(value + 1, value + 4, base->ipos);
  std::copy(value + 4, value + 10, base->fullinertia);
}

void SetDrives(const DriveConfig& drive, const RobotIds& ids, mjModel& model) {
  const bool implicit = IsImplicit(drive);
  for (int j = 0; j < kNumJoints; ++j) {
    const int a = ids.actuator[j];
    model.actuator_biastype[a] = implicit ? mjBIAS_AFFINE : mjBIAS_NONE;
    model.actuator_gainprm[mjNGAIN * a] = implicit ? drive.kp : 1;
    model.actuator_biasprm[mjNBIAS * a + 1] = implicit ? -drive.kp : 0;
    model.actuator_biasprm[mjNBIAS * a + 2] = implicit ? -drive.kd : 0;
    model.actuator_forcerange[2 * a] = -drive.torque_limit;
    model.actuator_forcerange[2 * a + 1] = drive.torque_limit;
    model.actuator_ctrllimited[a] = false;
    model.dof_armature[ids.dof[j]] = drive.armature;
  }
}

RobotIds FindIds(const mjModel& model) {
  RobotIds ids;
  ids.base_body = FindId(model, mjOBJ_BODY, "base");
  ids.floor_geom = FindId(model, mjOBJ_GEOM, "floor");
  if (model.nq != 7 + kNumJoints || model.nu != kNumJoints) {
    throw std::runtime_error(fmt::format(
        "the model has {} position coordinates and {} actuators; a quadruped has {} and {}",
        model.nq, model.nu, 7 + kNumJoints, kNumJoints));
  }
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const std::string name = kLegNames[leg];
    ids.foot_geom[leg] = FindId(model, mjOBJ_GEOM, name + "_foot");
    ids.hip_body[leg] = FindId(model, mjOBJ_BODY, name + "_HIP");
    ids.thigh_body[leg] = FindId(model, mjOBJ_BODY, name + "_THIGH");
    ids.shank_body[leg] = FindId(model, mjOBJ_BODY, name + "_SHANK");
    for (int k = 0; k < 3; ++k) {
      const std::string joint_name = name + "_" + kLegJointNames[k];
      const int joint = FindId(model, mjOBJ_JOINT, joint_name);
      ids.qpos[3 * leg + k] = model.jnt_qposadr[joint];
      ids.dof[3 * leg + k] = model.jnt_dofadr[joint];
      ids.actuator[3 * leg + k] = FindId(model, mjOBJ_ACTUATOR, joint_name);
    }
  }
  return ids;
}

std::vector<GeomPart> PartsOf(const mjModel& model, const RobotIds& ids) {
  std::vector<GeomPart> parts(model.ngeom);
  for (int geom = 0; geom < model.ngeom; ++geom) {
    const int body = model.geom_bodyid[geom];
    if (body == ids.base_body) parts[geom].part = Part::kBase;
    for (signed char leg = 0; leg < kNumLegs; ++leg) {
      if (geom == ids.foot_geom[leg]) {
        parts[geom] = {Part::kFoot, leg};
      } else if (body == ids.shank_body[leg]) {
        parts[geom] = {Part::kShank, leg};
      } else if (body == ids.thigh_body[leg]) {
        parts[geom] = {Part::kThigh, leg};
      } else if (body == ids.hip_body[leg]) {
        parts[geom] = {Part::kHip, leg};
      }
    }
  }
  return parts;
}

// A joint without limits has an infinite range.
void ReadJointRanges(Robot& robot) {
  const mjModel& model = *robot.model;
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (int j = 0; j < kNumJoints; ++j) {
    const int joint = model.dof_jntid[robot.ids.dof[j]];
    const bool limited = model.jnt_limited[joint];
    robot.joint_low[j] = limited ? model.jnt_range[2 * joint] : -inf;
    robot.joint_high[j] = limited ? model.jnt_range[2 * joint + 1] : inf;
  }
}

// Throws std::runtime_error where a leg is no such chain.
LegChains ReadLegs(const mjModel& model, const RobotIds& ids) {
  const auto row = [](const mjtNum* xyz) {
    return Eigen::Array<double, 1, 3>(xyz[0], xyz[1], xyz[2]);
  };
  LegChains legs;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const std::array<int, 4> bodies = {ids.base_body, ids.hip_body[leg], ids.thigh_body[leg],
                                       ids.shank_body[leg]};
    for (int k = 0; k < 3; ++k) {
      const int body = bodies[k + 1], joint = model.dof_jntid[ids.dof[3 * leg + k]];
      const bool is_chain = model.body_parentid[body] == bodies[k] &&
                            model.body_jntnum[body] == 1 && model.jnt_bodyid[joint] == body;
      const bool is_plain_hinge = model.jnt_type[joint] == mjJNT_HINGE &&
                                  row(model.jnt_pos + 3 * joint).isZero(0) &&
                                  model.qpos0[ids.qpos[3 * leg + k]] == 0;
      const bool is_parallel = row(model.body_quat + 4 * body + 1).isZero(1e-12);
      if (!is_chain || !is_plain_hinge || !is_parallel) {
        throw std::runtime_error(
            fmt::format("leg {} is not a chain of HIP, THIGH and SHANK, each turned about its own "
                        "origin by one "
                        "hinge and parallel to the base at zero angles",
                        kLegNames[leg]));
      }
      legs.links[k].offset.row(leg) = row(model.body_pos + 3 * body);
      legs.links[k].axis.row(leg) = row(model.jnt_axis + 3 * joint);
    }
    legs.foot.row(leg) = row(model.geom_pos + 3 * ids.foot_geom[leg]);
  }
  return legs;
}

// The facts that follow from the default pose: where the feet are, how high the base stands, and
// how the joints move a foot.
void DescribeDefaultPose(Robot& robot) {
  const mjModel& model = *robot.model;
  DataPtr data = MakeData(model);
  mj_resetDataKeyframe(&model, data.get(), FindId(model, mjOBJ_KEY, "default"));
  data->qpos[0] = data->qpos[1] = data->qpos[2] = 0;
  data->qpos[3] = 1;
  data->qpos[4] = data->qpos[5] = data->qpos[6] = 0;
  mj_kinematics(&model, data.get());
  mj_comPos(&model, data.get());

  robot.foot_radius = model.geom_size[3 * robot.ids.foot_geom[0]];
  robot.base_height = 0;
  for (int j = 0; j < kNumJoints; ++j) robot.default_pose[j] = data->qpos[robot.ids.qpos[j]];
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const int geom = robot.ids.foot_geom[leg];
    const Eigen::Vector3d foot = Eigen::Map<const Eigen::Vector3d>(data->geom_xpos + 3 * geom);
    robot.feet_B.col(leg) = foot;
    robot.base_height = std::max(robot.base_height, robot.foot_radius - foot.z());

    Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::RowMajor> jacobian(3, model.nv);
    mj_jac(&model, data.get(), jacobian.data(), nullptr, foot.data(), model.geom_bodyid[geom]);
    Eigen::Matrix3d leg_jacobian;
    for (int k = 0; k < 3; ++k) leg_jacobian.col(k) = jacobian.col(robot.ids.dof[3 * leg + k]);
    robot.leg_inverse[leg] = leg_jacobian.inverse();
  }
}

}  // namespace

ConfigFields Fields(PhysicsConfig& c) {
  return {
      {"model", &c.model, "", "scene to simulate (MJCF)"},
      {"exact_base", &c.exact_base, "",
       "use the base's measured inertia instead of the symmetrised one"},
      {"timestep", &c.timestep, "s", "physics step", 1e-4, 0.05},
      {"substeps", &c.substeps, "", "physics steps per control step", 1, 100},
      {"cone",
       &c.cone,
       "",
       "friction cone; elliptic needs 30 or more line-search iterations",
       {},
       {},
       {"pyramidal", "elliptic"}},
      {"impratio", &c.impratio, "", "how much stiffer friction is than contact", 0.1, 1000},
      {"solver", &c.solver, "", "constraint solver", {}, {}, {"newton", "cg", "pgs"}},
      {"iterations", &c.iterations, "", "at most so many solver iterations", 1, 1000},
      {"line_search_iterations", &c.line_search_iterations, "", "at most so many in each", 1, 1000},
      {"tolerance", &c.tolerance, "", "the solver stops below this improvement", 0, 1},
      {"contacts",
       &c.contacts,
       "",
       "what may touch the ground; legs: feet and shanks",
       {},
       {},
       {"feet", "legs", "all"}},
      {"friction", &c.friction, "", "of the ground, where it is not randomised", 0.01, 10},
      {"contact_time", &c.contact_time, "s",
       "time constant with which a contact pushes apart: the longer, the softer", 1e-3, 1},
  };
}

PhysicsConfig ReferencePhysics(const PhysicsConfig& training) {
  PhysicsConfig physics = training;
  physics.timestep = 0.005;
  physics.substeps = static_cast<int>(std::lround(training.step_dt() / physics.timestep));
  physics.cone = "elliptic";
  physics.impratio = 10;
  physics.solver = "newton";
  physics.iterations = 100;
  physics.line_search_iterations = 50;
  physics.tolerance = 1e-8;
  physics.contacts = "all";
  return physics;
}

void EditScene(const PhysicsConfig& physics, mjSpec& spec) {
  if (physics.exact_base) UseExactBase(spec);
  if (physics.contacts != "all") KeepFootContactsOnly(spec);
  if (physics.contacts == "legs") AddShankSpheres(spec);
  for (mjsElement* e = mjs_firstElement(&spec, mjOBJ_GEOM); e; e = mjs_nextElement(&spec, e))
    mjs_asGeom(e)->solref[0] = physics.contact_time;
}

void SetOptions(const PhysicsConfig& physics, mjOption& option) {
  option.timestep = physics.timestep;
  option.integrator = mjINT_IMPLICITFAST;
  option.cone = physics.cone == "elliptic" ? mjCONE_ELLIPTIC : mjCONE_PYRAMIDAL;
  option.solver = physics.solver == "pgs"  ? mjSOL_PGS
                  : physics.solver == "cg" ? mjSOL_CG
                                           : mjSOL_NEWTON;
  option.impratio = physics.impratio;
  option.iterations = physics.iterations;
  option.ls_iterations = physics.line_search_iterations;
  option.tolerance = physics.tolerance;
  option.disableflags |= mjDSBL_AUTORESET;  // a diverged state must be seen, not silently replaced
  option.disableflags |= mjDSBL_ISLAND;     // one robot is one island: finding it costs 4 %
}

std::filesystem::path FindScene(const PhysicsConfig& physics, const std::string& root) {
  const std::filesystem::path path = physics.model;
  const std::filesystem::path in_root = std::filesystem::path(root) / path;
  return !std::filesystem::exists(path) && std::filesystem::exists(in_root) ? in_root : path;
}

Robot LoadRobot(const PhysicsConfig& physics, const DriveConfig& drive, const std::string& root,
                const std::function<void(mjSpec&)>& edit) {
  const std::filesystem::path path = FindScene(physics, root);
  Robot robot;
  robot.physics = physics;
  robot.drive = drive;
  robot.model = LoadModel(path, [&](mjSpec& spec) {
    EditScene(physics, spec);
    if (edit) edit(spec);
    spec.compiler.discardvisual = 1;  // what neither collides nor carries mass only costs time
  });
  SetOptions(physics, robot.model->opt);
  try {
    robot.ids = FindIds(*robot.model);
    robot.parts = PartsOf(*robot.model, robot.ids);
    robot.legs = ReadLegs(*robot.model, robot.ids);
    ReadJointRanges(robot);
    DescribeDefaultPose(robot);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
  }
  SetDrives(drive, robot.ids, *robot.model);
  robot.model->geom_friction[3 * robot.ids.floor_geom] = physics.friction;
  mjModel* model = robot.model.get();
  DataPtr data = MakeData(*model);
  mj_setConst(model, data.get());  // the armature changed what follows from it
  robot.mass = mj_getTotalmass(model);
  return robot;
}

std::vector<std::string> Warnings(const Robot& robot) {
  const double dt = robot.physics.timestep;
  const double kp = robot.drive.kp, kd = robot.drive.kd, lag = robot.drive.lag;
  if (robot.drive.model == "network") return {};

  // the lightest joint is the first to shake
  int lightest = 0;
  double per_inertia = 0;  // 1 / (kg m^2)
  for (int j = 0; j < kNumJoints; ++j) {
    const double joint_per_inertia = robot.model->dof_invweight0[robot.ids.dof[j]];
    if (joint_per_inertia > per_inertia) {
      lightest = j;
      per_inertia = joint_per_inertia;
    }
  }
  const double a = dt * kd * per_inertia, b = dt * dt * kp * per_inertia;
  const double g = lag > 0 ? -std::expm1(-dt / lag) : 1;
  const double stiffness =
      IsImplicit(robot.drive) ? b / (4 + 2 * a) : g * (2 * a + b) / (8 - 4 * g);
  const double damping_needed = lag > 0 ? kp * dt / std::expm1(dt / lag) : 0;

  std::vector<std::string> warnings;
  if (stiffness > 1) {
    warnings.push_back(fmt::format(
        "drive.kp={}, drive.kd={}: {:.3g} times too stiff for joint {}_{} at a physics step of {} "
        "s; the robot will shake; take a smaller physics.timestep, smaller gains or a larger "
        "drive.armature",
        kp, kd, stiffness, kLegNames[lightest / 3], kLegJointNames[lightest % 3], dt));
  }
  if (damping_needed > kd) {
    warnings.push_back(fmt::format(
        "drive.lag={}: with drive.kp={} so late a torque feeds every swing of a joint; take a "
        "smaller drive.lag or a drive.kd above {:.3g}",
        lag, kp, damping_needed));
  }
  return warnings;
}

}  // namespace doggo::sim
