// The robot as it is prepared for simulation: where its parts are, what follows from its default
// pose, and what the options change in the model.
#include "sim/robot/robot.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/robot/expect_fields.h"
#include "tests/sim/robot/robots.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Matrix3d;
using Eigen::Vector3d;

TEST(PhysicsConfig, FieldsCoverTheStructAndBearItsNames) {
  PhysicsConfig config;
  ExpectFields(config, {{"model", &config.model},
                        {"exact_base", &config.exact_base},
                        {"timestep", &config.timestep},
                        {"substeps", &config.substeps},
                        {"cone", &config.cone},
                        {"impratio", &config.impratio},
                        {"solver", &config.solver},
                        {"iterations", &config.iterations},
                        {"line_search_iterations", &config.line_search_iterations},
                        {"tolerance", &config.tolerance},
                        {"contacts", &config.contacts},
                        {"friction", &config.friction}});
}

TEST(LoadRobot, FindsJointsAndDrivesByNameLegByLeg) {
  const Robot robot = LoadAnymal();
  const mjModel* model = robot.model.get();
  const char* const names[] = {"LF_HAA", "LF_HFE", "LF_KFE", "RF_HAA", "RF_HFE", "RF_KFE",
                               "LH_HAA", "LH_HFE", "LH_KFE", "RH_HAA", "RH_HFE", "RH_KFE"};
  for (int j = 0; j < kNumJoints; ++j) {
    const int joint = model->dof_jntid[robot.ids.dof[j]];
    EXPECT_STREQ(mj_id2name(model, mjOBJ_JOINT, joint), names[j]);
    EXPECT_EQ(model->jnt_qposadr[joint], robot.ids.qpos[j]);
    EXPECT_STREQ(mj_id2name(model, mjOBJ_ACTUATOR, robot.ids.actuator[j]), names[j]);
    EXPECT_EQ(model->actuator_trnid[2 * robot.ids.actuator[j]], joint);
  }
}

TEST(LoadRobot, FindsBodiesAndShapesByName) {
  const Robot robot = LoadAnymal();
  const mjModel* model = robot.model.get();
  EXPECT_STREQ(mj_id2name(model, mjOBJ_BODY, robot.ids.base_body), "base");
  EXPECT_STREQ(mj_id2name(model, mjOBJ_GEOM, robot.ids.floor_geom), "floor");
  const char* const legs[] = {"LF", "RF", "LH", "RH"};
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const std::string name = legs[leg];
    EXPECT_EQ(mj_id2name(model, mjOBJ_GEOM, robot.ids.foot_geom[leg]), name + "_foot");
    EXPECT_EQ(mj_id2name(model, mjOBJ_BODY, robot.ids.hip_body[leg]), name + "_HIP");
    EXPECT_EQ(mj_id2name(model, mjOBJ_BODY, robot.ids.thigh_body[leg]), name + "_THIGH");
    EXPECT_EQ(mj_id2name(model, mjOBJ_BODY, robot.ids.shank_body[leg]), name + "_SHANK");
  }
}

// Four feet; knee and two points of the shank of every leg, which weigh nothing and have their own
// friction, whatever the ground's.
TEST(LoadRobot, WithContactsOfLegsTouchesWithFeetAndShanks) {
  PhysicsConfig physics;
  physics.contacts = "legs";
  const Robot robot = LoadAnymal(physics);
  const mjModel* model = robot.model.get();
  EXPECT_NEAR(robot.mass, LoadAnymal().mass, 1e-12);
  const double shares[] = {0, 0.40, 0.72}, radii[] = {0.05, 0.03, 0.03};
  int found[kNumLegs] = {}, colliding = 0;
  for (int geom = 0; geom < model->ngeom; ++geom) {
    const GeomPart part = robot.parts[geom];
    if (part.part == Part::kNone || model->geom_conaffinity[geom] == 0) continue;
    ++colliding;
    EXPECT_EQ(model->geom_type[geom], mjGEOM_SPHERE);
    if (part.part != Part::kShank) continue;
    const int k = found[part.leg]++;
    ASSERT_LT(k, 3);
    const Vector3d place(model->geom_pos + 3 * geom);
    const Vector3d foot = robot.legs.foot.row(part.leg).transpose();
    EXPECT_TRUE(place.isApprox(shares[k] * foot, 1e-9) || (k == 0 && place.isZero(1e-12)));
    EXPECT_EQ(model->geom_size[3 * geom], radii[k]);
    EXPECT_EQ(model->geom_friction[3 * geom], 0.4);
    EXPECT_GT(model->geom_priority[geom], model->geom_priority[robot.ids.floor_geom]);
  }
  EXPECT_EQ(colliding, 16);
}

// Shapes are named after leg and part: LF_hip, LF_thigh_link, LF_shank_knee, LF_foot.
TEST(LoadRobot, KnowsWhatEveryShapeBelongsTo) {
  const std::pair<const char*, Part> parts[] = {{"_hip", Part::kHip},
                                                {"_thigh", Part::kThigh},
                                                {"_shank", Part::kShank},
                                                {"_foot", Part::kFoot}};
  PhysicsConfig physics;
  physics.contacts = "all";
  const Robot robot = LoadAnymal(physics);
  std::map<Part, int> count;
  for (int geom = 0; geom < robot.model->ngeom; ++geom) {
    const std::string name = mj_id2name(robot.model.get(), mjOBJ_GEOM, geom);
    GeomPart expected;
    if (name.starts_with("base")) expected.part = Part::kBase;
    for (signed char leg = 0; leg < kNumLegs; ++leg) {
      for (const auto& [text, part] : parts) {
        if (name.starts_with(std::string(kLegNames[leg]) + text)) expected = {part, leg};
      }
    }
    EXPECT_EQ(robot.parts[geom].part, expected.part) << name;
    EXPECT_EQ(robot.parts[geom].leg, expected.leg) << name;
    ++count[expected.part];
  }
  const std::map<Part, int> each = {{Part::kNone, 1},   {Part::kBase, 4},   {Part::kHip, 4},
                                    {Part::kThigh, 12}, {Part::kShank, 12}, {Part::kFoot, 4}};
  EXPECT_EQ(count, each);
}

void ReplaceAll(const std::string& from, const std::string& to, std::string& text) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// In files of this test's own, so that tests may run at once.
std::string RenamedFile(const std::string& name) {
  return testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
         name;
}

// Physics of a copy of robot and scene in which another text stands for some text.
PhysicsConfig WithReplaced(const std::string& from, const std::string& to,
                           PhysicsConfig physics = {}) {
  for (const char* file : {"anymal_c.xml", "flat.xml"}) {
    std::ifstream in(std::string(DOGGO_SOURCE_DIR "/models/anymal/") + file);
    std::string xml(std::istreambuf_iterator<char>(in), {});
    ReplaceAll(from, to, xml);
    ReplaceAll("\"anymal_c.xml\"", '"' + RenamedFile("anymal_c.xml") + '"', xml);
    std::ofstream(RenamedFile(file)) << xml;
  }
  physics.model = RenamedFile("flat.xml");
  return physics;
}

// What loading says of a copy in which a part has another name.
std::string MessageOfRenaming(const std::string& part, const std::string& name,
                              const PhysicsConfig& physics = {}) {
  const PhysicsConfig renamed = WithReplaced('"' + part + '"', '"' + name + '"', physics);
  return MessageOf<std::runtime_error>([&] { LoadRobot(renamed, {}, ""); });
}

TEST(LoadRobot, NamesTheFileAndThePartThatIsMissing) {
  const std::string file = RenamedFile("flat.xml");
  EXPECT_EQ(MessageOfRenaming("floor", "ground"), file + ": the model has no geom named 'floor'");
  EXPECT_EQ(MessageOfRenaming("LH_foot", "LH_paw"),
            file + ": the model has no geom named 'LH_foot'");
  EXPECT_EQ(MessageOfRenaming("RF_KFE", "RF_knee"),
            file + ": the model has no joint named 'RF_KFE'");
  EXPECT_EQ(MessageOfRenaming("RH_SHANK", "RH_shin"),
            file + ": the model has no body named 'RH_SHANK'");
}

TEST(LoadRobot, RefusesAModelThatIsNoQuadruped) {
  const std::string file = testing::TempDir() + "doggo_ball.xml";
  std::ofstream(file) << R"(<mujoco><worldbody><geom name="floor" type="plane" size="0 0 1"/>
      <body name="base"><freejoint/><geom size="1"/></body></worldbody></mujoco>)";
  PhysicsConfig physics;
  physics.model = file;
  EXPECT_EQ(MessageOf<std::runtime_error>([&] { LoadRobot(physics, {}, ""); }),
            file +
                ": the model has 7 position coordinates and 0 actuators; a quadruped has 19 and "
                "12");
}

TEST(LoadRobot, NamesAFileThatIsNeitherThereNorUnderTheRoot) {
  PhysicsConfig physics;
  physics.model = "models/nobody.xml";
  EXPECT_EQ(MessageOf<std::runtime_error>([&] { LoadAnymal(physics); }),
            "models/nobody.xml: no such file");
}

// models/anymal/README.md: HAA outwards 0.72, inwards 0.49; the others a turn and a half.
TEST(Robot, HasTheRangesOfItsJoints) {
  const Robot robot = LoadAnymal();
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const bool left = kLeftward[leg] > 0;
    EXPECT_EQ(robot.joint_low[3 * leg], left ? -0.72 : -0.49);
    EXPECT_EQ(robot.joint_high[3 * leg], left ? 0.49 : 0.72);
    for (int k = 1; k < 3; ++k) {
      EXPECT_EQ(robot.joint_low[3 * leg + k], -9.42478);
      EXPECT_EQ(robot.joint_high[3 * leg + k], 9.42478);
    }
  }
}

TEST(Robot, HasNoRangeWhereAJointHasNone) {
  const PhysicsConfig physics = WithReplaced("range=\"-9.42478 9.42478\"", "");
  const Robot robot = LoadRobot(physics, {}, "");
  for (int j = 0; j < kNumJoints; ++j) {
    EXPECT_EQ(std::isinf(robot.joint_low[j]) && robot.joint_low[j] < 0, j % 3 != 0);
    EXPECT_EQ(std::isinf(robot.joint_high[j]) && robot.joint_high[j] > 0, j % 3 != 0);
  }
}

// --- what follows from the default pose

TEST(Robot, StandsAsTheKinematicsSay) {
  const Robot robot = LoadAnymal();
  // 0.03 + 0.285 cos a + 0.08795 sin b + 0.31547 cos b at a = HFE = 0.4, b = HFE + KFE = -0.4
  EXPECT_NEAR(robot.base_height, 0.54882, 5e-6);
  EXPECT_EQ(robot.foot_radius, 0.03);
  EXPECT_NEAR(robot.mass, 52.13485, 1e-9);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const double sx = kForward[leg];
    EXPECT_EQ(Vector3d(robot.default_pose.segment<3>(3 * leg)), Vector3d(0, 0.4 * sx, -0.8 * sx));
    const Vector3d foot = FootPosition(leg, {0, 0.4 * sx, -0.8 * sx});
    EXPECT_LT((robot.feet_B.col(leg) - foot).norm(), 1e-12) << kLegNames[leg];
  }
}

// d(foot) / d(angles) by central differences of the closed form: error about h^2 |foot| / 6 = 2e-9
// at h = 1e-4, and of the inverse, whose entries are up to 4 / m, about 16 times that.
TEST(Robot, LegInverseInvertsTheDerivativeOfTheKinematics) {
  const Robot robot = LoadAnymal();
  constexpr double h = 1e-4;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    Matrix3d J;
    for (int k = 0; k < 3; ++k) {
      const Vector3d q = robot.default_pose.segment<3>(3 * leg), step = h * Vector3d::Unit(k);
      J.col(k) = (FootPosition(leg, q + step) - FootPosition(leg, q - step)) / (2 * h);
    }
    EXPECT_LT((robot.leg_inverse[leg] - J.inverse()).cwiseAbs().maxCoeff(), 1e-7);
  }
}

// Worked out by hand in the plane of a leg, for a foot offset X = dx sx, dy, dz:
//   dHFE = sx da, dKFE = sx (db - da),  da = (-0.2039 X + 0.2563 dz) / 0.08197,
//   db = (-0.1110 X - 0.2625 dz) / 0.08197,  dHAA = dy / 0.5188.
// These constants have four digits, so that quotients up to 6.4 / m are good to about 6.4 * 4e-4.
// HAA alone, moving a foot sideways, lifts it by 0.19716 sy / 0.5188 dy; HFE and KFE take that
// back.
TEST(Robot, LegInverseHasTheConstantsWorkedOutByHand) {
  const Robot robot = LoadAnymal();
  constexpr double kTolerance = 3e-3;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const double sx = kForward[leg], sy = kLeftward[leg];
    const auto flexion = [&](double X, double dz) {
      const double da = (-0.2039 * X + 0.2563 * dz) / 0.08197;
      const double db = (-0.1110 * X - 0.2625 * dz) / 0.08197;
      return Vector3d(0, sx * da, sx * (db - da));
    };
    const Vector3d ahead = flexion(sx, 0), up = flexion(0, 1);
    const Vector3d sideways = Vector3d(1 / 0.5188, 0, 0) + flexion(0, -0.19716 * sy / 0.5188);
    const Matrix3d& inverse = robot.leg_inverse[leg];
    EXPECT_LT((inverse.col(0) - ahead).cwiseAbs().maxCoeff(), kTolerance) << kLegNames[leg];
    EXPECT_LT((inverse.col(1) - sideways).cwiseAbs().maxCoeff(), kTolerance) << kLegNames[leg];
    EXPECT_LT((inverse.col(2) - up).cwiseAbs().maxCoeff(), kTolerance) << kLegNames[leg];
  }
}

// --- options

TEST(LoadRobot, SetsTheOptionsOfThePhysics) {
  PhysicsConfig physics;
  physics.timestep = 0.004;
  physics.cone = "elliptic";
  physics.impratio = 7;
  physics.solver = "pgs";
  physics.iterations = 11;
  physics.line_search_iterations = 12;
  physics.tolerance = 1e-5;
  physics.friction = 0.3;
  const Robot robot = LoadAnymal(physics);
  const mjOption& option = robot.model->opt;
  EXPECT_EQ(option.timestep, 0.004);
  EXPECT_EQ(option.cone, mjCONE_ELLIPTIC);
  EXPECT_EQ(option.impratio, 7);
  EXPECT_EQ(option.solver, mjSOL_PGS);
  EXPECT_EQ(option.iterations, 11);
  EXPECT_EQ(option.ls_iterations, 12);
  EXPECT_EQ(option.tolerance, 1e-5);
  EXPECT_EQ(option.integrator, mjINT_IMPLICITFAST);
  EXPECT_TRUE(option.disableflags & mjDSBL_AUTORESET);
  EXPECT_EQ(robot.model->geom_friction[3 * robot.ids.floor_geom], 0.3);
  EXPECT_EQ(robot.physics.timestep, 0.004);

  physics.cone = "pyramidal";
  physics.solver = "cg";
  EXPECT_EQ(LoadAnymal(physics).model->opt.cone, mjCONE_PYRAMIDAL);
  EXPECT_EQ(LoadAnymal(physics).model->opt.solver, mjSOL_CG);
  EXPECT_EQ(LoadAnymal().model->opt.solver, mjSOL_NEWTON);
}

// The armature stands on the diagonal of the mass matrix: (J^T I J)_jj + armature.
TEST(LoadRobot, GivesEveryShapeTheTimeOfContacts) {
  for (const char* contacts : {"feet", "legs", "all"}) {
    PhysicsConfig physics;
    physics.contacts = contacts;
    physics.contact_time = 0.035;
    const Robot robot = LoadAnymal(physics);
    for (int geom = 0; geom < robot.model->ngeom; ++geom)
      EXPECT_EQ(robot.model->geom_solref[mjNREF * geom], 0.035) << contacts << " " << geom;
  }
}

TEST(LoadRobot, SetsTheDrivesOfAllJoints) {
  const DriveConfig drive{.kp = 60, .kd = 3, .torque_limit = 55, .armature = 0.11};
  const Robot robot = LoadAnymal({}, drive);
  const Robot usual = LoadAnymal();
  const mjModel& model = *robot.model;
  for (int j = 0; j < kNumJoints; ++j) {
    const int a = robot.ids.actuator[j], dof = robot.ids.dof[j];
    EXPECT_EQ(model.actuator_gainprm[mjNGAIN * a], 60);
    EXPECT_EQ(model.actuator_biasprm[mjNBIAS * a + 1], -60);
    EXPECT_EQ(model.actuator_biasprm[mjNBIAS * a + 2], -3);
    EXPECT_EQ(model.actuator_forcerange[2 * a], -55);
    EXPECT_EQ(model.actuator_forcerange[2 * a + 1], 55);
    EXPECT_NEAR(model.dof_M0[dof] - usual.model->dof_M0[dof], 0.11 - 0.06, 1e-12);
    EXPECT_LT(model.dof_invweight0[dof], usual.model->dof_invweight0[dof]);  // derived anew
  }
}

// Drives that are no position controllers are torques, of themselves within the limit.
TEST(LoadRobot, MakesTorquesOfDrivesWithALag) {
  const Robot robot = LoadAnymal({}, {.torque_limit = 55, .lag = 0.02});
  mjModel* model = robot.model.get();
  const DataPtr data = MakeData(*model);
  for (int j = 0; j < kNumJoints; ++j) {
    data->qpos[robot.ids.qpos[j]] = data->qvel[robot.ids.dof[j]] = 0.3;
    data->ctrl[robot.ids.actuator[j]] = 10 * (j - 6);
  }
  mj_forward(model, data.get());
  for (int j = 0; j < kNumJoints; ++j) {
    EXPECT_EQ(data->qfrc_actuator[robot.ids.dof[j]], std::clamp(10.0 * (j - 6), -55.0, 55.0));
  }
}

TEST(LoadRobot, LeavesOutWhatIsOnlySeen) {
  PhysicsConfig physics;
  physics.contacts = "all";
  const Robot robot = LoadAnymal(physics);
  EXPECT_EQ(robot.model->ngeom, 1 + 4 + 4 * 8);  // the floor, the base's shapes, eight in each leg
  EXPECT_EQ(robot.model->nmesh, 0);
  EXPECT_EQ(LoadAnymal().model->ngeom, 1 + 4);  // the floor and the feet
  EXPECT_NEAR(robot.mass, 52.13485, 1e-9);
}

TEST(LoadRobot, SaysWhatTheMeasuredBaseNeeds) {
  PhysicsConfig physics;
  physics.exact_base = true;
  EXPECT_EQ(MessageOfRenaming("exact_base_inertial", "base_inertial", physics),
            "physics.exact_base: the model has no body 'base' with ten numbers "
            "'exact_base_inertial'");
}

// The robot lying on its belly with folded legs: names of what touches the ground.
std::set<std::string> TouchingWhenLying(const std::string& contacts) {
  PhysicsConfig physics;
  physics.contacts = contacts;
  const Robot robot = LoadAnymal(physics);
  const mjModel* model = robot.model.get();
  const DataPtr data = MakeData(*model);
  mj_resetData(model, data.get());
  data->qpos[2] = 0.08;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    data->qpos[robot.ids.qpos[3 * leg + 1]] = 1.4 * kForward[leg];
    data->qpos[robot.ids.qpos[3 * leg + 2]] = -2.6 * kForward[leg];
  }
  mj_forward(model, data.get());
  std::set<std::string> names;
  for (int k = 0; k < data->ncon; ++k) {
    for (const int geom : data->contact[k].geom) {
      if (geom != robot.ids.floor_geom) names.insert(mj_id2name(model, mjOBJ_GEOM, geom));
    }
  }
  return names;
}

TEST(LoadRobot, LetsOnlyTheFeetTouchTheGroundOrTheWholeBody) {
  EXPECT_EQ(TouchingWhenLying("feet"),
            (std::set<std::string>{"LF_foot", "RF_foot", "LH_foot", "RH_foot"}));
  const std::set<std::string> all = TouchingWhenLying("all");
  for (const char* part : {"base_trunk", "base_left", "base_right", "LF_foot", "RH_shank"}) {
    EXPECT_TRUE(all.contains(part)) << part;
  }
}

struct Inertial {
  double mass;
  Vector3d com;
  Matrix3d inertia;
};

Inertial BaseOf(const Robot& robot) {
  const mjModel& model = *robot.model;
  const int base = robot.ids.base_body;
  const double* q = model.body_iquat + 4 * base;
  const Matrix3d R = Eigen::Quaterniond(q[0], q[1], q[2], q[3]).toRotationMatrix();
  const Vector3d principal = Map<const Vector3d>(model.body_inertia + 3 * base);
  return {model.body_mass[base], Map<const Vector3d>(model.body_ipos + 3 * base),
          R * principal.asDiagonal() * R.transpose()};
}

// The sums of the links of ANYbotics' URDF: the measured base, and the one that is its own mirror
// image.
TEST(LoadRobot, TakesTheMeasuredBaseWhereAskedTo) {
  PhysicsConfig physics;
  physics.exact_base = true;
  const Robot exact_robot = LoadAnymal(physics);
  const Inertial exact = BaseOf(exact_robot), symmetric = BaseOf(LoadAnymal());
  Matrix3d expected;
  expected << 0.216711743, 0.009223811, 0.058933189,  //
      0.009223811, 1.785161689, -0.000163778,         //
      0.058933189, -0.000163778, 1.833699450;
  EXPECT_EQ(exact.mass, 26.373170);
  EXPECT_EQ(exact.com, Vector3d(-0.017793943, -0.000178170, 0.008504339));
  // to the rounding of MuJoCo's principal axes
  EXPECT_LT((exact.inertia - expected).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(exact_robot.mass, 52.13485, 1e-6);

  EXPECT_EQ(symmetric.com.y(), 0);
  EXPECT_LT(std::abs(symmetric.inertia(0, 1)) + std::abs(symmetric.inertia(1, 2)), 1e-12);
}

// --- warnings

// Twelve joints without gravity, the last the lightest: 0.05 kg m^2.
Robot Flywheels(const PhysicsConfig& physics, const DriveConfig& drive) {
  std::string bodies, actuators;
  for (int j = 0; j < kNumJoints; ++j) {
    const char* const inertia = j == kNumJoints - 1 ? "0.05" : "0.1";
    bodies += fmt::format(
        "<body><joint name='{0}' axis='0 0 1'/>"
        "<inertial pos='0 0 0' mass='1' diaginertia='0.1 0.1 {1}'/></body>",
        j, inertia);
    actuators += IsImplicit(drive)
                     ? fmt::format("<position joint='{}' kp='{}' kv='{}'/>", j, drive.kp, drive.kd)
                     : fmt::format("<motor joint='{}'/>", j);
  }
  Robot robot;
  robot.physics = physics;
  robot.drive = drive;
  robot.model = LoadModelFromText(fmt::format(
      "<mujoco><compiler inertiagrouprange='0 5'/><option timestep='{}' integrator='implicitfast' "
      "gravity='0 0 0'/><worldbody>{}</worldbody><actuator>{}</actuator></mujoco>",
      physics.timestep, bodies, actuators));
  for (int j = 0; j < kNumJoints; ++j) robot.ids.dof[j] = robot.ids.qpos[j] = j;
  return robot;
}

// Does the lightest joint, struck a little, come to swing more than a thousand times as far?
bool SwingsGrow(const Robot& robot) {
  const mjModel* model = robot.model.get();
  const Drive drive(robot.drive, robot.physics.timestep, 0, "");
  std::vector<double> memory(drive.memory_size());
  const DataPtr data = MakeData(*model);
  const Map<Joints> q(data->qpos), qd(data->qvel);
  drive.Reset({}, Joints::Zero(), memory.data());
  data->qvel[kNumJoints - 1] = 1e-9;  // so small that no limit is met
  double first = 0;
  for (int step = 0; step < 5000; ++step) {
    Map<Joints>(data->ctrl) = drive.Act({}, Joints::Zero(), q, qd, memory.data());
    mj_step(model, data.get());
    const double swing = std::abs(data->qpos[kNumJoints - 1]);
    if (step < 10) first = std::max(first, swing);
    if (swing > 1000 * first) return true;
  }
  return false;
}

// Each of these is on the bound of one of the criteria with kp or kd as here: I = 0.05, dt = 0.02.
//   implicit: b = 4 + 2 a                  kp = 0.05 (4 + 2 * 0.02 * 1 / 0.05) / 0.02^2 = 600
//   lag:      g (2 a + b) = 8 - 4 g        with T = 0.005, g = 1 - e^-4 = 0.98168: a + b/2
//   = 2.0746,
//             kp = 100, b = 0.8            kd = 0.05 (2.07463 - 0.4) / 0.02 = 4.18657
//   lag:      kd = kp dt / (e^(dt/T) - 1)  with T = 0.05, kp = 100: 100 * 0.02 / (e^0.4 - 1)
//                                          = 4.06662
TEST(Warnings, ComeWhereAJointsSwingsGrow) {
  PhysicsConfig physics;
  physics.timestep = 0.02;
  const struct {
    DriveConfig drive;
    double DriveConfig::*gain;
    double bound;
    bool grows_above;
  } cases[] = {{{.kd = 1}, &DriveConfig::kp, 600, true},
               {{.kp = 100, .lag = 0.005}, &DriveConfig::kd, 4.18657, true},
               {{.kp = 100, .lag = 0.05}, &DriveConfig::kd, 4.06662, false}};
  for (const auto& [drive, gain, bound, grows_above] : cases) {
    for (const double factor : {0.98, 1.02}) {
      DriveConfig beside = drive;
      beside.*gain = factor * bound;
      const Robot robot = Flywheels(physics, beside);
      const bool grows = (factor > 1) == grows_above;
      EXPECT_EQ(Warnings(robot).size(), grows ? 1u : 0u) << bound << " * " << factor;
      EXPECT_EQ(SwingsGrow(robot), grows) << bound << " * " << factor;
    }
  }
}

TEST(Warnings, NeedARobotThatWillShake) {
  EXPECT_TRUE(Warnings(LoadAnymal()).empty());
  EXPECT_TRUE(Warnings(LoadAnymal({}, {.lag = 0.02})).empty());
  EXPECT_TRUE(Warnings(LoadAnymal({}, {.model = "dc_motor"})).empty());
  EXPECT_TRUE(Warnings(LoadAnymal({}, {.model = "network", .kp = 1000})).empty());  // unused
}

TEST(Warnings, NameTheCauseTheJointAndTheMend) {
  PhysicsConfig physics;
  physics.timestep = 0.05;
  const std::vector<std::string> stiff = Warnings(LoadAnymal(physics, {.kp = 1000, .kd = 1}));
  ASSERT_EQ(stiff.size(), 1u);
  // 0.05^2 * 1000 * 13.588 / (4 + 2 * 0.05 * 1 * 13.588): the knees are the lightest
  EXPECT_EQ(stiff[0],
            "drive.kp=1000, drive.kd=1: 6.34 times too stiff for joint LF_KFE at a physics step of "
            "0.05 s; the robot will shake; take a smaller physics.timestep, smaller gains or a "
            "larger drive.armature");
  const std::vector<std::string> late = Warnings(LoadAnymal({}, {.lag = 0.1}));
  ASSERT_EQ(late.size(), 1u);
  // 85 * 0.01 / (e^0.1 - 1) = 8.08
  EXPECT_EQ(late[0],
            "drive.lag=0.1: with drive.kp=85 so late a torque feeds every swing of a joint; take a "
            "smaller drive.lag or a drive.kd above 8.08");
}

// How policies are judged, whatever they were trained in.
TEST(ReferencePhysics, IsFineAndConvergedAndOfTheWholeBody) {
  PhysicsConfig training;
  training.solver = "pgs";
  training.friction = 0.7;
  training.exact_base = true;
  const PhysicsConfig reference = ReferencePhysics(training);
  EXPECT_EQ(reference.timestep, 0.005);
  EXPECT_EQ(reference.substeps, 4);
  EXPECT_EQ(reference.step_dt(), 0.02);  // as in training
  EXPECT_EQ(reference.cone, "elliptic");
  EXPECT_EQ(reference.impratio, 10);
  EXPECT_EQ(reference.solver, "newton");
  EXPECT_EQ(reference.iterations, 100);
  EXPECT_EQ(reference.line_search_iterations, 50);
  EXPECT_EQ(reference.tolerance, 1e-8);
  EXPECT_EQ(reference.contacts, "all");
  // what describes the world and not how it is computed stays
  EXPECT_EQ(reference.model, training.model);
  EXPECT_EQ(reference.friction, 0.7);
  EXPECT_TRUE(reference.exact_base);
}

}  // namespace
}  // namespace doggo::sim
