#include "sim/viewer/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "sim/viewer/renderer.h"

namespace doggo::sim {
namespace {

static_assert(kKeyEscape == GLFW_KEY_ESCAPE && kKeyTab == GLFW_KEY_TAB && kKeyUp == GLFW_KEY_UP &&
              kKeyRight == GLFW_KEY_RIGHT && kKeyLeft == GLFW_KEY_LEFT &&
              kKeyDown == GLFW_KEY_DOWN && kKeyF1 == GLFW_KEY_F1 && kKeyF2 == GLFW_KEY_F2 &&
              kKeyF3 == GLFW_KEY_F3 && kKeyHome == GLFW_KEY_HOME && kKeyEnd == GLFW_KEY_END &&
              kKeyNumpadMinus == GLFW_KEY_KP_SUBTRACT && kKeyNumpadPlus == GLFW_KEY_KP_ADD &&
              kNumKeys == GLFW_KEY_LAST + 1);
static_assert(kButtonBack == GLFW_GAMEPAD_BUTTON_BACK && kButtonStart == GLFW_GAMEPAD_BUTTON_START);

constexpr int kSamples = 4;  // per pixel, against jagged edges
// Where the driver does not wait for the screen, pictures come no faster than this.
constexpr std::chrono::duration<double> kShortestFrame(1.0 / 120);

// GLFW's last error: its words are of use only together with what failed.
std::string& LastError() {
  static std::string error;
  return error;
}

[[noreturn]] void ThrowNoDisplay() {
  const auto text = [](const char* name) {
    const char* value = std::getenv(name);
    return fmt::format("{}{}{}", name, value && *value ? "=" : " is not set",
                       value && *value ? value : "");
  };
  throw std::runtime_error(
      fmt::format("there is no display to open a window on ({}, {}); ./doggo record makes a video "
                  "without one",
                  text("DISPLAY"), text("WAYLAND_DISPLAY")));
}

}  // namespace

struct Window::State {
  GLFWwindow* window = nullptr;
  Input input;
  double mouse_x = 0, mouse_y = 0;
  std::chrono::steady_clock::time_point shown = std::chrono::steady_clock::now();

  ~State() {
    if (window) glfwDestroyWindow(window);
    glfwTerminate();
  }

  static State& Of(GLFWwindow* window) {
    return *static_cast<State*>(glfwGetWindowUserPointer(window));
  }

  // a key that repeats counts as pressed again: speed and steps follow a key that is held
  static void OnKey(GLFWwindow* window, int key, int, int action, int) {
    if (key < 0 || key >= kNumKeys) return;
    Input& input = Of(window).input;
    if (action != GLFW_RELEASE) input.pressed.push_back(key);
    input.held[key] = action != GLFW_RELEASE;
  }

  static void OnScroll(GLFWwindow* window, double, double y) {
    Of(window).input.scroll += y;
    Of(window).AddMouse(MouseEvent::kScroll, y);
  }

  static void OnButton(GLFWwindow* window, int, int action, int) {
    State& state = Of(window);
    state.input.pulling = state.IsHeld(GLFW_MOUSE_BUTTON_LEFT) && state.IsControlHeld();
    state.AddMouse(action == GLFW_PRESS ? MouseEvent::kPress : MouseEvent::kRelease);
  }

  static void OnMouse(GLFWwindow* window, double x, double y) {
    State& state = Of(window);
    Input& input = state.input;
    int width, height;
    glfwGetWindowSize(window, &width, &height);
    const double dx = (x - state.mouse_x) / std::max(1, height);
    const double dy = (y - state.mouse_y) / std::max(1, height);
    state.mouse_x = x, state.mouse_y = y;
    if (input.pulling)
      input.pull_x += dx, input.pull_y += dy;
    else if (state.IsHeld(GLFW_MOUSE_BUTTON_LEFT))
      input.orbit_x += dx, input.orbit_y += dy;
    if (state.IsHeld(GLFW_MOUSE_BUTTON_RIGHT)) input.shift_x += dx, input.shift_y += dy;
    state.AddMouse(MouseEvent::kMove);
  }

  bool IsHeld(int button) const { return glfwGetMouseButton(window, button) == GLFW_PRESS; }
  bool IsControlHeld() const {
    return glfwGetKey(window, GLFW_KEY_LEFT_CONTROL) == GLFW_PRESS ||
           glfwGetKey(window, GLFW_KEY_RIGHT_CONTROL) == GLFW_PRESS;
  }

  // The mouse is placed in the screen's units from the top, pictures are in pixels from the bottom.
  void AddMouse(MouseEvent::Kind kind, double scroll = 0) {
    int width, height, pixels_wide, pixels_high;
    glfwGetWindowSize(window, &width, &height);
    glfwGetFramebufferSize(window, &pixels_wide, &pixels_high);
    const double scale = static_cast<double>(pixels_wide) / std::max(1, width);
    input.mouse.push_back({kind, scale * mouse_x, pixels_high - scale * mouse_y, scroll,
                           IsHeld(GLFW_MOUSE_BUTTON_LEFT), IsHeld(GLFW_MOUSE_BUTTON_RIGHT)});
  }

  // keys that go up while another window has the focus are not seen
  static void OnFocus(GLFWwindow* window, int focused) {
    if (!focused) Of(window).input.held.reset();
  }

  void LookAtGamepad() {
    const Gamepad before = input.gamepad;
    input.gamepad = {};
    for (int k = GLFW_JOYSTICK_1; k <= GLFW_JOYSTICK_LAST && !input.gamepad.present; ++k) {
      GLFWgamepadstate pad;
      if (!glfwJoystickIsGamepad(k) || !glfwGetGamepadState(k, &pad)) continue;
      input.gamepad.present = true;
      std::copy_n(pad.axes, input.gamepad.axes.size(), input.gamepad.axes.begin());
      for (size_t b = 0; b < input.gamepad.held.size(); ++b) {
        input.gamepad.held[b] = pad.buttons[b] == GLFW_PRESS;
        if (input.gamepad.held[b] && !before.held[b])
          input.gamepad_pressed.push_back(static_cast<int>(b));
      }
    }
  }
};

Window::Window(const std::string& title, int width, int height) {
  glfwSetErrorCallback([](int, const char* text) { LastError() = text; });
  if (!glfwInit()) ThrowNoDisplay();
  state_ = std::make_unique<State>();

  // smooth edges where they cost nothing: not where the processor draws
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  for (const int samples : {kSamples, 0}) {
    glfwWindowHint(GLFW_SAMPLES, samples);
    if (state_->window) glfwDestroyWindow(state_->window);
    state_->window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
    if (!state_->window) continue;
    glfwMakeContextCurrent(state_->window);
    if (!is_software()) break;
  }
  if (!state_->window) {
    throw std::runtime_error(
        fmt::format("this display has no OpenGL to draw with ({}); ./doggo record makes a video "
                    "without it (on Debian and Ubuntu: sudo apt-get install libgl1-mesa-dri)",
                    LastError()));
  }
  glfwShowWindow(state_->window);
  glfwSwapInterval(1);
  glfwSetWindowUserPointer(state_->window, state_.get());
  glfwGetCursorPos(state_->window, &state_->mouse_x, &state_->mouse_y);
  glfwSetKeyCallback(state_->window, State::OnKey);
  glfwSetScrollCallback(state_->window, State::OnScroll);
  glfwSetCursorPosCallback(state_->window, State::OnMouse);
  glfwSetMouseButtonCallback(state_->window, State::OnButton);
  glfwSetWindowFocusCallback(state_->window, State::OnFocus);
}

Window::~Window() = default;

double Window::content_scale() const {
  float x, y;
  glfwGetWindowContentScale(state_->window, &x, &y);
  return std::max(x, y);
}

bool Window::is_software() const {
  constexpr unsigned kRenderer = 0x1F01;  // GL_RENDERER
  const auto get_string =
      reinterpret_cast<const unsigned char* (*)(unsigned)>(glfwGetProcAddress("glGetString"));
  const unsigned char* name = get_string ? get_string(kRenderer) : nullptr;
  return name && IsSoftwareRenderer(reinterpret_cast<const char*>(name));
}

Input& Window::Poll() {
  Input& input = state_->input;
  input.pressed.clear();
  input.gamepad_pressed.clear();
  input.mouse.clear();
  input.pull_x = input.pull_y = 0;
  input.orbit_x = input.orbit_y = input.shift_x = input.shift_y = input.scroll = 0;
  glfwPollEvents();
  state_->LookAtGamepad();
  glfwGetFramebufferSize(state_->window, &input.width, &input.height);
  input.close = glfwWindowShouldClose(state_->window);
  return input;
}

void Window::SetTitle(const std::string& title) {
  glfwSetWindowTitle(state_->window, title.c_str());
}

void Window::Swap() {
  glfwSwapBuffers(state_->window);
  std::this_thread::sleep_until(state_->shown + kShortestFrame);
  state_->shown = std::chrono::steady_clock::now();
}

}  // namespace doggo::sim
