// ANYmal C as a mechanism: masses, geometry, inertia, dynamics without ground.
//
// Expected numbers: the URDF of ANYbotics (anymal_c_simple_description 87b6851), merged and
// symmetrised as models/anymal/README.md says; derived ones are worked out beside the test.
#include "tests/models/anymal.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <Eigen/QR>
#include <algorithm>
#include <random>
#include <vector>

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Matrix3d;
using Eigen::MatrixXd;
using Eigen::Quaterniond;
using Eigen::Vector3d;
using Eigen::VectorXd;

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

double Mass(const mjModel& model, const std::string& body) {
  return model.body_mass[FindId(model, mjOBJ_BODY, body)];
}

Vector3d CentreOfMass(const mjModel& model, int body) {
  return Map<const Vector3d>(model.body_ipos + 3 * body);
}

// Inertia about the centre of mass in the axes of the body, kg m^2.
Matrix3d Inertia(const mjModel& model, int body) {
  const double* q = model.body_iquat + 4 * body;
  const Matrix3d R = Quaterniond(q[0], q[1], q[2], q[3]).toRotationMatrix();
  return R * Map<const Vector3d>(model.body_inertia + 3 * body).asDiagonal() * R.transpose();
}

TEST(Anymal, WeighsFiftyTwoKilograms) {
  const ModelPtr model = LoadAnymal();
  EXPECT_NEAR(Mass(*model, "base"), 26.37317, 1e-9);
  for (const std::string& leg : kLegs) {
    const double mass =
        Mass(*model, leg + "_HIP") + Mass(*model, leg + "_THIGH") + Mass(*model, leg + "_SHANK");
    EXPECT_NEAR(mass, 6.44042, 1e-9) << leg;
  }
  EXPECT_NEAR(mj_getTotalmass(model.get()), 52.13485, 1e-9);
}

TEST(Anymal, IsAFreeBaseWithFourLegsOfThreeDrivenHinges) {
  const ModelPtr model = LoadAnymal();
  EXPECT_EQ(model->nq, 19);
  EXPECT_EQ(model->nv, 18);
  EXPECT_EQ(model->nu, 12);
  EXPECT_EQ(model->nbody, 14);
  EXPECT_EQ(model->jnt_type[FindId(*model, mjOBJ_JOINT, "root")], mjJNT_FREE);
}

TEST(Anymal, JointsAndDrivesStandInTheOrderLfRfLhRhTimesHaaHfeKfe) {
  const ModelPtr model = LoadAnymal();
  int next = 0;
  for (const std::string& leg : kLegs) {
    for (const char* kind : {"HAA", "HFE", "KFE"}) {
      const int joint = FindId(*model, mjOBJ_JOINT, leg + "_" + kind);
      const int drive = FindId(*model, mjOBJ_ACTUATOR, leg + "_" + kind);
      EXPECT_EQ(model->jnt_qposadr[joint], 7 + next);
      EXPECT_EQ(drive, next);
      EXPECT_EQ(model->actuator_trnid[2 * drive], joint);
      ++next;
    }
  }
}

TEST(Anymal, DrivesArePositionServosOf85And5WithinEightyNewtonMetres) {
  const ModelPtr model = LoadAnymal();
  for (int a = 0; a < model->nu; ++a) {
    EXPECT_EQ(model->actuator_gainprm[mjNGAIN * a], 85);
    EXPECT_EQ(model->actuator_biasprm[mjNBIAS * a + 1], -85);
    EXPECT_EQ(model->actuator_biasprm[mjNBIAS * a + 2], -5);
    EXPECT_TRUE(model->actuator_forcelimited[a]);
    EXPECT_EQ(model->actuator_forcerange[2 * a], -80);
    EXPECT_EQ(model->actuator_forcerange[2 * a + 1], 80);
  }
  for (int dof = 6; dof < model->nv; ++dof) {
    EXPECT_EQ(model->dof_armature[dof], 0.06);
    EXPECT_EQ(model->dof_damping[dof], 0);
    EXPECT_EQ(model->dof_frictionloss[dof], 0);
  }
}

TEST(Anymal, JointRangesAreTheUrdfs) {
  const ModelPtr model = LoadAnymal();
  for (int leg = 0; leg < 4; ++leg) {
    const auto range = [&](const char* kind) {
      const int joint = FindId(*model, mjOBJ_JOINT, kLegs[leg] + kind);
      EXPECT_TRUE(model->jnt_limited[joint]);
      return Eigen::Vector2d(model->jnt_range[2 * joint], model->jnt_range[2 * joint + 1]);
    };
    const bool left = kLeftward[leg] > 0;
    EXPECT_EQ(range("_HAA"), left ? Eigen::Vector2d(-0.72, 0.49) : Eigen::Vector2d(-0.49, 0.72));
    EXPECT_EQ(range("_HFE"), Eigen::Vector2d(-9.42478, 9.42478));
    EXPECT_EQ(range("_KFE"), Eigen::Vector2d(-9.42478, 9.42478));
  }
}

TEST(Anymal, HipsAbductAboutXAndAllElseTurnsAboutY) {
  const ModelPtr model = LoadAnymal();
  const DataPtr data = Posed(*model, ZeroPose(), 0);
  for (const std::string& leg : kLegs) {
    const auto axis = [&](const char* kind) -> Vector3d {
      return Map<Vector3d>(data->xaxis + 3 * FindId(*model, mjOBJ_JOINT, leg + kind));
    };
    EXPECT_EQ(axis("_HAA"), Vector3d::UnitX());
    EXPECT_EQ(axis("_HFE"), Vector3d::UnitY());
    EXPECT_EQ(axis("_KFE"), Vector3d::UnitY());
  }
}

// Foot centres relative to the base, and the height at which they touch the ground.
struct FootCase {
  const char* name;
  Vector12 pose;
  Vector3d foot;  // m, of the left front leg
  double height;  // m
};

TEST(Anymal, FeetAreWhereTheKinematicsPutThem) {
  const ModelPtr model = LoadAnymal();
  const FootCase cases[] = {
      {"zero", ZeroPose(), {0.44775, 0.30116, -0.60047}, 0.63047},
      {"default", DefaultPose(), {0.45267, 0.30116, -0.51882}, 0.54882},
      {"OCS2", Ocs2Pose(), {0.36214, 0.16660, -0.55176}, 0.58176},
  };
  for (const FootCase& c : cases) {
    const DataPtr data = Posed(*model, c.pose, 0);
    const Feet feet = FeetOf(*model, *data);
    for (int leg = 0; leg < 4; ++leg) {
      const Vector3d expected(kForward[leg] * c.foot.x(), kLeftward[leg] * c.foot.y(), c.foot.z());
      EXPECT_LT((feet.col(leg) - expected).cwiseAbs().maxCoeff(), 6e-6) << c.name << kLegs[leg];
    }
    const double radius = model->geom_size[3 * FindId(*model, mjOBJ_GEOM, "LF_foot")];
    EXPECT_NEAR(radius - feet.row(2).minCoeff(), c.height, 6e-6) << c.name;
  }
}

TEST(Anymal, FeetJustTouchTheGroundInTheDefaultKeyframe) {
  const ModelPtr model = LoadAnymal();
  const DataPtr data = Standing(*model);
  EXPECT_EQ(JointAngles(*data), DefaultPose());
  EXPECT_EQ(Targets(*data), DefaultPose());
  // r = 0.03 m; the height is written to 10 um
  EXPECT_LT((FeetOf(*model, *data).row(2).array() - 0.03).abs().maxCoeff(), 1e-5);
}

TEST(Anymal, CentreOfMassLiesBelowAndBehindTheBaseOrigin) {
  const ModelPtr model = LoadAnymal();
  const auto com = [&](const Vector12& pose) -> Vector3d {
    return Map<Vector3d>(Posed(*model, pose, 0)->subtree_com);
  };
  // the table's masses summed by hand
  EXPECT_LT((com(ZeroPose()) - Vector3d(-0.00900, 0, -0.07020)).cwiseAbs().maxCoeff(), 1e-5);
  EXPECT_LT((com(DefaultPose()) - Vector3d(-0.00900, 0, -0.06325)).cwiseAbs().maxCoeff(), 1e-5);
  EXPECT_NEAR(com(DefaultPose()).y(), 0, 1e-15);
}

// How much inertia each coordinate moves, the others held.
TEST(Anymal, MassMatrixHasTheExpectedDiagonal) {
  const ModelPtr model = LoadAnymal();
  const DataPtr data = Posed(*model, DefaultPose(), 0);
  RowMatrix M(18, 18);
  mj_fullM(model.get(), data.get(), M.data());
  const VectorXd d = M.diagonal();
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(d[i], 52.13485, 1e-9);
  EXPECT_LT((d.segment<3>(3) - Vector3d(2.175, 5.372, 5.408)).cwiseAbs().maxCoeff(), 6e-4);
  for (int leg = 0; leg < 4; ++leg) {
    const Vector3d without_armature = d.segment<3>(6 + 3 * leg).array() - 0.06;
    EXPECT_LT((without_armature - Vector3d(0.3131, 0.2831, 0.0162)).cwiseAbs().maxCoeff(), 6e-5);
  }
}

// The principal moments of a real body satisfy A + B >= C:  A + B - C = 2 int z^2 dm.
TEST(Anymal, EveryInertiaIsThatOfARealBody) {
  const ModelPtr model =
      LoadAnymal([](mjSpec& spec) { EXPECT_FALSE(spec.compiler.balanceinertia); });
  for (int body = 1; body < model->nbody; ++body) {
    const Vector3d I = Map<Vector3d>(model->body_inertia + 3 * body);
    EXPECT_GT(I.minCoeff(), 0) << body;
    EXPECT_GE(I.sum() - I.maxCoeff(), I.maxCoeff()) << body;
  }
}

TEST(Anymal, InertiaComesFromTheTablesAndNotFromTheShapes) {
  const ModelPtr model = LoadAnymal();
  const auto expect = [&](const char* name, const Vector3d& com, const Vector3d& diagonal,
                          const Vector3d& xy_xz_yz) {
    const int body = FindId(*model, mjOBJ_BODY, name);
    const Matrix3d I = Inertia(*model, body);
    EXPECT_EQ(CentreOfMass(*model, body), com) << name;
    // to the rounding of MuJoCo's principal axes
    EXPECT_LT((I.diagonal() - diagonal).norm(), 1e-13) << name;
    EXPECT_LT((Vector3d(I(0, 1), I(0, 2), I(1, 2)) - xy_xz_yz).norm(), 1e-13) << name;
  };
  expect("base", {-0.017794, 0, 0.008504}, {0.216712, 1.785162, 1.833699}, {0, 0.058933, 0});
  expect("LF_HIP", {0.0567120, 0.0173939, -0.0004608}, {0.00329553, 0.00493921, 0.00583386},
         {0, 0.0000010, 0.0001358});
  expect("LF_THIGH", {0, 0.0308147, -0.2456957}, {0.02990405, 0.02956379, 0.00486108},
         {0, 0.0000102, 0.0041424});
  expect("LF_SHANK", {0.0612528, 0.0054620, -0.0806598}, {0.00881038, 0.01016114, 0.00154978},
         {0.0000536, 0.0018194, -0.0000227});
}

// The measured base, which a configuration may ask for, is 0.18 mm out of the middle plane.
TEST(Anymal, CarriesTheExactBaseAsData) {
  const ModelPtr model = LoadAnymal();
  const int numeric = FindId(*model, mjOBJ_NUMERIC, "exact_base_inertial");
  ASSERT_EQ(model->numeric_size[numeric], 10);
  const Map<const Eigen::Matrix<double, 10, 1>> exact(model->numeric_data +
                                                      model->numeric_adr[numeric]);
  const int base = FindId(*model, mjOBJ_BODY, "base");
  EXPECT_NEAR(exact[0], model->body_mass[base], 1e-9);
  EXPECT_LT((exact.segment<3>(1) - CentreOfMass(*model, base)).norm(), 2e-4);
  const Matrix3d I = Inertia(*model, base);
  EXPECT_LT((exact.segment<3>(4) - I.diagonal()).norm(), 1e-6);
  EXPECT_NEAR(exact[7], 0.00922, 1e-5);   // Ixy, symmetrised to 0
  EXPECT_NEAR(exact[8], I(0, 2), 1e-6);   // Ixz, kept
  EXPECT_NEAR(exact[9], -0.00016, 1e-5);  // Iyz, symmetrised to 0
}

// Gravity is the same for all parts, so it moves no joint.
TEST(Anymal, FallsFreelyAsOnePiece) {
  const ModelPtr model = LoadAnymal();
  model->opt.timestep = 0.002;
  model->opt.disableflags |= mjDSBL_ACTUATION;
  const DataPtr data = Posed(*model, DefaultPose(), 2);
  const Map<VectorXd> a(data->qacc, 18);
  EXPECT_LT((a.head<3>() - Vector3d(0, 0, -kGravity)).norm(), 1e-12);
  EXPECT_LT(a.tail<15>().cwiseAbs().maxCoeff(), 1e-12);

  Simulate(*model, 0.5, *data);
  // velocity first, then position with it: drop = g dt^2 (1 + 2 + ... + n),  n = 250
  EXPECT_NEAR(2 - data->qpos[2], kGravity * 0.002 * 0.002 * 250 * 251 / 2, 1e-10);
  EXPECT_LT((JointAngles(*data) - DefaultPose()).cwiseAbs().maxCoeff(), 1e-12);
}

// Momentum after a second of random torques in free flight, starting from rest.
struct Flight {
  double linear;   // N s
  double angular;  // N m s, about the centre of mass
  double shift;    // m, of the centre of mass
};

Flight FlyWithRandomTorques(mjtIntegrator integrator) {
  const ModelPtr model = LoadAnymal();
  mju_zero3(model->opt.gravity);
  model->opt.timestep = 0.0005;
  model->opt.integrator = integrator;
  model->opt.disableflags |= mjDSBL_ACTUATION;  // torques are applied directly instead
  const DataPtr data = Posed(*model, DefaultPose(), 2);
  const Vector3d start = Map<Vector3d>(data->subtree_com);

  std::mt19937 random(1);
  std::uniform_real_distribution<double> torque(-5, 5);  // N m, a new one every 50 ms
  Vector12 tau;
  for (int i = 0; i < 2000; ++i) {
    if (i % 100 == 0) tau = Vector12::NullaryExpr([&] { return torque(random); });
    Map<Vector12>(data->qfrc_applied + 6) = tau;
    mj_step(model.get(), data.get());
  }
  mj_forward(model.get(), data.get());
  mj_subtreeVel(model.get(), data.get());
  EXPECT_GT(Map<Vector12>(data->qvel + 6).norm(), 1);  // the legs do move
  const int base = FindId(*model, mjOBJ_BODY, "base");
  return {mj_getTotalmass(model.get()) * Map<Vector3d>(data->subtree_linvel + 3 * base).norm(),
          Map<Vector3d>(data->subtree_angmom + 3 * base).norm(),
          (Map<Vector3d>(data->subtree_com) - start).norm()};
}

// The drives push one part against another; together they push nothing. What is left is the
// integrator's error: of first order for Euler, hardly any for Runge-Kutta.
TEST(Anymal, DrivesInFlightLeaveTheMomentumAlone) {
  const Flight euler = FlyWithRandomTorques(mjINT_EULER);
  EXPECT_LT(euler.linear, 2e-2);
  EXPECT_LT(euler.angular, 1e-2);
  EXPECT_LT(euler.shift, 2e-4);
  const Flight runge_kutta = FlyWithRandomTorques(mjINT_RK4);
  EXPECT_LT(runge_kutta.linear, 1e-5);
  EXPECT_LT(runge_kutta.angular, 1e-5);
  EXPECT_LT(runge_kutta.shift, 1e-7);
}

// Standing still on vertical ground forces f:  tau = bias - J^T f. The base has no drive, so its
// six rows give f: of all solutions the smallest, for four feet on a plane share the weight freely.
TEST(Anymal, HoldsTheDefaultPoseWithTheExpectedTorques) {
  const ModelPtr model = LoadAnymal();
  const DataPtr data = Posed(*model, DefaultPose(), 0.54882);
  const Feet feet = FeetOf(*model, *data);
  MatrixXd J(4, 18);  // d(foot height) / d(coordinates)
  for (int leg = 0; leg < 4; ++leg) {
    RowMatrix full(3, 18);
    const int body = FindId(*model, mjOBJ_BODY, kLegs[leg] + "_SHANK");
    mj_jac(model.get(), data.get(), full.data(), nullptr, feet.col(leg).data(), body);
    J.row(leg) = full.row(2);
  }
  const Map<VectorXd> bias(data->qfrc_bias, 18);
  const VectorXd f =
      J.leftCols(6).transpose().completeOrthogonalDecomposition().solve(bias.head(6));
  const VectorXd tau = bias - J.transpose() * f;

  ASSERT_LT(tau.head(6).norm(), 1e-9);
  EXPECT_NEAR(f.sum(), 511.4, 0.05);  // 52.13485 kg x 9.81 m/s^2
  EXPECT_NEAR(f[0], 125.3, 0.05);
  EXPECT_NEAR(f[2], 130.4, 0.05);
  EXPECT_LT((tau.segment<3>(6) - Vector3d(-19.7, 14.7, 25.0)).cwiseAbs().maxCoeff(), 0.06);
  EXPECT_LT((tau.segment<3>(12) - Vector3d(-20.7, -15.1, -26.1)).cwiseAbs().maxCoeff(), 0.06);
}

// Thigh 0.285 m and knee to foot 0.3275 m, the latter turned by 0.2719 rad at KFE = 0.
TEST(Anymal, ReachesFurthestWithTheKneeAt0p2719) {
  const ModelPtr model = LoadAnymal();
  const auto reach = [&](int leg, double kfe) {
    const DataPtr data = Posed(*model, Pose(0, 0, kForward[leg] * kfe), 0);
    const Vector3d hip =
        Map<Vector3d>(data->xanchor + 3 * FindId(*model, mjOBJ_JOINT, kLegs[leg] + "_HFE"));
    const Vector3d d = FeetOf(*model, *data).col(leg) - hip;
    return std::hypot(d.x(), d.z());
  };
  for (int leg = 0; leg < 4; ++leg) {
    const double sx = kForward[leg];
    EXPECT_NEAR(reach(leg, sx * 0.2719), 0.6125, 5e-5);
    EXPECT_NEAR(reach(leg, sx * -2.7), 0.067, 5e-4);
    for (double kfe = -2.7; kfe < 2.7; kfe += 0.1) {
      const double a = 0.285, b = 0.3275;
      const double law_of_cosines = std::sqrt(a * a + b * b + 2 * a * b * std::cos(kfe - 0.2719));
      EXPECT_NEAR(reach(leg, sx * kfe), law_of_cosines, 2e-5);
      EXPECT_LE(reach(leg, sx * kfe), reach(leg, sx * 0.2719) + 1e-9);
    }
  }
}

// A leg is the mirror image of its neighbours: y -> -y across the robot, x -> -x along it.
TEST(Anymal, LegsAreExactMirrorImagesBothWays) {
  const ModelPtr model = LoadAnymal();
  for (const char* part : {"_HIP", "_THIGH", "_SHANK"}) {
    const int lf = FindId(*model, mjOBJ_BODY, std::string("LF") + part);
    for (int leg = 1; leg < 4; ++leg) {
      const Matrix3d S = Vector3d(kForward[leg], kLeftward[leg], 1).asDiagonal();
      const int body = FindId(*model, mjOBJ_BODY, kLegs[leg] + part);
      const Vector3d position = Map<Vector3d>(model->body_pos + 3 * body);
      EXPECT_EQ(position, S * Map<Vector3d>(model->body_pos + 3 * lf));
      EXPECT_EQ(CentreOfMass(*model, body), S * CentreOfMass(*model, lf));
      // to the rounding of MuJoCo's principal axes
      const Matrix3d difference = Inertia(*model, body) - S * Inertia(*model, lf) * S;
      EXPECT_LT(difference.cwiseAbs().maxCoeff(), 1e-15) << kLegs[leg] << part;
    }
  }
}

// One state and its image in the plane y = 0.
struct Motion {
  VectorXd q = VectorXd::Zero(19), v = VectorXd::Zero(18);
  Vector12 target = Vector12::Zero();
};

Vector12 MirrorJoints(const Vector12& q) {
  Vector12 mirrored;
  for (int leg = 0; leg < 4; ++leg) {
    mirrored.segment<3>(3 * (leg ^ 1)) = q.segment<3>(3 * leg).cwiseProduct(Vector3d(-1, 1, 1));
  }
  return mirrored;
}

// Linear velocity mirrors as a vector, angular velocity as a pseudo-vector.
VectorXd MirrorVelocity(const VectorXd& v) {
  VectorXd mirrored(18);
  mirrored << v[0], -v[1], v[2], -v[3], v[4], -v[5], MirrorJoints(v.tail<12>());
  return mirrored;
}

Motion MirrorMotion(const Motion& m) {
  Motion mirrored;
  mirrored.q << m.q[0], -m.q[1], m.q[2], m.q[3], -m.q[4], m.q[5], -m.q[6],
      MirrorJoints(m.q.tail<12>());
  mirrored.v = MirrorVelocity(m.v);
  mirrored.target = MirrorJoints(m.target);
  return mirrored;
}

VectorXd Acceleration(const mjModel& model, const Motion& motion) {
  const DataPtr data = MakeData(model);
  Map<VectorXd>(data->qpos, 19) = motion.q;
  Map<VectorXd>(data->qvel, 18) = motion.v;
  Targets(*data) = motion.target;
  mj_forward(&model, data.get());
  return Map<VectorXd>(data->qacc, 18);
}

Motion RandomMotion(std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> angle(-0.4, 0.4);  // rad, within the range of every joint
  Motion m;
  m.q.head<3>() = Vector3d::NullaryExpr([&] { return normal(random); });
  m.q.segment<4>(3) = Eigen::Vector4d::NullaryExpr([&] { return normal(random); }).normalized();
  m.q.tail<12>() = Vector12::NullaryExpr([&] { return angle(random); });
  m.v = VectorXd::NullaryExpr(18, [&] { return 3 * normal(random); });
  m.target = Vector12::NullaryExpr([&] { return angle(random); });
  return m;
}

// Largest difference between the acceleration of a mirrored state and the mirrored acceleration.
double MirrorError(const mjModel& model) {
  std::mt19937 random(2);
  double error = 0, largest = 0;
  for (int i = 0; i < 20; ++i) {
    const Motion motion = RandomMotion(random);
    const VectorXd a = MirrorVelocity(Acceleration(model, motion));
    const VectorXd b = Acceleration(model, MirrorMotion(motion));
    error = std::max(error, (a - b).cwiseAbs().maxCoeff());
    largest = std::max(largest, a.cwiseAbs().maxCoeff());
  }
  EXPECT_GT(largest, 100);  // otherwise nothing was tried
  return error;
}

TEST(Anymal, AccelerationOfAMirroredStateIsTheMirroredAcceleration) {
  const ModelPtr model = LoadAnymal();
  EXPECT_LT(MirrorError(*model), 1e-10);
}

// So that the test above is known to see an asymmetry of two tenths of a millimetre.
TEST(Anymal, TheExactBaseBreaksTheMirror) {
  const ModelPtr model = LoadAnymal([](mjSpec& spec) {
    int size = 0;
    const double* exact = mjs_getDouble(
        mjs_asNumeric(mjs_findElement(&spec, mjOBJ_NUMERIC, "exact_base_inertial"))->data, &size);
    mjsBody* base = mjs_findBody(&spec, "base");
    base->mass = exact[0];
    std::copy_n(exact + 1, 3, base->ipos);
    std::copy_n(exact + 4, 6, base->fullinertia);
  });
  EXPECT_GT(MirrorError(*model), 1e-3);
}

// Observations are taken at the base origin, as in legged_gym; the real IMU sits elsewhere, turned.
TEST(Anymal, SitesMarkTheBaseOriginAndTheImu) {
  const ModelPtr model = LoadAnymal();
  const int origin = FindId(*model, mjOBJ_SITE, "base_origin");
  const int imu = FindId(*model, mjOBJ_SITE, "imu");
  const DataPtr data = Posed(*model, ZeroPose(), 0);
  EXPECT_EQ(Vector3d(Map<Vector3d>(data->site_xpos + 3 * origin)), Vector3d::Zero());
  EXPECT_LT((Map<Vector3d>(data->site_xpos + 3 * imu) - Vector3d(0.2488, 0.00835, 0.04628)).norm(),
            1e-12);
  const Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R(data->site_xmat + 9 * imu);
  EXPECT_LT((R.col(0) - Vector3d::UnitY()).norm(), 1e-12);  // its x looks to the left
}

}  // namespace
}  // namespace doggo::sim
