// ANYmal C on the ground: what touches, how it stands, how it falls.
//
// The settled heights were measured once on another model of the same tables. They depend on how
// friction locked on the way down, so that a centimetre between integrators is normal.
#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <random>

#include "sim/mujoco/trouble.h"
#include "tests/models/anymal.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Vector3d;

double Height(const mjData& data) { return data.qpos[2]; }

// Angle between the base's z axis and the vertical, degrees.
double Tilt(const mjData& data) {
  return 2 * std::asin(std::hypot(data.qpos[4], data.qpos[5])) * 180 / mjPI;
}

double Penetration(const mjData& data) {  // m
  double depth = 0;
  for (int i = 0; i < data.ncon; ++i) depth = std::max(depth, -data.contact[i].dist);
  return depth;
}

// The pose for three seconds, dropped from a few millimetres, in the physics of the table of
// settled heights: elliptic cone, impratio 100, 5 ms.
struct Settled {
  ModelPtr model = LoadFlat();
  DataPtr data;

  Settled(const Drive& drive, const Vector12& pose, double height) {
    SetDrive(drive, *model);
    SetReferencePhysics(/*impratio=*/100, *model);
    data = Posed(*model, pose, height);
    Simulate(*model, 3, *data);
  }
};

constexpr double kDefaultDrop = 0.552;  // m, 3 mm above the ground in the default pose
constexpr double kOcs2Drop = 0.585;

TEST(AnymalScene, IsThePhysicsOfTraining) {
  const ModelPtr model = LoadFlat();
  EXPECT_EQ(model->opt.timestep, 0.01);
  EXPECT_EQ(model->opt.integrator, mjINT_IMPLICITFAST);
  EXPECT_EQ(model->opt.cone, mjCONE_PYRAMIDAL);
  EXPECT_EQ(model->opt.impratio, 10);
  EXPECT_EQ(model->opt.solver, mjSOL_NEWTON);
  EXPECT_EQ(model->opt.iterations, 10);
  EXPECT_EQ(model->opt.ls_iterations, 10);
  EXPECT_TRUE(model->opt.disableflags & mjDSBL_AUTORESET);
}

TEST(AnymalScene, OnlyTheFloorMeetsTheRobot) {
  const ModelPtr model = LoadFlat();
  const int floor = FindId(*model, mjOBJ_GEOM, "floor");
  const auto meet = [&](int a, int b) {
    return (model->geom_contype[a] & model->geom_conaffinity[b]) ||
           (model->geom_contype[b] & model->geom_conaffinity[a]);
  };
  int with_floor = 0;
  for (int a = 0; a < model->ngeom; ++a) {
    for (int b = a + 1; b < model->ngeom; ++b) {
      if (!meet(a, b)) continue;
      const int part = a == floor ? b : a;
      EXPECT_TRUE(a == floor || b == floor) << a << " and " << b;
      EXPECT_EQ(model->geom_group[part], 3);
      ++with_floor;
    }
  }
  EXPECT_EQ(with_floor, 4 + 4 * 8);  // the base's shapes and eight in each leg
}

// Legs crossed and folded into the belly, lying on the ground.
TEST(AnymalScene, LegsPassThroughEachOther) {
  const ModelPtr model = LoadFlat();
  const int floor = FindId(*model, mjOBJ_GEOM, "floor");
  const DataPtr data = Posed(*model, Pose(-0.72, 1.2, -2.7), 0.1);
  EXPECT_GT(data->ncon, 0);
  for (int i = 0; i < data->ncon; ++i) {
    const int* geom = data->contact[i].geom;
    EXPECT_TRUE(geom[0] == floor || geom[1] == floor);
  }
}

// Its priority overrides the robot's shapes, so that one number sets the friction of the ground.
TEST(AnymalScene, TheFloorsFrictionRules) {
  const ModelPtr model = LoadFlat();
  const int floor = FindId(*model, mjOBJ_GEOM, "floor");
  for (const double friction : {0.8, 0.3}) {
    model->geom_friction[3 * floor] = friction;
    const DataPtr data = Posed(*model, DefaultPose(), 0.548);
    ASSERT_EQ(data->ncon, 4);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(data->contact[i].friction[0], friction);
      EXPECT_EQ(data->contact[i].dim, 3);
    }
  }
}

TEST(AnymalScene, CameraFollowsTheRobot) {
  const ModelPtr model = LoadFlat();
  const int camera = FindId(*model, mjOBJ_CAMERA, "track");
  DataPtr data = Standing(*model);
  const Vector3d before = Map<Vector3d>(data->cam_xpos + 3 * camera);
  data->qpos[0] += 3;
  mj_forward(model.get(), data.get());
  const Vector3d after = Map<Vector3d>(data->cam_xpos + 3 * camera);
  EXPECT_LT((after - before - Vector3d(3, 0, 0)).norm(), 1e-12);
}

// The feet creep 0.9 mm along x in these 9 s: the default stance leans on friction, and MuJoCo's
// friction yields a little.
TEST(AnymalStanding, SettlesAt513MillimetresWithGains80And2) {
  Settled s({.kp = 80, .kd = 2, .armature = 0}, DefaultPose(), kDefaultDrop);
  EXPECT_NEAR(Height(*s.data), 0.513, 0.003);
  EXPECT_LT(Tilt(*s.data), 0.5);
  EXPECT_NEAR(Penetration(*s.data), 1.1e-3, 0.1e-3);
  const Feet feet = FeetOf(*s.model, *s.data);
  const Vector3d base = Map<Vector3d>(s.data->qpos);
  Simulate(*s.model, 9, *s.data);
  const Vector3d moved = Map<Vector3d>(s.data->qpos) - base;
  EXPECT_LT(moved.head<2>().norm(), 1e-3);
  const Feet creep = FeetOf(*s.model, *s.data) - feet;
  EXPECT_LT(creep.topRows<2>().cwiseAbs().maxCoeff(), 1e-3);
}

// Stiffer drives sag less.
TEST(AnymalStanding, SettlesHigherOrLowerWithTheGains) {
  const auto height = [](const Drive& drive) {
    return Height(*Settled(drive, DefaultPose(), kDefaultDrop).data);
  };
  const double bare = height({.kp = 85, .kd = 5, .armature = 0});
  EXPECT_GE(bare, 0.515);
  EXPECT_LE(bare, 0.5245);
  const double as_trained = height({});
  EXPECT_GE(as_trained, 0.515);
  EXPECT_LE(as_trained, 0.5245);
  EXPECT_NEAR(height({.kp = 150, .kd = 5, .armature = 0.06}), 0.5315, 0.0005);
  EXPECT_NEAR(height({.kp = 40, .kd = 5, .armature = 0}), 0.45, 0.005);
}

// The softer foot and the drive of the model in MuJoCo Menagerie, at our weight.
TEST(AnymalStanding, SinksEighteenMillimetresIntoASoftFloor) {
  const ModelPtr model = LoadFlat();
  SetDrive({.kp = 100, .kd = 0, .armature = 0, .damping = 1}, *model);
  SetReferencePhysics(/*impratio=*/100, *model);
  const int floor = FindId(*model, mjOBJ_GEOM, "floor");
  Map<Vector3d>(model->geom_solimp + mjNIMP * floor) = Vector3d(0.015, 1, 0.031);
  Map<Vector3d>(model->geom_friction + 3 * floor) = Vector3d(0.8, 0.02, 0.01);
  model->geom_condim[floor] = 6;
  for (int dof = 6; dof < model->nv; ++dof) model->dof_frictionloss[dof] = 0.1;
  const DataPtr data = Posed(*model, DefaultPose(), kDefaultDrop);
  Simulate(*model, 3, *data);
  EXPECT_NEAR(Height(*data), 0.500, 0.001);
  EXPECT_NEAR(Penetration(*data), 18e-3, 0.5e-3);
}

// The feet stand nearly below the hips.
TEST(AnymalStanding, SettlesHigherInThePoseOfOcs2) {
  const auto height = [](const Drive& drive) {
    return Height(*Settled(drive, Ocs2Pose(), kOcs2Drop).data);
  };
  EXPECT_NEAR(height({.kp = 80, .kd = 2, .armature = 0}), 0.552, 0.001);
  EXPECT_NEAR(height({.kp = 85, .kd = 5, .armature = 0}), 0.557, 0.001);
  EXPECT_NEAR(height({.kp = 150, .kd = 5, .armature = 0.06}), 0.567, 0.001);
}

TEST(AnymalStanding, TheGroundCarriesTheWeight51PercentOfItBehind) {
  const Settled s({.kp = 80, .kd = 2, .armature = 0}, DefaultPose(), kDefaultDrop);
  double total = 0, hind = 0;  // N
  for (int i = 0; i < s.data->ncon; ++i) {
    double force[6];
    mj_contactForce(s.model.get(), s.data.get(), i,
                    force);  // its first component is the normal one
    total += force[0];
    if (s.data->contact[i].pos[0] < s.data->qpos[0]) hind += force[0];
  }
  EXPECT_NEAR(total, 511.44, 0.5);
  EXPECT_NEAR(hind / total, 0.51, 0.005);
}

// The specification of the product: under 2 cm, in the plane.
TEST(AnymalStanding, DriftsLessThanTwoCentimetresInTwentySecondsAtZeroAction) {
  const ModelPtr model = LoadFlat();
  SetReferencePhysics(/*impratio=*/10, *model);
  const DataPtr data = Standing(*model);
  const Feet feet = FeetOf(*model, *data);
  const Vector3d base = Map<Vector3d>(data->qpos);
  Simulate(*model, 20, *data);
  const Vector3d moved = Map<Vector3d>(data->qpos) - base;
  EXPECT_LT(moved.head<2>().norm(), 0.02);
  const Feet creep = FeetOf(*model, *data) - feet;
  for (int leg = 0; leg < 4; ++leg) EXPECT_LT(creep.col(leg).head<2>().norm(), 0.02) << kLegs[leg];
  EXPECT_GT(Height(*data), 0.5);
  EXPECT_LT(Tilt(*data), 1);
}

// The training physics trades creep for speed: the stance widens, but the robot stands level.
TEST(AnymalStanding, StaysUpForTwentySecondsInThePhysicsOfTraining) {
  const ModelPtr model = LoadFlat();
  const DataPtr data = Standing(*model);
  Simulate(*model, 20, *data);
  EXPECT_GT(Height(*data), 0.47);
  EXPECT_LT(Tilt(*data), 1);
  EXPECT_LT(std::hypot(data->qpos[0], data->qpos[1]), 0.02);
}

TEST(AnymalInAir, ReachesItsTargetsWithEveryUsualGain) {
  for (const Drive& drive : {Drive{.kp = 80, .kd = 2, .armature = 0}, Drive{.armature = 0}, Drive{},
                             Drive{.kp = 40, .kd = 5, .armature = 0}, Drive{.kp = 150, .kd = 5}}) {
    const ModelPtr model = LoadAnymal();
    mju_zero3(model->opt.gravity);
    model->opt.timestep = 0.005;
    model->opt.integrator = mjINT_IMPLICITFAST;
    SetDrive(drive, *model);
    const DataPtr data = Posed(*model, DefaultPose(), 1);
    const Vector12 target = Pose(0.2, 0.6, -1.2);
    Targets(*data) = target;
    Simulate(*model, 4, *data);
    EXPECT_LT((JointAngles(*data) - target).cwiseAbs().maxCoeff(), 1e-3) << drive.kp;
    EXPECT_LT(Map<Vector12>(data->qvel + 6).cwiseAbs().maxCoeff(), 1e-2) << drive.kp;
  }
}

// Dropped in any attitude from 1.2 m. Some rock on their back for a while.
TEST(AnymalFalling, ComesToRestFromAnyAttitude) {
  const ModelPtr model = LoadFlat();
  SetReferencePhysics(/*impratio=*/10, *model);
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (int drop = 0; drop < 20; ++drop) {
    const DataPtr data = Posed(*model, DefaultPose(), 1.2);
    Map<Eigen::Vector4d>(data->qpos + 3) =
        Eigen::Vector4d::NullaryExpr([&] { return normal(random); }).normalized();
    Simulate(*model, 10, *data);
    ASSERT_FALSE(FindTrouble(*model, *data, /*speed_limit=*/0.05));
    EXPECT_EQ(data->warning[mjWARN_BADQACC].number, 0);
    EXPECT_GT(Height(*data), 0);
  }
}

}  // namespace
}  // namespace doggo::sim
