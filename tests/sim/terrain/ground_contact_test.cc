// The ground in MuJoCo, against MuJoCo's own planes.
#include "sim/terrain/ground_contact.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/robot/robot.h"
#include "sim/robot/robot_state.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/terrain/made_ground.h"

namespace doggo::sim {
namespace {

using Eigen::Map;
using Eigen::Vector3d;
using Eigen::VectorXd;

// A ball over a floor; %s: what the floor's orientation is.
constexpr const char* kBall = R"(
  <mujoco><option timestep="0.002" cone="elliptic" impratio="10"/>
    <size nuser_geom="2"/>
    <worldbody>
      <geom name="floor" type="plane" size="0 0 1" friction="0.7" priority="1"/>
      <body name="ball"><freejoint/><geom name="ball" size="0.05" mass="1"/></body>
    </worldbody></mujoco>)";

Robot LoadAnymal(const std::string& contacts, const Ground* ground) {
  PhysicsConfig physics;
  physics.contacts = contacts;
  Robot robot = LoadRobot(physics, {}, DOGGO_SOURCE_DIR, ground ? PrepareForGround : nullptr);
  if (ground) LayGround(*ground, robot.ids.floor_geom, *robot.model);
  return robot;
}

// Its state in the default pose at a place, the feet so high above the ground (m).
void Place(const Robot& robot, const Ground& ground, const Eigen::Vector2d& at, double height,
           mjData& data) {
  mj_resetDataKeyframe(robot.model.get(), &data, FindId(*robot.model, mjOBJ_KEY, "default"));
  double highest = -10;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Vector3d foot = robot.feet_B.col(leg);
    highest = std::max(highest, ground.Height(at.x() + foot.x(), at.y() + foot.y()));
  }
  data.qpos[0] = at.x();
  data.qpos[1] = at.y();
  data.qpos[2] = highest + robot.base_height + height;
  for (int j = 0; j < kNumJoints; ++j) data.ctrl[robot.ids.actuator[j]] = robot.default_pose[j];
}

// Without relief, contacts are those of MuJoCo's plane, number for number.
TEST(LayGround, OfFlatGroundMovesABallAsAPlaneDoes) {
  const Ground ground = OneType("flat", 0);
  const ModelPtr plane = LoadModelFromText(kBall), laid = LoadModelFromText(kBall);
  LayGround(ground, FindId(*laid, mjOBJ_GEOM, "floor"), *laid);
  DataPtr a = MakeData(*plane), b = MakeData(*laid);
  for (mjData* data : {a.get(), b.get()}) {
    data->qpos[2] = 0.1;
    data->qvel[0] = 1.5;
    data->qvel[4] = -9;
  }
  for (int step = 0; step < 1000; ++step) {
    mj_step(plane.get(), a.get());
    mj_step(laid.get(), b.get());
    ASSERT_EQ(a->ncon, b->ncon);
    for (int c = 0; c < a->ncon; ++c) {
      ASSERT_EQ(a->contact[c].dist, b->contact[c].dist);
      for (int k = 0; k < 3; ++k) ASSERT_EQ(a->contact[c].pos[k], b->contact[c].pos[k]);
      for (int k = 0; k < 9; ++k) ASSERT_EQ(a->contact[c].frame[k], b->contact[c].frame[k]);
    }
    for (int k = 0; k < plane->nq; ++k) ASSERT_EQ(a->qpos[k], b->qpos[k]) << step;
  }
  EXPECT_GT(a->qpos[0], 1) << "it rolled";
}

TEST(LayGround, OfFlatGroundLetsTheRobotFallAsAPlaneDoes) {
  const Ground ground = OneType("flat", 0);
  const Robot plane = LoadAnymal("feet", nullptr), laid = LoadAnymal("feet", &ground);
  DataPtr a = MakeData(*plane.model), b = MakeData(*laid.model);
  Place(plane, ground, {0.3, -0.2}, 0.1, *a);
  Place(laid, ground, {0.3, -0.2}, 0.1, *b);
  a->qvel[0] = b->qvel[0] = 0.5;
  int touching = 0;
  for (int step = 0; step < 100; ++step) {
    mj_step(plane.model.get(), a.get());
    mj_step(laid.model.get(), b.get());
    ASSERT_EQ(a->ncon, b->ncon);
    touching += a->ncon == 4;
    for (int k = 0; k < plane.model->nq; ++k) ASSERT_EQ(a->qpos[k], b->qpos[k]) << step;
  }
  EXPECT_GT(touching, 50);
}

// On the pyramid's side, against MuJoCo's plane of the same slope: the ball's own, rotated with it.
TEST(LayGround, OfASlopeMovesABallAsAnInclinedPlaneDoes) {
  const double slope = 0.36, angle = std::atan(slope);
  const Ground ground = OneType("slope_down", 0.9);
  const ModelPtr plane = LoadModelFromText(kBall), laid = LoadModelFromText(kBall);
  const int floor = FindId(*laid, mjOBJ_GEOM, "floor");
  LayGround(ground, floor, *laid);
  // through (2, 0, 2 slope), falling towards +x
  const Vector3d on_plane(2, 0, 2 * slope);
  Map<Vector3d>(plane->geom_pos + 3 * floor) = on_plane;
  plane->geom_quat[4 * floor] = std::cos(angle / 2);
  plane->geom_quat[4 * floor + 2] = std::sin(angle / 2);
  plane->geom_sameframe[floor] = mjSAMEFRAME_NONE;
  DataPtr a = MakeData(*plane), b = MakeData(*laid);
  for (mjData* data : {a.get(), b.get()}) {
    data->qpos[0] = 2;
    data->qpos[1] = 0.03;
    data->qpos[2] = on_plane.z() + 0.06;
    data->qvel[1] = 0.2;
  }
  int touching = 0;
  for (int step = 0; step < 300; ++step) {
    mj_step(plane.get(), a.get());
    mj_step(laid.get(), b.get());
    touching += b->ncon;
    // patches are floats: 0.36 is so to 1e-8, heights to 1e-7
    for (int k = 0; k < 7; ++k) ASSERT_NEAR(a->qpos[k], b->qpos[k], 1e-5) << step;
  }
  EXPECT_GT(touching, 250);
  EXPECT_GT(a->qpos[0], 2.3) << "it rolled down";
}

// The floor's friction decides, as it may be drawn for every environment: a ball that slides loses
// mu g t of its speed.
TEST(LayGround, KeepsTheFloorsFriction) {
  const Ground ground = OneType("flat", 0);
  const ModelPtr model = LoadModelFromText(kBall);
  const int floor = FindId(*model, mjOBJ_GEOM, "floor");
  LayGround(ground, floor, *model);
  for (double friction : {0.05, 0.2}) {
    model->geom_friction[3 * floor] = friction;
    DataPtr data = MakeData(*model);
    data->qpos[2] = 0.05;
    data->qvel[0] = 3;
    for (int step = 0; step < 100; ++step) mj_step(model.get(), data.get());
    // the ball sinks in by a tenth of a millimetre first, and the solver's friction gives way
    EXPECT_NEAR(data->qvel[0], 3 - friction * 9.81 * data->time, 0.05 * friction * 9.81 * 0.2);
  }
}

// Many models in a process, some with a ground, some without: each has its own.
TEST(LayGround, LeavesOtherModelsAlone) {
  const char* cylinder = R"(
    <mujoco><worldbody><geom type="plane" size="0 0 1"/>
      <body pos="0 0 0.2"><freejoint/><geom type="cylinder" size="0.1 0.1"/></body>
    </worldbody></mujoco>)";
  const auto rest = [&] {
    const ModelPtr model = LoadModelFromText(cylinder);
    DataPtr data = MakeData(*model);
    for (int step = 0; step < 500; ++step) mj_step(model.get(), data.get());
    return data->qpos[2];
  };
  const double before = rest();
  EXPECT_NEAR(before, 0.1, 1e-3);

  const Ground low = OneType("pit", 0.3), high = OneType("slope_down", 0.9);
  const ModelPtr a = LoadModelFromText(kBall), b = LoadModelFromText(kBall);
  const int floor = FindId(*a, mjOBJ_GEOM, "floor");
  LayGround(low, floor, *a);
  LayGround(high, floor, *b);
  EXPECT_EQ(rest(), before);
  EXPECT_EQ(GroundOf(*a, floor), &low);
  const ModelPtr copy(mj_copyModel(nullptr, b.get()));
  EXPECT_EQ(GroundOf(*copy, floor), &high) << "a copy shares it";
  EXPECT_EQ(GroundOf(*LoadModelFromText(kBall), floor), nullptr);
  for (const auto& [model, height] : {std::pair(a.get(), -0.3), std::pair(copy.get(), 0.9)}) {
    DataPtr data = MakeData(*model);
    data->qpos[2] = height + 0.06;
    for (int step = 0; step < 500; ++step) mj_step(model, data.get());
    EXPECT_NEAR(data->qpos[2], height + 0.05, 1e-3);
  }
}

// High above height 0 too: MuJoCo must not discard what is far from the floor's plane.
TEST(LayGround, HoldsWhatStandsHighAndLow) {
  for (double height : {-30.0, 30.0}) {
    Ground ground = OneType("flat", 0);
    for (Patch& patch : ground.patches) patch.height = static_cast<float>(height);
    const ModelPtr model = LoadModelFromText(kBall);
    LayGround(ground, 0, *model);
    DataPtr data = MakeData(*model);
    data->qpos[2] = height + 0.06;
    for (int step = 0; step < 500; ++step) mj_step(model.get(), data.get());
    EXPECT_NEAR(data->qpos[2], height + 0.05, 1e-3);
  }
}

TEST(LayGround, SaysWhatItCannotLay) {
  const Ground ground = OneType("flat", 0);
  const auto message = [&](const std::string& text) {
    return MessageOf<std::runtime_error>([&] {
      const ModelPtr model = LoadModelFromText(text);
      LayGround(ground, 0, *model);
    });
  };
  const std::string head = "<mujoco><size nuser_geom='2'/><worldbody>",
                    body = "<body><freejoint/><geom name='block' type='box' size='1 1 1'/></body>",
                    tail = "</worldbody></mujoco>";
  EXPECT_EQ(message("<mujoco><worldbody><geom type='plane' size='0 0 1'/>" + tail),
            "the model was not prepared for a ground before it was compiled");
  EXPECT_EQ(message(head + "<geom type='plane' size='0 0 1' pos='0 0 1'/>" + tail),
            "the floor, geom 0, is no horizontal plane of the world at height 0");
  EXPECT_EQ(message(head + "<geom name='lawn' type='box' size='1 1 1'/>" + tail),
            "the floor, geom 'lawn', is no horizontal plane of the world at height 0");
  EXPECT_EQ(message(head + "<geom type='plane' size='0 0 1'/>" + body + tail),
            "geom 'block' meets the ground and is no sphere; prepare the model for a ground before "
            "it is compiled");
}

// Feet and shanks, or the whole body: it all meets steps.
TEST(PrepareForGround, LetsEveryPartOfTheRobotMeetTheGround) {
  const Ground ground = OneType("stairs_up", 0.5);
  for (const char* contacts : {"feet", "legs", "all"}) {
    const Robot robot = LoadAnymal(contacts, &ground);
    int parts[6] = {};
    for (int geom = 0; geom < robot.model->ngeom; ++geom) {
      if (robot.model->geom_conaffinity[geom] == 0 || robot.model->geom_bodyid[geom] == 0) continue;
      EXPECT_EQ(robot.model->geom_type[geom], mjGEOM_CYLINDER);
      ++parts[static_cast<int>(robot.parts[geom].part)];
    }
    const std::string which = contacts;
    EXPECT_EQ(parts[static_cast<int>(Part::kFoot)], 4);
    EXPECT_EQ(parts[static_cast<int>(Part::kShank)] > 0, which != "feet");
    if (which == "legs") {
      EXPECT_EQ(parts[static_cast<int>(Part::kShank)], 12);
    }
    EXPECT_EQ(parts[static_cast<int>(Part::kBase)] > 0, which == "all");
    EXPECT_EQ(parts[static_cast<int>(Part::kThigh)] > 0, which == "all");
    EXPECT_EQ(parts[static_cast<int>(Part::kHip)] > 0, which == "all");
    EXPECT_NEAR(robot.foot_radius, 0.03, 1e-12);
    EXPECT_NEAR(robot.mass, LoadAnymal("feet", nullptr).mass, 1e-9) << "spheres weigh nothing";
  }
}

// A robot that lies down on flat ground with all its shapes covered by spheres rests as it does
// with the shapes themselves, to the rounding of a rim.
TEST(PrepareForGround, LetsALyingRobotRestAsItsShapesDo) {
  const Ground ground = OneType("flat", 0);
  const Robot shapes = LoadAnymal("all", nullptr), spheres = LoadAnymal("all", &ground);
  double height[2];
  int k = 0;
  for (const Robot* robot : {&shapes, &spheres}) {
    DataPtr data = MakeData(*robot->model);
    Place(*robot, ground, {0, 0}, 0, *data);
    // limp: no targets, and it sinks to the ground
    mjModel* model = robot->model.get();
    for (int a = 0; a < model->nu; ++a) {
      model->actuator_gainprm[mjNGAIN * a] = 0;
      model->actuator_biasprm[mjNBIAS * a + 1] = 0;
    }
    bool base = false;
    for (int step = 0; step < 400; ++step) {
      mj_step(model, data.get());
      ContactSums sums;
      AddContacts(*robot, *model, *data, sums);
      base = sums.base;
    }
    EXPECT_TRUE(base);
    height[k++] = data->qpos[2];
  }
  EXPECT_NEAR(height[0], height[1], 0.01);
  EXPECT_LT(height[0], 0.25);
}

}  // namespace
}  // namespace doggo::sim
