#include "app/command_script.h"

#include <fmt/format.h>

#include <cmath>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace doggo::app {
namespace {

constexpr double kKept = 1e6;                  // s
constexpr double kMaxSpeed = 5, kMaxYaw = 10;  // m/s, rad/s, as in CommandConfig's fields

}  // namespace

std::vector<sim::Command> ParseCommands(const std::string& text) {
  static const std::string number = R"(\s*([-+]?[0-9]*\.?[0-9]+)\s*)";
  static const std::regex pattern(number + "," + number + "," + number +
                                  R"((?:for\s+([0-9]*\.?[0-9]+)\s*s\s*)?)");
  std::vector<sim::Command> commands;
  std::istringstream pieces(text);
  for (std::string piece; std::getline(pieces, piece, ';');) {
    if (piece.find_first_not_of(" \t\n") == std::string::npos) continue;
    std::smatch match;
    if (!std::regex_match(piece, match, pattern)) {
      throw std::invalid_argument(fmt::format(
          "--command: '{}' is not 'forward,left,turning for TIMEs' (m/s, m/s, rad/s), such as "
          "'1,0,0 for 3s; 0,0,1 for 3s'",
          piece));
    }
    if (!commands.empty() && commands.back().hold == kKept)
      throw std::invalid_argument("--command: only the last command can do without 'for TIMEs'");
    sim::Command command;
    command.velocity = {std::stod(match[1]), std::stod(match[2]), std::stod(match[3])};
    command.hold = match[4].matched ? std::stod(match[4]) : kKept;
    if (command.velocity.head<2>().cwiseAbs().maxCoeff() > kMaxSpeed ||
        std::abs(command.velocity.z()) > kMaxYaw) {
      throw std::invalid_argument(fmt::format("--command: '{}' is faster than {} m/s or {} rad/s",
                                              piece, kMaxSpeed, kMaxYaw));
    }
    if (!(command.hold > 0))
      throw std::invalid_argument(
          fmt::format("--command: '{}' must be held longer than 0 s", piece));
    commands.push_back(command);
  }
  if (commands.empty()) throw std::invalid_argument("--command: no command in the text");
  return commands;
}

double TotalTime(const std::vector<sim::Command>& commands) {
  double seconds = 0;
  for (const sim::Command& command : commands)
    if (command.hold < kKept) seconds += command.hold;
  return seconds;
}

std::vector<std::string> ScriptLines(const std::vector<sim::Command>& commands) {
  std::vector<std::string> lines;
  for (const sim::Command& c : commands) {
    lines.push_back(
        fmt::format("{} {} {} {}", c.hold, c.velocity.x(), c.velocity.y(), c.velocity.z()));
  }
  return lines;
}

}  // namespace doggo::app
