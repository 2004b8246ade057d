// Rough ground as the engine's own boxes (terrain.collision): a second way to the same walk.
#include <gtest/gtest.h>

#include <stdexcept>

#include "sim/terrain/ground_contact.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

LocomotionConfig OnTiles(const std::string& type, const std::string& collision) {
  LocomotionConfig config = Calm({0.4, 0, 0});
  config.randomization.heading = 0;
  config.physics.contacts = "all";
  config.physics.timestep = 0.005;
  config.physics.substeps = 4;
  config.terrain = {.types = {type + " share=1"},
                    .levels = 1,
                    .hardest = 0.1,
                    .border = 2,
                    .collision = collision};
  config.terrain_curriculum = {
      .rule = "none", .start_level = 0, .start_spread = 0, .anywhere_share = 0};
  config.terminations.base_height = config.terminations.knee_height = false;
  return config;
}

TEST(BoxCollision, CarriesTheTrotAsTheCellsDo) {
  for (const char* type : {"stairs_up", "stairs_down", "discrete", "gap"}) {
    OneRobot cells(OnTiles(type, "cells")), boxes(OnTiles(type, "boxes"));
    const Ground& ground = cells.task().ground();
    EXPECT_EQ(GroundOf(cells.model(), cells.robot().ids.floor_geom), &ground) << type;
    EXPECT_EQ(GroundOf(boxes.model(), boxes.robot().ids.floor_geom), nullptr) << type;
    for (int step = 0; step < 75; ++step) {
      cells.Step();
      boxes.Step();
    }
    EXPECT_FALSE(cells.t().fell) << type;
    EXPECT_LT((cells.t().now.p_W - boxes.t().now.p_W).norm(), 0.05) << type;
    const Eigen::Vector3d& p_W = boxes.t().now.p_W;
    EXPECT_GT(p_W.z() - ground.Height(p_W.x(), p_W.y()), 0.3) << type;
  }
}

TEST(BoxCollision, RefusesFrictionThatChangesAndGroundThatSlopes) {
  LocomotionConfig config = OnTiles("stairs_up", "boxes");
  config.randomization.friction = {0.4, 1.25};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { MakeTask(config); }),
            "terrain.collision=boxes: their friction does not change; give randomization.friction "
            "a single value");
  EXPECT_NE(MessageOf<std::invalid_argument>([&] {
              MakeTask(OnTiles("slope_up", "boxes"));
            }).find("only level ground can be made of boxes"),
            std::string::npos);
}

}  // namespace
}  // namespace doggo::sim
