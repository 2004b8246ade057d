// The same ground as cells and as MuJoCo's boxes: what falls, rolls and stands on it moves alike.
#include "sim/terrain/box_ground.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/interface/random.h"
#include "sim/robot/robot.h"
#include "sim/terrain/ground_contact.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/terrain/made_ground.h"

namespace doggo::sim {
namespace {

constexpr const char* kLevelTypes[] = {"stairs_up", "stairs_down", "discrete", "stepping_stones",
                                       "gap",       "pit",         "lee_steps"};

constexpr const char* kBall = R"(
  <mujoco><option timestep="0.001" cone="elliptic" impratio="10" integrator="implicitfast"/>
    <worldbody>
      <geom name="floor" type="plane" size="0 0 1" friction="0.7" priority="1"/>
      <body name="ball"><freejoint/><geom name="ball" size="0.05" mass="1"/></body>
    </worldbody></mujoco>)";

template <typename Edit>
ModelPtr LoadBall(const Edit& edit) {
  char error[500] = "";
  SpecPtr spec(mj_parseXMLString(kBall, nullptr, error, sizeof(error)));
  edit(*spec);
  ModelPtr model(mj_compile(spec.get(), nullptr));
  EXPECT_TRUE(model) << mjs_getError(spec.get());
  return model;
}

TEST(MergeCells, CoversEveryCellOnceInItsPlane) {
  for (const char* type : {"discrete", "stairs_up", "slope_down", "rough_slope"}) {
    const Ground ground = OneType(type);
    const CellArea area = TileArea(ground, 0, 0, 5);
    EXPECT_EQ(area.columns, kTileCells + 10);
    std::vector<int> times(static_cast<size_t>(ground.columns()) * ground.rows());
    for (const Block& block : MergeCells(ground, area)) {
      for (int j = 0; j < block.area.rows; ++j) {
        for (int i = 0; i < block.area.columns; ++i) {
          const int column = block.area.column + i, row = block.area.row + j;
          ++times[row * ground.columns() + column];
          const double middle = 0.5 * (block.CornerHeight(i, j) + block.CornerHeight(i + 1, j + 1));
          EXPECT_NEAR(middle, ground.At(column, row).height, 1e-4);
        }
      }
    }
    for (int row = 0; row < ground.rows(); ++row) {
      for (int column = 0; column < ground.columns(); ++column) {
        const bool inside = column >= area.column && column < area.column + area.columns &&
                            row >= area.row && row < area.row + area.rows;
        EXPECT_EQ(times[row * ground.columns() + column], inside);
      }
    }
  }
}

// A square ring is four rectangles; nine rings, the platform and the rim's tread.
TEST(MergeCells, MakesFewBlocksOfStairs) {
  const Ground ground = OneType("stairs_up");
  EXPECT_LE(MergeCells(ground, WholeArea(ground)).size(), 4u * 10 + 1);
}

// Balls thrown over the ground, with spin. What differs is at the seams of boxes only: two boxes
// that share a face give two contacts of one sphere where the cells, which know their neighbours,
// give one; and in chaos that grows from rounding (heights are floats, 1e-8 m), which is why a ball
// is followed for a quarter of a second: a fall, an impact and some centimetres of rolling.
TEST(BoxGround, LetsBallsFallAndRollAsTheCellsDo) {
  for (const char* type : kLevelTypes) {
    const Ground ground = OneType(type);
    const ModelPtr cells = LoadBall(PrepareForGround);
    LayGround(ground, FindId(*cells, mjOBJ_GEOM, "floor"), *cells);
    const ModelPtr boxes =
        LoadBall([&](mjSpec& spec) { AddBoxGround(ground, TileArea(ground, 0, 0, 10), spec); });
    DataPtr a = MakeData(*cells), b = MakeData(*boxes);
    Random random(5, Stream::kTest);
    int alike = 0, contacts = 0;
    constexpr int kThrows = 60;
    for (int k = 0; k < kThrows; ++k) {
      const double x = random.Uniform(-3.5, 3.5), y = random.Uniform(-3.5, 3.5);
      const double vx = random.Uniform(-1, 1), vy = random.Uniform(-1, 1);
      for (const auto& [model, data] : {std::pair(cells.get(), a.get()), {boxes.get(), b.get()}}) {
        mj_resetData(model, data);
        data->qpos[0] = x;
        data->qpos[1] = y;
        data->qpos[2] = 0.08 + std::max({ground.Height(x, y), ground.Height(x - 0.06, y),
                                         ground.Height(x + 0.06, y), ground.Height(x, y - 0.06),
                                         ground.Height(x, y + 0.06)});
        data->qvel[0] = vx;
        data->qvel[1] = vy;
        for (int step = 0; step < 250; ++step) {
          mj_step(model, data);
          if (data == a.get()) contacts += data->ncon;
        }
      }
      double apart = 0;
      for (int i = 0; i < 3; ++i) apart = std::max(apart, std::abs(a->qpos[i] - b->qpos[i]));
      alike += apart < 2e-3;
    }
    EXPECT_GT(contacts, kThrows * 10) << type;
    EXPECT_GE(alike, kThrows * 9 / 10) << type;
  }
}

// Put down in the middle of a tile, or half on a step: it comes to stand at the same place.
TEST(BoxGround, LetsTheRobotStandAsTheCellsDo) {
  for (const char* type : kLevelTypes) {
    const Ground ground = OneType(type, 0.3);
    PhysicsConfig physics;
    physics.timestep = 0.005;
    physics.contacts = "legs";
    const Robot cells = LoadRobot(physics, {}, DOGGO_SOURCE_DIR, PrepareForGround);
    LayGround(ground, cells.ids.floor_geom, *cells.model);
    const Robot boxes = LoadRobot(physics, {}, DOGGO_SOURCE_DIR, [&](mjSpec& spec) {
      AddBoxGround(ground, TileArea(ground, 0, 0, 10), spec);
    });
    for (double x : {0.0, 1.37, 2.18}) {
      Eigen::VectorXd end[2];
      int k = 0;
      for (const Robot* robot : {&cells, &boxes}) {
        const mjModel* model = robot->model.get();
        DataPtr data = MakeData(*model);
        mj_resetDataKeyframe(model, data.get(), FindId(*model, mjOBJ_KEY, "default"));
        double highest = -10;
        for (int leg = 0; leg < kNumLegs; ++leg) {
          const Eigen::Vector3d foot = robot->feet_B.col(leg);
          highest = std::max(highest, ground.Height(x + foot.x(), 0.02 + foot.y()));
        }
        data->qpos[0] = x;
        data->qpos[1] = 0.02;
        data->qpos[2] = highest + robot->base_height + 0.02;
        for (int j = 0; j < kNumJoints; ++j)
          data->ctrl[robot->ids.actuator[j]] = robot->default_pose[j];
        for (int step = 0; step < 60; ++step) mj_step(model, data.get());
        end[k++] = Eigen::Map<Eigen::VectorXd>(data->qpos, model->nq);
      }
      // seams, as above: a foot on a seam is held by two contacts and slips less
      EXPECT_LT((end[0] - end[1]).cwiseAbs().maxCoeff(), 5e-3) << type << " x = " << x;
    }
  }
}

TEST(BoxGround, SaysThatItCannotSlope) {
  const Ground ground = OneType("slope_up");
  const std::string message = MessageOf<std::invalid_argument>(
      [&] { LoadBall([&](mjSpec& spec) { AddBoxGround(ground, WholeArea(ground), spec); }); });
  EXPECT_NE(message.find("only level ground can be made of boxes"), std::string::npos) << message;
}

}  // namespace
}  // namespace doggo::sim
