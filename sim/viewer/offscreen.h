// OpenGL without a display: a context of EGL's, else of OSMesa's, for whoever draws into MuJoCo's
// offscreen buffer.
//
// Both are looked for when they are wanted, so that a machine without them can still train.
#pragma once

#include <memory>
#include <string>

namespace doggo::sim {

// While it lives, its context is current in the thread that made it; that thread must also end it.
class OffscreenContext {
 public:
  // Throws std::runtime_error in one sentence where there is neither a driver nor OSMesa.
  OffscreenContext();
  ~OffscreenContext();
  OffscreenContext(const OffscreenContext&) = delete;
  OffscreenContext& operator=(const OffscreenContext&) = delete;

  // What draws: "llvmpipe (LLVM 15.0.6, 256 bits)" is the processor itself.
  std::string renderer() const;
  // Is it the processor?
  bool is_software() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doggo::sim
