// Sliders, switches and buttons beside the picture: MuJoCo's own user interface.
//
// Like a Scene, it draws with the OpenGL context that is current and must end before that does.
#pragma once

#include <mujoco/mujoco.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/viewer/overlay.h"
#include "sim/viewer/window.h"

namespace doggo::sim {

struct Control {
  enum Kind { kSection, kSlider, kSwitch, kButton };
  Kind kind;
  std::string name;
  double* value = nullptr;  // of a slider,
  double low = 0, high = 1;
  bool* on = nullptr;  // of a switch; both must outlive the controls
};

class Controls {
 public:
  // The overlay lends its letters and must outlive it.
  Controls(std::vector<Control> rows, Overlay& overlay);
  ~Controls();

  int width() const;  // pixels, along the left edge of the window

  // Takes out of the input what is done within, changes values and switches by it, and returns the
  // buttons that were pressed: places among the rows.
  std::vector<int> Heed(Input& input);
  void Draw();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doggo::sim
