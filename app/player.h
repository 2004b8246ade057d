// Driving robots by hand: what keys, sticks and mouse change, and how much time passes.
#pragma once

#include <bitset>
#include <string>

#include "app/driven_robots.h"
#include "sim/viewer/scene.h"
#include "sim/viewer/window.h"

namespace doggo::app {

// Everything that a person changes.
struct Player {
  sim::CommandConfig ranges;  // of the commands
  Eigen::Vector3d command = Eigen::Vector3d::Zero();
  double speed = 1;  // s of simulated time in a second
  bool paused = false, help = false, close = false;
  bool follow = true;  // does the camera go along
  int robot = 0;       // the one that the camera and the panels look at
  std::bitset<9> panels;
  sim::View view;

  double owed = 0;           // s of simulated time that is to pass, less than a control step
  bool single_step = false;  // take one although it is paused
  std::string note;          // a passing text
  double note_left = 0;      // s
};

// A person's view of a robot that stands before them.
Player MakePlayer(const sim::CommandConfig& ranges, const mjModel& model,
                  const DrivenRobots& robots);

// What was done since the last frame, which was dt seconds ago.
void Heed(const sim::Input& input, double dt, Player& player, DrivenRobots& robots);

// Steps the robots as far as the clock. Where they cannot keep up, time is lost.
void Advance(double dt, Player& player, DrivenRobots& robots);

void ShowNote(const std::string& text, Player& player);

// All that can be pressed, and what it does: a line each.
struct Help {
  std::string keys, meanings;
};
Help HelpPage();

}  // namespace doggo::app
