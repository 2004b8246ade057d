#include "sim/robot/model_file.h"

#include <gtest/gtest.h>

namespace doggo::sim {
namespace {

// Everything else than the default, so that what is forgotten shows.
PhysicsConfig Physics() {
  PhysicsConfig physics;
  physics.exact_base = true;
  physics.timestep = 0.004;
  physics.impratio = 7;
  physics.iterations = 33;
  physics.line_search_iterations = 47;
  physics.cone = "elliptic";
  physics.contacts = "all";
  physics.friction = 0.55;
  return physics;
}
DriveConfig Drive() {
  DriveConfig drive;
  drive.kp = 61;
  drive.kd = 3;
  drive.torque_limit = 42;
  drive.armature = 0.05;
  return drive;
}

// The robot falls onto its feet and is moved: qpos after each step.
std::vector<double> Motion(const mjModel& model, const Robot& robot) {
  DataPtr data = MakeData(model);
  mj_resetDataKeyframe(&model, data.get(), FindId(model, mjOBJ_KEY, "default"));
  std::vector<double> motion;
  for (int step = 0; step < 100; ++step) {
    for (int j = 0; j < kNumJoints; ++j)
      data->ctrl[robot.ids.actuator[j]] = robot.default_pose[j] + 0.1 * std::sin(0.1 * step + j);
    mj_step(&model, data.get());
    motion.insert(motion.end(), data->qpos, data->qpos + model.nq);
  }
  return motion;
}

double Apart(const std::vector<double>& a, const std::vector<double>& b) {
  double apart = a.size() == b.size() ? 0 : INFINITY;
  for (size_t k = 0; k < std::min(a.size(), b.size()); ++k)
    apart = std::max(apart, std::abs(a[k] - b[k]));
  return apart;
}

TEST(ModelFile, XmlIsTheRobotToItsSixDigits) {
  const Robot robot = LoadRobot(Physics(), Drive(), DOGGO_SOURCE_DIR);
  const ModelPtr model = LoadModelFromText(ModelAsXml(Physics(), Drive(), DOGGO_SOURCE_DIR));
  EXPECT_EQ(model->opt.timestep, 0.004);
  EXPECT_EQ(model->opt.cone, mjCONE_ELLIPTIC);
  EXPECT_EQ(model->opt.iterations, 33);
  EXPECT_EQ(model->opt.integrator, mjINT_IMPLICITFAST);
  EXPECT_EQ(model->opt.disableflags, robot.model->opt.disableflags);
  EXPECT_NEAR(mj_getTotalmass(model.get()), robot.mass, 1e-4);
  EXPECT_LT(Apart(Motion(*model, robot), Motion(*robot.model, robot)), 1e-4);
}

TEST(ModelFile, XmlOfTorqueDrivesTakesTorques) {
  DriveConfig drive = Drive();
  drive.lag = 0.01;
  const Robot robot = LoadRobot(Physics(), drive, DOGGO_SOURCE_DIR);
  const ModelPtr model = LoadModelFromText(ModelAsXml(Physics(), drive, DOGGO_SOURCE_DIR));
  EXPECT_LT(Apart(Motion(*model, robot), Motion(*robot.model, robot)), 1e-4);
}

TEST(ModelFile, XmlOfFootContactsCollidesAsMuch) {
  PhysicsConfig physics = Physics();
  physics.contacts = "feet";
  const Robot robot = LoadRobot(physics, Drive(), DOGGO_SOURCE_DIR);
  const ModelPtr model = LoadModelFromText(ModelAsXml(physics, Drive(), DOGGO_SOURCE_DIR));
  const auto colliding = [](const mjModel& m) {
    int count = 0;
    for (int geom = 0; geom < m.ngeom; ++geom) count += m.geom_conaffinity[geom] != 0;
    return count;
  };
  EXPECT_EQ(colliding(*model), kNumLegs);
  EXPECT_EQ(colliding(*model), colliding(*robot.model));
}

TEST(ModelFile, BinaryIsTheRobotToTheBit) {
  const Robot robot = LoadRobot(Physics(), Drive(), DOGGO_SOURCE_DIR);
  const std::string bytes = ModelAsBinary(robot);
  const ModelPtr model(mj_loadModelBuffer(bytes.data(), static_cast<int>(bytes.size())));
  ASSERT_TRUE(model);
  EXPECT_EQ(Apart(Motion(*model, robot), Motion(*robot.model, robot)), 0);
}

TEST(ModelFile, SaysWhichSceneCannotBeRead) {
  PhysicsConfig physics;
  physics.model = "nowhere.xml";
  EXPECT_THROW(ModelAsXml(physics, {}, DOGGO_SOURCE_DIR), std::runtime_error);
}

}  // namespace
}  // namespace doggo::sim
