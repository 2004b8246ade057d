// What a window shows, and what a person changes about it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/shown_robot.h"
#include "sim/viewer/controls.h"
#include "sim/viewer/scene.h"
#include "sim/viewer/window.h"

namespace doggo::app {

inline constexpr int kMaxPanels = 9;  // keys F3 to F11

// How somebody looks on.
struct Onlooker {
  sim::View view;
  int robot = 0;       // the one that the camera and the panels look at
  bool follow = true;  // does the camera go along
  bool paused = false;
  bool help = false, controls = true, close = false;
  bool forces = false;
  bool scan = false;  // where the policy sees the ground
  sim::Insight insight;
  std::array<bool, kMaxPanels> panels = {};
  double speed = 1;  // s of simulated time in a second

  bool single_step = false;  // one control step although it is paused
  std::string note;          // a passing text
  double note_left = 0;      // s
};

void ShowNote(const std::string& text, Onlooker& onlooker);

// Something that a key or a button on the screen does.
struct Deed {
  std::array<int, 2> keys;  // 0: none
  int button;               // of a gamepad, kNoButton: none
  std::string_view shown, meaning;
  std::string_view control;  // on the screen's button, "": none
};
inline constexpr int kNoButton = -1;
// Is it done by what was pressed? `buttons`: those on the screen, by name.
bool IsDone(const Deed& deed, const sim::Input& input, const std::vector<std::string>& buttons);

// A line of the help page.
struct HelpLine {
  std::string_view keys, meaning;
};

class Show {
 public:
  virtual ~Show() = default;

  virtual int num_robots() const = 0;
  virtual ShownRobot robot(int k) const = 0;
  // How much of the last control step has passed in the picture, 0 to 1.
  virtual double share() const = 0;
  // What the camera jumps at: another one where a robot begins anew.
  virtual int64_t episode(int robot) const = 0;

  // What was done since the last frame, which was dt (s) ago; `buttons` are the controls that were
  // pressed, by name.
  virtual void Heed(const sim::Input& input, const std::vector<std::string>& buttons,
                    const sim::Scene& scene, double dt, Onlooker& onlooker) = 0;
  // Goes on as far as the clock.
  virtual void Advance(double dt, Onlooker& onlooker) = 0;

  // Of its own, beside what every show has: controls and lines of the help page, what is drawn of a
  // robot (shifted by `offset`), the window's title.
  virtual std::vector<sim::Control> Controls(Onlooker& onlooker) = 0;
  virtual std::vector<HelpLine> Help() const = 0;
  virtual void Draw(sim::Scene& scene, const Eigen::Vector3d& offset, int robot) const = 0;
  virtual std::string Title() const = 0;
};

}  // namespace doggo::app
