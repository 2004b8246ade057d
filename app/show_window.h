// A window with a show in it, until somebody closes it.
#pragma once

#include <optional>

#include "app/show.h"
#include "sim/locomotion/config.h"

namespace doggo::app {

struct WindowFigures {
  int frames = 0;
  double seconds = 0;      // from the first frame on
  double first_frame = 0;  // s, since the window was asked for
  double work = 0;         // s of processor time for all frames, beside OpenGL's
};

// Opens the window at once, for what is made in between takes time or is in vain without one.
class ShowWindow {
 public:
  // Throws std::runtime_error in one sentence where there is no display.
  ShowWindow();

  // Until the person closes it, Ctrl-C, or as many seconds as given. `physics` names the
  // robot's model, looked up under `root` where it is not found as given.
  WindowFigures Run(Show& show, const sim::PhysicsConfig& physics, const std::string& root,
                    std::optional<double> seconds);

 private:
  double started_;
  sim::Window window_;
};

// "120 frames, 0.8 ms of work for each beside OpenGL's; first after 0.75 s"
std::string Text(const WindowFigures& figures);

}  // namespace doggo::app
