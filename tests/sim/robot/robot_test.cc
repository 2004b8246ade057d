// The robot as it is prepared for simulation: where its parts are, what follows from its default
// pose, and what the options change in the model.
#include "sim/robot/robot.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

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
    EXPECT_EQ(mj_id2name(model, mjOBJ_BODY, robot.ids.knee_body[leg]), name + "_SHANK");
  }
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

// What loading says of a copy of robot and scene in which a part has another name.
std::string MessageOfRenaming(const std::string& part, const std::string& name,
                              PhysicsConfig physics = {}) {
  for (const char* file : {"anymal_c.xml", "flat.xml"}) {
    std::ifstream in(std::string(DOGGO_SOURCE_DIR "/models/anymal/") + file);
    std::string xml(std::istreambuf_iterator<char>(in), {});
    ReplaceAll('"' + part + '"', '"' + name + '"', xml);
    ReplaceAll("\"anymal_c.xml\"", '"' + RenamedFile("anymal_c.xml") + '"', xml);
    std::ofstream(RenamedFile(file)) << xml;
  }
  physics.model = RenamedFile("flat.xml");
  return MessageOf<std::runtime_error>([&] { LoadRobot(physics, {}, ""); });
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
