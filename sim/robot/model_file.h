// The robot as the program simulates it, for another MuJoCo: options, gains, contacts and inertias
// as configured. Its actuators take joint targets (rad; torques where the drive is no plain
// position controller), and key frame `default` is the default pose.
#pragma once

#include <string>

#include "sim/robot/robot.h"

namespace doggo::sim {

// MJCF in one text, numbers to six digits, visual shapes included. Throws as LoadRobot.
std::string ModelAsXml(const PhysicsConfig& physics, const DriveConfig& drive,
                       const std::string& root);

// MuJoCo's own binary form (.mjb): the model to the bit, for this version of MuJoCo alone.
std::string ModelAsBinary(const Robot& robot);

}  // namespace doggo::sim
