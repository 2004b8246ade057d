#include "app/show_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numbers>

#include "app/camera.h"
#include "app/interrupt.h"
#include "app/robot_drawing.h"
#include "app/robot_panels.h"
#include "app/shown_terrain.h"

namespace doggo::app {
namespace {

constexpr int kWidth = 1200, kHeight = 720;  // of the window, in the screen's units
constexpr int kNarrow = 3;                   // controls may take one part in so many of the width
constexpr double kRobotSpacing = 1.2;        // m, between robots side by side
constexpr double kStepBack = 0.7;            // m that the camera stands farther for each more
constexpr double kCameraTime = 0.25;         // s, of the smoothing of what the camera follows
constexpr double kOrbitAngle = 180;          // degrees for the window's height
constexpr double kMinSpeed = 0.125, kMaxSpeed = 8;
constexpr double kNoteTime = 2;  // s

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// s that this thread has worked.
double ThreadTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// --- what every show can do

void ChangeSpeed(double factor, Onlooker& onlooker) {
  onlooker.speed = std::clamp(onlooker.speed * factor, kMinSpeed, kMaxSpeed);
  ShowNote(fmt::format("{:g} x real time", onlooker.speed), onlooker);
}

struct CommonDeed {
  Deed deed;
  void (*act)(Onlooker&);
};
constexpr CommonDeed kDeeds[] = {
    {{{sim::kKeyPeriod, 0}, kNoButton, ".", "one step of the pause", "step  ."},
     [](Onlooker& o) { o.single_step = o.paused; }},
    {{{sim::kKeyEqual, sim::kKeyNumpadPlus}, kNoButton, "+", "time runs twice as fast", ""},
     [](Onlooker& o) { ChangeSpeed(2, o); }},
    {{{sim::kKeyMinus, sim::kKeyNumpadMinus}, kNoButton, "-", "half as fast", ""},
     [](Onlooker& o) { ChangeSpeed(0.5, o); }},
    {{{sim::kKeyEscape, 0}, kNoButton, "escape", "close", ""}, [](Onlooker& o) { o.close = true; }},
};

// What is on or off.
struct Switch {
  Deed deed;  // its control is the label of the box
  bool& (*of)(Onlooker&);
};
// clang-format off
constexpr Switch kSwitches[] = {
    {{{'P', 0}, sim::kButtonStart, "P", "pause (gamepad: start)", "pause  P"}, [](Onlooker& o) -> bool& { return o.paused; }},
    {{{'C', 0}, sim::kButtonY, "C", "the camera follows, or stays (Y)", "follow  C"}, [](Onlooker& o) -> bool& { return o.follow; }},
    {{{'F', 0}, kNoButton, "F", "forces on the feet", "forces  F"}, [](Onlooker& o) -> bool& { return o.forces; }},
    {{{'V', 0}, kNoButton, "V", "where the policy sees the ground", "scan  V"}, [](Onlooker& o) -> bool& { return o.scan; }},
    {{{'T', 0}, kNoButton, "T", "where it touches", "contacts  T"}, [](Onlooker& o) -> bool& { return o.insight.contact_points; }},
    {{{'I', 0}, kNoButton, "I", "boxes of the parts' inertia", "inertia  I"}, [](Onlooker& o) -> bool& { return o.insight.inertia; }},
    {{{'M', 0}, kNoButton, "M", "the centre of mass", "mass  M"}, [](Onlooker& o) -> bool& { return o.insight.center_of_mass; }},
    {{{sim::kKeyF1, 0}, kNoButton, "F1", "this page", ""}, [](Onlooker& o) -> bool& { return o.help; }},
    {{{sim::kKeyF2, 0}, kNoButton, "F2", "the controls at the left", ""}, [](Onlooker& o) -> bool& { return o.controls; }},
};
// clang-format on

void HeedCommon(const sim::Input& input, const std::vector<std::string>& buttons,
                Onlooker& onlooker) {
  for (const CommonDeed& row : kDeeds)
    if (IsDone(row.deed, input, buttons)) row.act(onlooker);
  for (const Switch& row : kSwitches)
    if (IsDone(row.deed, input, buttons)) row.of(onlooker) = !row.of(onlooker);
  for (const int key : input.pressed) {
    const int panel = key - sim::kKeyF3;
    if (panel >= 0 && panel < static_cast<int>(Panels().size()))
      onlooker.panels[panel] = !onlooker.panels[panel];
  }
  if (input.close) onlooker.close = true;
}

void MoveCamera(const sim::Input& input, Onlooker& onlooker) {
  sim::View& view = onlooker.view;
  view.azimuth -= kOrbitAngle * input.orbit_x;
  view.elevation = std::clamp(view.elevation - kOrbitAngle * input.orbit_y, -89.0, 10.0);
  view.distance = std::clamp(view.distance * std::exp(-0.1 * input.scroll), 0.8, 40.0);
  if (input.shift_x == 0 && input.shift_y == 0) return;
  // the ground is dragged along, and the camera stays behind
  onlooker.follow = false;
  const double azimuth = view.azimuth * std::numbers::pi / 180;
  const Eigen::Vector2d ahead(std::cos(azimuth), std::sin(azimuth)), right(ahead.y(), -ahead.x());
  view.point.head<2>() += view.distance * (input.shift_y * ahead - input.shift_x * right);
}

std::vector<sim::Control> AllControls(Show& show, Onlooker& onlooker) {
  std::vector<sim::Control> rows = show.Controls(onlooker);
  rows.push_back({sim::Control::kSection, "Time"});
  rows.push_back({sim::Control::kSlider, "speed", &onlooker.speed, kMinSpeed, kMaxSpeed});
  const auto add_switch = [&](const Switch& row) {
    rows.push_back({.kind = sim::Control::kSwitch,
                    .name = std::string(row.deed.control),
                    .on = &row.of(onlooker)});
  };
  add_switch(kSwitches[0]);
  rows.push_back({sim::Control::kButton, std::string(kDeeds[0].deed.control)});
  rows.push_back({sim::Control::kSection, "See"});
  for (size_t k = 0; k < Panels().size(); ++k) {
    rows.push_back({.kind = sim::Control::kSwitch,
                    .name = fmt::format("{}  F{}", Panels()[k].name, k + 3),
                    .on = &onlooker.panels[k]});
  }
  for (const Switch& row : std::span(kSwitches).subspan(1))
    if (!row.deed.control.empty()) add_switch(row);
  return rows;
}

struct HelpPage {
  std::string keys, meanings;
};

HelpPage MakeHelpPage(const Show& show) {
  HelpPage page;
  const auto add = [&](std::string_view keys, std::string_view meaning) {
    page.keys += fmt::format("{}{}", page.keys.empty() ? "" : "\n", keys);
    page.meanings += fmt::format("{}{}", page.meanings.empty() ? "" : "\n", meaning);
  };
  for (const HelpLine& line : show.Help()) add(line.keys, line.meaning);
  for (const CommonDeed& row : kDeeds) add(row.deed.shown, row.deed.meaning);
  for (const Switch& row : kSwitches) add(row.deed.shown, row.deed.meaning);
  for (size_t k = 0; k < Panels().size(); ++k) add(fmt::format("F{}", k + 3), Panels()[k].meaning);
  add("left drag", "look from elsewhere");
  add("right drag", "move the camera");
  add("scroll", "nearer, farther");
  return page;
}

// --- the picture

// Where each of several robots stands on the plane in the picture: side by side, the first in the
// middle.
Eigen::Vector3d PlaceOnPlane(int robot) {
  const int side = robot % 2 == 0 ? 1 : -1;
  return {0, side * kRobotSpacing * ((robot + 1) / 2), 0};
}

// The camera glides along with the robot; where a new episode begins, it jumps.
void Follow(const Eigen::Vector3d& point, bool jump, double dt, sim::View& view) {
  const double share = jump ? 1 : SmoothingShare(dt, kCameraTime);
  view.point += share * (point - view.point);
}

// A scene, and what lies over it.
class Screen {
 public:
  Screen(sim::ModelPtr model, const sim::Window& window, Show& show, Onlooker& onlooker)
      : window_(window),
        show_(show),
        onlooker_(onlooker),
        scene_(std::move(model), SceneFor(window)),
        qpos_(Eigen::Map<const Eigen::VectorXd>(scene_.model().qpos0, scene_.model().nq)),
        help_(MakeHelpPage(show)) {
    FitScale();
    onlooker_.view = FirstView(scene_.model(), ground(), show_.robot(0).episode.t);
    onlooker_.scan = !ground().is_plane();
    onlooker_.view.distance += kStepBack * (show_.num_robots() - 1);
  }

  const sim::Scene& scene() const { return scene_; }

  // The window may have been moved to another screen.
  void FitScale() {
    if (overlay_ && window_.content_scale() == scale_) return;
    scale_ = window_.content_scale();
    controls_.reset();
    overlay_.emplace(scale_);
    rows_ = AllControls(show_, onlooker_);
    controls_.emplace(rows_, *overlay_);
  }

  // Names of the buttons that were pressed.
  std::vector<std::string> HeedControls(sim::Input& input) {
    std::vector<std::string> names;
    shown_ = onlooker_.controls && input.width > kNarrow * controls_->width();
    if (!shown_) return names;
    for (const int row : controls_->Heed(input)) names.push_back(rows_[row].name);
    return names;
  }

  // What is to be seen; the rest is OpenGL's work.
  void Compose(double dt) {
    LookAt(onlooker_.robot, dt);
    scene_.Show(onlooker_.insight);
    scene_.Begin(ClearView(ground(), onlooker_.view, dt, turned_));
    for (int k = 0; k < show_.num_robots(); ++k) {
      const ShownRobot robot = show_.robot(k);
      if (!robot.episode.t.now.p_W.allFinite()) continue;
      Pose(robot);
      scene_.AddRobot({qpos_.data(), static_cast<size_t>(qpos_.size())}, PlaceOf(k));
      AddVelocityArrows(scene_, qpos_.head<3>() + PlaceOf(k), robot.episode.t.now.heading,
                        robot.episode.t.command, robot.trail.velocity);
      if (onlooker_.forces) AddForceArrows(scene_, robot.task.robot(), robot.episode.t, PlaceOf(k));
      if (onlooker_.insight.contact_points && !ground().is_plane())
        AddContactDots(scene_, robot.task.robot(), robot.episode.t, PlaceOf(k));
      if (onlooker_.scan) AddScanDots(scene_, robot.task, robot.episode.t, PlaceOf(k));
      show_.Draw(scene_, PlaceOf(k), k);
    }
  }

  void Draw(int width, int height) {
    const int left = shown_ ? controls_->width() : 0;
    const sim::Viewport picture = {left, 0, width - left, height};
    scene_.Draw(picture);
    const ShownRobot robot = show_.robot(onlooker_.robot);
    if (!onlooker_.help) DrawPanels(*overlay_, picture, onlooker_.panels, robot);
    const std::string tile = GroundText(ground(), robot.episode.t.now.p_W);
    overlay_->Write(
        picture, mjGRID_BOTTOMLEFT,
        fmt::format("asked\ndone\n{}F1", tile.empty() ? "" : "ground\n"),
        fmt::format("{}\n{}\n{}{}help", VelocityText(robot.episode.t.command),
                    VelocityText(robot.trail.velocity), tile, tile.empty() ? "" : "\n"));
    if (onlooker_.note_left > 0) overlay_->Write(picture, mjGRID_TOP, onlooker_.note);
    if (onlooker_.help) overlay_->Write(picture, mjGRID_TOPLEFT, help_.keys, help_.meanings);
    if (shown_) controls_->Draw();
  }

 private:
  const sim::Ground& ground() const { return show_.robot(0).task.ground(); }

  // On rough ground, where it is.
  Eigen::Vector3d PlaceOf(int robot) const {
    return ground().is_plane() ? PlaceOnPlane(robot) : Eigen::Vector3d::Zero();
  }

  static sim::SceneConfig SceneFor(const sim::Window& window) {
    const sim::SceneConfig config = {.window = true, .samples = 0, .shadow_size = 2048};
    return window.is_software() ? sim::Lighter(config) : config;
  }

  void Pose(const ShownRobot& robot) {
    PoseWithin(robot.task.robot().ids, robot.episode.t, show_.share(), qpos_);
  }

  void LookAt(int k, double dt) {
    const int64_t episode = show_.episode(k) + (int64_t{k} << 32);
    const ShownRobot robot = show_.robot(k);
    if (!robot.episode.t.now.p_W.allFinite()) return;
    Pose(robot);
    const bool jump = episode != episode_;
    if (onlooker_.follow) {
      Eigen::Vector3d point = qpos_.head<3>() + PlaceOf(k);
      point.z() = LookHeight(scene_.model().stat.center[2], robot.episode.t);
      Follow(point, jump, dt, onlooker_.view);
    }
    if (jump) turned_ = onlooker_.view.elevation - ClearElevation(ground(), onlooker_.view);
    episode_ = episode;
  }

  const sim::Window& window_;
  Show& show_;
  Onlooker& onlooker_;
  sim::Scene scene_;
  double scale_ = 0;
  std::optional<sim::Overlay> overlay_;
  std::vector<sim::Control> rows_;
  std::optional<sim::Controls> controls_;
  bool shown_ = false;  // are the controls
  Eigen::VectorXd qpos_;
  HelpPage help_;
  double turned_ = 0;     // degrees, ClearView
  int64_t episode_ = -1;  // of the robot looked at, and which one that is
};

}  // namespace

void ShowNote(const std::string& text, Onlooker& onlooker) {
  onlooker.note = text;
  onlooker.note_left = kNoteTime;
}

bool IsDone(const Deed& deed, const sim::Input& input, const std::vector<std::string>& buttons) {
  const auto has = [](const auto& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  return has(input.pressed, deed.keys[0]) || has(input.pressed, deed.keys[1]) ||
         has(input.gamepad_pressed, deed.button) ||
         (!deed.control.empty() && has(buttons, deed.control));
}

ShowWindow::ShowWindow() : started_(Now()), window_("doggo", kWidth, kHeight) {}

WindowFigures ShowWindow::Run(Show& show, const sim::PhysicsConfig& physics,
                              const std::string& root, std::optional<double> seconds) {
  Onlooker onlooker;
  Screen screen(LoadVisibleModel(physics, root, show.robot(0).task.ground()), window_, show,
                onlooker);
  WindowFigures figures;
  std::string title;
  double begun = 0, last = Now();
  while (!onlooker.close && !Interrupted()) {
    const double dt = figures.frames > 0 ? Now() - last : 0;
    last = Now();

    // what is wanted, what happens, what is to be seen
    const double before = ThreadTime();
    sim::Input& input = window_.Poll();
    screen.FitScale();
    const std::vector<std::string> buttons = screen.HeedControls(input);
    HeedCommon(input, buttons, onlooker);
    show.Heed(input, buttons, screen.scene(), dt, onlooker);
    MoveCamera(input, onlooker);
    onlooker.note_left -= dt;
    show.Advance(dt, onlooker);
    screen.Compose(dt);
    figures.work += ThreadTime() - before;

    // OpenGL's part
    if (input.width > 0 && input.height > 0) screen.Draw(input.width, input.height);
    const std::string wanted = fmt::format("doggo: {}, {:g} x{}", show.Title(), onlooker.speed,
                                           onlooker.paused ? ", paused" : "");
    if (wanted != title) window_.SetTitle(title = wanted);
    window_.Swap();
    if (figures.frames++ == 0) {
      begun = Now();
      figures.first_frame = begun - started_;
    }
    if (seconds && Now() - begun >= *seconds) break;
  }
  figures.seconds = figures.frames > 0 ? Now() - begun : 0;
  return figures;
}

std::string Text(const WindowFigures& figures) {
  return fmt::format("{} frames, {:.2f} ms of work for each beside OpenGL's; first after {:.2f} s",
                     figures.frames, 1e3 * figures.work / std::max(1, figures.frames),
                     figures.first_frame);
}

}  // namespace doggo::app
