#include "app/driven_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>

#include "sim/interface/random.h"

namespace doggo::app {
namespace {

constexpr double kRampTime = 0.4;       // s from rest to the end of a command's range
constexpr double kStickRest = 0.12;     // of a stick's way: what a stick that is let go may show
constexpr double kLongestFrame = 0.25;  // s; what is beyond, a window that was dragged, is lost
constexpr double kWanderTime = 4;       // s that a drawn command is kept
constexpr double kStandingShare = 0.1;  // of the drawn commands
// A pull is a spring between the base and the mouse: as stiff as makes the robot alone swing at
// this frequency, damped by half of what would stop it swinging, and no stronger than lifts it
// twice.
constexpr double kPullFrequency = 5;  // rad/s
constexpr double kPullDamping = 0.5;
constexpr double kStrongestPull = 2;  // weights of the robot
constexpr double kPullWidth = 0.012;  // m, of its arrow
const sim::Color kPullColor = {0.2f, 0.8f, 0.4f, 1};

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

constexpr int kPreviousType = '[', kNextType = ']';

constexpr std::string_view kAxisNames[] = {"forwards, m/s", "to the left, m/s", "turning, rad/s"};

}  // namespace

// What is done once, by a key or a button.
struct DrivingDeed {
  Deed deed;
  void (*act)(DrivenShow&, Onlooker&);

  static void Stop(DrivenShow& show, Onlooker&) {
    show.asked_.setZero();
    show.command_.setZero();
    show.wanders_ = false;
  }
  static void Kick(DrivenShow& show, Onlooker&) { show.robots_.Kick(); }
  static void Reset(DrivenShow& show, Onlooker&) {
    show.robots_.Reset();
    show.BeginAnew();
  }
  static void Wander(DrivenShow& show, Onlooker&) { show.wanders_ = !show.wanders_; }
  static void NextRobot(DrivenShow& show, Onlooker& onlooker) {
    onlooker.robot = (onlooker.robot + 1) % show.num_robots();
  }
};

namespace {

constexpr DrivingDeed kDeeds[] = {
    {{{'X', 0}, sim::kButtonX, "X", "stop at once (gamepad: X)", "stop  X"}, DrivingDeed::Stop},
    {{{sim::kKeySpace, 0}, sim::kButtonA, "space", "kick it (A)", "kick  space"},
     DrivingDeed::Kick},
    {{{'R', 0}, sim::kButtonBack, "R", "begin anew (back)", "begin anew  R"}, DrivingDeed::Reset},
    {{{'G', 0}, kNoButton, "G", "let it go where it likes", ""}, DrivingDeed::Wander},
    {{{sim::kKeyTab, 0}, sim::kButtonB, "tab", "look at the next robot (B)", ""},
     DrivingDeed::NextRobot},
};

}  // namespace

DrivenShow::DrivenShow(DrivenRobots& robots, std::string name, const agent::Policy& policy,
                       const sim::CommandConfig& ranges, PolicySource newer, bool wanders)
    : robots_(robots),
      name_(std::move(name)),
      policy_(policy),
      ranges_(ranges),
      newer_(std::move(newer)),
      wanders_(wanders),
      wandered_(kWanderTime) {}

double DrivenShow::share() const { return std::min(1.0, owed_ / step_dt()); }

// The robots stand where they begin.
void DrivenShow::BeginAnew() {
  asked_.setZero();
  command_.setZero();
  owed_ = 0;
  pulled_ = -1;
}

// On rough ground: digits are levels, brackets go through its types.
void DrivenShow::HeedTileKeys(const sim::Input& input, Onlooker& onlooker) {
  const sim::Ground& ground = robots_.task().ground();
  if (ground.is_plane()) return;
  const std::vector<std::string> types = ground.types;
  const int levels = ground.levels, num_types = ground.num_types();
  for (const int key : input.pressed) {
    ShownTile tile = robots_.tile();
    const auto own = std::find(types.begin(), types.end(), tile.type) - types.begin();
    if ('0' <= key && key <= '9')
      tile.level = key - '0';
    else if (key == kPreviousType || key == kNextType)
      tile.type = types[(own + (key == kNextType ? 1 : num_types - 1)) % num_types];
    else
      continue;
    if (tile.level >= levels) {
      ShowNote(fmt::format("levels are from 0 to {}", levels - 1), onlooker);
      continue;
    }
    robots_.MoveTo(tile);
    BeginAnew();
    ShowNote(TileText(tile, levels), onlooker);
  }
}

// The command at this share of its range, -1 to 1: 0 is always rest.
double DrivenShow::Limit(int axis, double share) const {
  const Range range = std::array{ranges_.vx, ranges_.vy, ranges_.yaw_rate}[axis];
  return share < 0 ? -share * std::min(0.0, range.low) : share * std::max(0.0, range.high);
}

void DrivenShow::Heed(const sim::Input& input, const std::vector<std::string>& buttons,
                      const sim::Scene& scene, double dt, Onlooker& onlooker) {
  for (const DrivingDeed& row : kDeeds) {
    if (IsDone(row.deed, input, buttons)) row.act(*this, onlooker);
  }
  HeedTileKeys(input, onlooker);
  if (newer_(policy_)) {
    robots_.SetPolicy(policy_);
    ShowNote(
        fmt::format("policy of {:.2f} M steps", 1e-6 * static_cast<double>(policy_.steps_trained)),
        onlooker);
  }
  const Eigen::Vector3d shares = WantedShares(input);
  if (!shares.isZero()) wanders_ = false;
  if (!onlooker.paused) Wander(onlooker.speed * dt);
  if (!input.held['X']) RampCommand(shares, dt);
  Pull(input, scene, onlooker.robot);
}

// Another command every few seconds, from the ranges.
void DrivenShow::Wander(double dt) {
  wandered_ += dt;
  if (!wanders_ || wandered_ < kWanderTime) return;
  wandered_ = 0;
  Random random(0, Stream::kCommand, 0, static_cast<uint64_t>(++wanderings_));
  const bool stands = random.Uniform(0, 1) < kStandingShare;
  for (int axis = 0; axis < 3; ++axis)
    asked_[axis] = stands ? 0 : Limit(axis, random.Uniform(-1, 1));
}

// Goes towards what is wanted, each axis from rest to its end in kRampTime.
void DrivenShow::RampCommand(const Eigen::Vector3d& shares, double dt) {
  for (int axis = 0; axis < 3; ++axis) {
    const double wanted = shares[axis] == 0 ? asked_[axis] : Limit(axis, shares[axis]);
    const double most = std::max(Limit(axis, 1), -Limit(axis, -1)) * dt / kRampTime;
    command_[axis] += std::clamp(wanted - command_[axis], -most, most);
  }
}

void DrivenShow::Pull(const sim::Input& input, const sim::Scene& scene, int robot) {
  if (!input.pulling) {
    pulled_ = -1;
    return;
  }
  if (pulled_ < 0) {
    pulled_ = robot;
    pull_W_.setZero();
    taken_W_ = robots_.episode(robot).t.now.p_W;
  }
  pull_W_ += scene.Dragged(input.pull_x, input.pull_y);
}

void DrivenShow::Step() {
  if (pulled_ >= 0) {
    const sim::RobotState& now = robots_.episode(pulled_).t.now;
    const double mass = robots_.task().robot().mass;
    const double gravity = std::abs(robots_.task().model().opt.gravity[2]);
    Eigen::Vector3d force =
        mass * (kPullFrequency * kPullFrequency * (taken_W_ + pull_W_ - now.p_W) -
                2 * kPullDamping * kPullFrequency * (now.R_WB * now.v_B));
    const double strongest = kStrongestPull * mass * gravity;
    if (force.norm() > strongest) force *= strongest / force.norm();
    robots_.Pull(pulled_, force);
  }
  robots_.Step(command_);
}

void DrivenShow::Advance(double dt, Onlooker& onlooker) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  if (onlooker.paused) {
    if (onlooker.single_step) Step();
    onlooker.single_step = false;
    owed_ = step_dt();  // the state after the step is shown
    return;
  }
  owed_ += onlooker.speed * std::min(dt, kLongestFrame);
  while (owed_ >= step_dt()) {
    Step();
    owed_ -= step_dt();
    // where the robots cannot keep up, time is lost
    if (std::chrono::duration<double>(Clock::now() - begin).count() > longest_stepping_)
      owed_ = std::fmod(owed_, step_dt());
  }
}

std::vector<sim::Control> DrivenShow::Controls(Onlooker&) {
  std::vector<sim::Control> rows = {{sim::Control::kSection, "Command"}};
  for (int axis = 0; axis < 3; ++axis) {
    rows.push_back({sim::Control::kSlider, std::string(kAxisNames[axis]), &asked_[axis],
                    Limit(axis, -1), Limit(axis, 1)});
  }
  rows.push_back({.kind = sim::Control::kSwitch, .name = "wander  G", .on = &wanders_});
  for (const DrivingDeed& row : kDeeds)
    if (!row.deed.control.empty())
      rows.push_back({sim::Control::kButton, std::string(row.deed.control)});
  return rows;
}

std::vector<HelpLine> DrivenShow::Help() const {
  std::vector<HelpLine> lines;
  for (const DriveKey& row : kDriveKeys) lines.push_back({row.shown, row.meaning});
  lines.push_back({"gamepad", "left stick: walk; right stick: turn"});
  for (const DrivingDeed& row : kDeeds) lines.push_back({row.deed.shown, row.deed.meaning});
  lines.push_back({"ctrl drag", "pull it"});
  if (!robots_.task().ground().is_plane()) {
    lines.push_back({"0 to 9", "begin on that level of the ground"});
    lines.push_back({"[ ]", "on the previous, the next kind of ground"});
  }
  return lines;
}

void DrivenShow::Draw(sim::Scene& scene, const Eigen::Vector3d& offset, int robot) const {
  if (robot != pulled_) return;
  scene.AddArrow(robots_.episode(robot).t.now.p_W + offset, taken_W_ + pull_W_ + offset, kPullWidth,
                 kPullColor);
}

std::string DrivenShow::Title() const {
  return fmt::format("{}, {:.2f} M steps", name_,
                     1e-6 * static_cast<double>(policy_.steps_trained));
}

}  // namespace doggo::app
