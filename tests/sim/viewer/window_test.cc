// Windows come and go. Skipped without a display; tests/system/play_test.sh brings its own.
#include "sim/viewer/window.h"

#include <gtest/gtest.h>

#include <fstream>

#include "sim/viewer/controls.h"
#include "sim/viewer/scene.h"
#include "tests/support/sanitizers.h"

namespace doggo::sim {
namespace {

// Of this process, in MB.
double ResidentMemory() {
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * 4096 / 1e6;
}

void DrawOnce() {
  Window window("doggo", 320, 240);
  Scene scene(LoadModelFromText("<mujoco><worldbody><geom type='plane' size='1 1 1'/>"
                                "<body><freejoint/><geom size='0.1'/></body></worldbody></mujoco>"),
              {.window = true, .samples = 0, .shadow_size = 0});
  Overlay overlay(1);
  double value = 0.5;
  Controls controls({{Control::kSection, "part"}, {Control::kSlider, "value", &value}}, overlay);
  Input& input = window.Poll();
  controls.Heed(input);
  scene.Begin({});
  scene.AddRobot({scene.model().qpos0, static_cast<size_t>(scene.model().nq)});
  scene.Draw({0, 0, input.width, input.height});
  controls.Draw();
  window.Swap();
  Picture picture;
  scene.Read(picture);  // throws where OpenGL reports an error
}

TEST(Window, OpenedAndClosedAHundredTimesItKeepsNothing) {
  try {
    const Window window("doggo", 64, 48);
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << error.what();
  }
  for (int k = 0; k < 20; ++k) DrawOnce();  // until the driver's caches are full
  const double before = ResidentMemory();
  for (int k = 0; k < 80; ++k) DrawOnce();
  if (test::kSanitized) return;  // a sanitizer keeps what was freed, and tells of leaks itself
  // a leaked picture of 320 x 240 alone would be 18 MB
  EXPECT_LT(ResidentMemory() - before, 8);
}

}  // namespace
}  // namespace doggo::sim
