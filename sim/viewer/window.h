// A window that can be drawn into, and what a person does in it, as plain data.
#pragma once

#include <array>
#include <bitset>
#include <memory>
#include <string>
#include <vector>

namespace doggo::sim {

// Keys by their place on an American keyboard: letters, digits and signs as capital ASCII, and
enum Key : int {
  kKeySpace = ' ',
  kKeyMinus = '-',
  kKeyPeriod = '.',
  kKeyEqual = '=',
  kKeyEscape = 256,
  kKeyTab = 258,
  kKeyRight = 262,
  kKeyLeft = 263,
  kKeyDown = 264,
  kKeyUp = 265,
  kKeyHome = 268,
  kKeyEnd = 269,
  kKeyF1 = 290,
  kKeyF2 = 291,
  kKeyF3 = 292,  // and so on to F12
  kKeyNumpadMinus = 333,
  kKeyNumpadPlus = 334,
  kNumKeys = 349
};

// Of a gamepad with the standard layout, such as an Xbox controller's.
enum GamepadButton : int { kButtonA, kButtonB, kButtonX, kButtonY, kButtonBack = 6, kButtonStart };
struct Gamepad {
  bool present = false;
  // sticks in [-1, 1], right and down positive: left x, left y, right x, right y; then triggers
  std::array<float, 6> axes = {};
  std::bitset<15> held;
};

struct MouseEvent {
  enum Kind { kMove, kPress, kRelease, kScroll };
  Kind kind;
  double x = 0, y = 0;               // pixels from the lower left corner
  double scroll = 0;                 // notches
  bool left = false, right = false;  // which buttons are held from now on
};

struct Input {
  std::vector<int> pressed;          // keys, since the last look, in order
  std::vector<int> gamepad_pressed;  // likewise
  std::bitset<kNumKeys> held;
  Gamepad gamepad;  // the first that there is; it may come and go
  // shares of the window's height, right and down positive, while the button is held
  double orbit_x = 0, orbit_y = 0;  // left button
  double shift_x = 0, shift_y = 0;  // right button
  double pull_x = 0, pull_y = 0;    // left button and Ctrl
  bool pulling = false;             // are these held
  double scroll = 0;                // notches, away from the person positive
  std::vector<MouseEvent> mouse;    // all of it in order, for whoever lies over the picture
  int width = 0, height = 0;        // pixels to draw on; 0 while the window is an icon
  bool close = false;               // the person closed the window
};

// One at a time. Its OpenGL context is current until it ends.
class Window {
 public:
  // Size in the screen's units. Throws std::runtime_error in one sentence where there is no display
  // or no OpenGL.
  Window(const std::string& title, int width, int height);
  ~Window();

  double content_scale() const;  // how much larger than usual texts are to be here
  bool is_software() const;      // does the processor draw

  // What was done since the last call; valid until the next.
  Input& Poll();
  void SetTitle(const std::string& title);
  // Shows what was drawn; waits for the screen's next picture where the driver can.
  void Swap();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doggo::sim
