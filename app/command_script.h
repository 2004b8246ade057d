// Velocity commands as a person writes them on the command line.
#pragma once

#include <string>
#include <vector>

#include "sim/locomotion/commands.h"

namespace doggo::app {

// "1,0,0 for 3s; 0,0,1": forward, left (m/s), turning (rad/s), each with how long; the last may
// leave it out and is then kept. Throws std::invalid_argument in one sentence.
std::vector<sim::Command> ParseCommands(const std::string& text);

// s, of all commands; the last counts as nothing where it has no time of its own.
double TotalTime(const std::vector<sim::Command>& commands);

// Lines of CommandConfig::script.
std::vector<std::string> ScriptLines(const std::vector<sim::Command>& commands);

}  // namespace doggo::app
