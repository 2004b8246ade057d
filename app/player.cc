#include "app/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <string_view>

#include "app/player_panels.h"

namespace doggo::app {
namespace {

constexpr double kRampTime = 0.4;    // s from rest to the end of a command's range
constexpr double kStickRest = 0.12;  // of a stick's way: what a stick that is let go may show
constexpr double kMinSpeed = 0.125, kMaxSpeed = 8;
constexpr double kNoteTime = 2;         // s
constexpr double kMostOfAFrame = 0.05;  // s of wall clock that stepping may take
constexpr double kLongestFrame = 0.25;  // s; what is beyond, a window that was dragged, is lost
constexpr double kOrbitAngle = 180;     // degrees for the window's height

// --- what single keys do

void ChangeSpeed(Player& player, double factor) {
  player.speed = std::clamp(player.speed * factor, kMinSpeed, kMaxSpeed);
  ShowNote(fmt::format("{:g} x real time", player.speed), player);
}

void Stop(Player& player, DrivenRobots&) { player.command.setZero(); }
void Kick(Player&, DrivenRobots& robots) { robots.Kick(); }
void Reset(Player& player, DrivenRobots& robots) {
  robots.Reset();
  player.command.setZero();
  player.owed = 0;
}
void Pause(Player& player, DrivenRobots&) { player.paused = !player.paused; }
void StepOnce(Player& player, DrivenRobots&) { player.single_step = player.paused; }
void Faster(Player& player, DrivenRobots&) { ChangeSpeed(player, 2); }
void Slower(Player& player, DrivenRobots&) { ChangeSpeed(player, 0.5); }
void SwitchCamera(Player& player, DrivenRobots&) {
  player.follow = !player.follow;
  ShowNote(player.follow ? "the camera follows" : "the camera stays", player);
}
void NextRobot(Player& player, DrivenRobots& robots) {
  player.robot = (player.robot + 1) % robots.size();
}
void SwitchHelp(Player& player, DrivenRobots&) { player.help = !player.help; }
void Close(Player& player, DrivenRobots&) { player.close = true; }

// A key that drives: where it pushes the command, along which of its axes, while it is held.
struct DriveKey {
  std::array<int, 2> keys;
  int axis, direction;
  std::string_view shown, meaning;
};
constexpr DriveKey kDriveKeys[] = {
    {{'W', sim::kKeyUp}, 0, +1, "W, up", "walk forwards, while held"},
    {{'S', sim::kKeyDown}, 0, -1, "S, down", "backwards"},
    {{'A', sim::kKeyLeft}, 1, +1, "A, left", "to the left"},
    {{'D', sim::kKeyRight}, 1, -1, "D, right", "to the right"},
    {{'Q', 0}, 2, +1, "Q", "turn left"},
    {{'E', 0}, 2, -1, "E", "turn right"},
};

// A stick of a gamepad: which of its axes drives which of the command's. Sticks count right and
// down, robots forwards and left.
struct DriveStick {
  int stick, axis, direction;
};
constexpr DriveStick kDriveSticks[] = {{1, 0, -1}, {0, 1, -1}, {2, 2, -1}};

constexpr int kNone = -1;

// A key or a button of a gamepad that does something when it is pressed.
struct PressKey {
  std::array<int, 2> keys;
  int button;
  void (*press)(Player&, DrivenRobots&);
  std::string_view shown, meaning;
};
constexpr PressKey kPressKeys[] = {
    {{'X', 0}, sim::kButtonX, Stop, "X", "stop at once (gamepad: X)"},
    {{sim::kKeySpace, 0}, sim::kButtonA, Kick, "space", "kick it (A)"},
    {{'R', 0}, sim::kButtonBack, Reset, "R", "begin anew (back)"},
    {{'P', 0}, sim::kButtonStart, Pause, "P", "pause (start)"},
    {{sim::kKeyPeriod, 0}, kNone, StepOnce, ".", "one step of the pause"},
    {{sim::kKeyEqual, sim::kKeyNumpadPlus}, kNone, Faster, "+", "time runs twice as fast"},
    {{sim::kKeyMinus, sim::kKeyNumpadMinus}, kNone, Slower, "-", "half as fast"},
    {{'C', 0}, sim::kButtonY, SwitchCamera, "C", "the camera follows, or stays (Y)"},
    {{sim::kKeyTab, 0}, sim::kButtonB, NextRobot, "tab", "next robot (B)"},
    {{sim::kKeyF1, 0}, kNone, SwitchHelp, "F1", "this page"},
    {{sim::kKeyEscape, 0}, kNone, Close, "escape", "close"},
};

bool Has(const std::array<int, 2>& keys, int key) { return keys[0] == key || keys[1] == key; }

// Where keys and sticks want the command: shares of its ranges, in [-1, 1].
Eigen::Vector3d WantedShares(const sim::Input& input) {
  Eigen::Vector3d shares = Eigen::Vector3d::Zero();
  for (const DriveStick& stick : kDriveSticks) {
    const double x = input.gamepad.axes[stick.stick];
    const double beyond = std::max(0.0, std::abs(x) - kStickRest) / (1 - kStickRest);
    shares[stick.axis] += stick.direction * std::copysign(beyond, x);
  }
  for (const DriveKey& drive : kDriveKeys) {
    if (input.held[drive.keys[0]] || (drive.keys[1] && input.held[drive.keys[1]]))
      shares[drive.axis] += drive.direction;
  }
  return shares.cwiseMax(-1).cwiseMin(1);
}

// Goes towards what is wanted, each axis from rest to its end in kRampTime.
void RampCommand(const Eigen::Vector3d& shares, double dt, Player& player) {
  const Range ranges[] = {player.ranges.vx, player.ranges.vy, player.ranges.yaw_rate};
  for (int axis = 0; axis < 3; ++axis) {
    const double low = std::min(0.0, ranges[axis].low), high = std::max(0.0, ranges[axis].high);
    const double wanted = shares[axis] < 0 ? -shares[axis] * low : shares[axis] * high;
    const double most = std::max(high, -low) * dt / kRampTime;
    player.command[axis] += std::clamp(wanted - player.command[axis], -most, most);
  }
}

void MoveCamera(const sim::Input& input, Player& player) {
  sim::View& view = player.view;
  view.azimuth -= kOrbitAngle * input.orbit_x;
  view.elevation = std::clamp(view.elevation - kOrbitAngle * input.orbit_y, -89.0, 10.0);
  view.distance = std::clamp(view.distance * std::exp(-0.1 * input.scroll), 0.8, 40.0);
  if (input.shift_x == 0 && input.shift_y == 0) return;
  // the ground is dragged along, and the camera stays behind
  player.follow = false;
  const double azimuth = view.azimuth * std::numbers::pi / 180;
  const Eigen::Vector2d ahead(std::cos(azimuth), std::sin(azimuth)), right(ahead.y(), -ahead.x());
  view.point.head<2>() += view.distance * (input.shift_y * ahead - input.shift_x * right);
}

}  // namespace

Player MakePlayer(const sim::CommandConfig& ranges, const mjModel& model,
                  const DrivenRobots& robots) {
  const sim::RobotState& now = robots.episode(0).t.now;
  Player player;
  player.ranges = ranges;
  player.view.azimuth = model.vis.global.azimuth + now.heading * 180 / std::numbers::pi;
  player.view.elevation = model.vis.global.elevation;
  player.view.point = {now.p_W.x(), now.p_W.y(), model.stat.center[2]};
  return player;
}

void ShowNote(const std::string& text, Player& player) {
  player.note = text;
  player.note_left = kNoteTime;
}

void Heed(const sim::Input& input, double dt, Player& player, DrivenRobots& robots) {
  for (const PressKey& row : kPressKeys) {
    for (const int key : input.pressed)
      if (Has(row.keys, key)) row.press(player, robots);
    for (const int button : input.gamepad_pressed)
      if (row.button == button) row.press(player, robots);
  }
  for (const int key : input.pressed) {
    const int panel = key - '1';
    if (panel >= 0 && panel < static_cast<int>(Panels().size())) player.panels.flip(panel);
  }
  if (input.close) player.close = true;
  if (!input.held['X']) RampCommand(WantedShares(input), dt, player);
  MoveCamera(input, player);
  player.note_left -= dt;
}

void Advance(double dt, Player& player, DrivenRobots& robots) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  const double step_dt = robots.step_dt();
  if (player.paused) {
    if (player.single_step) robots.Step(player.command);
    player.single_step = false;
    player.owed = step_dt;  // the state after the step is shown
    return;
  }
  player.owed += player.speed * std::min(dt, kLongestFrame);
  while (player.owed >= step_dt) {
    robots.Step(player.command);
    player.owed -= step_dt;
    if (std::chrono::duration<double>(Clock::now() - begin).count() > kMostOfAFrame)
      player.owed = std::fmod(player.owed, step_dt);
  }
}

Help HelpPage() {
  Help help;
  const auto add = [&](std::string_view keys, std::string_view meaning) {
    help.keys += fmt::format("{}{}", help.keys.empty() ? "" : "\n", keys);
    help.meanings += fmt::format("{}{}", help.meanings.empty() ? "" : "\n", meaning);
  };
  for (const DriveKey& row : kDriveKeys) add(row.shown, row.meaning);
  add("gamepad", "left stick: walk; right stick: turn");
  for (const PressKey& row : kPressKeys) add(row.shown, row.meaning);
  for (size_t k = 0; k < Panels().size(); ++k) add(fmt::format("{}", k + 1), Panels()[k].meaning);
  add("left drag", "look from elsewhere");
  add("right drag", "move the camera");
  add("scroll", "nearer, farther");
  return help;
}

}  // namespace doggo::app
