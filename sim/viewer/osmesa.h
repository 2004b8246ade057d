// OpenGL without a display or a driver: Mesa's OSMesa, with which the processor draws into memory.
// For machines on which EGL finds nothing.
//
// It is looked for when it is wanted. MuJoCo takes OpenGL's functions from it, once for a process:
// whoever has drawn by other means before must not open it.
#pragma once

#include <cstdint>
#include <vector>

namespace doggo::sim {

class OsmesaContext {
 public:
  OsmesaContext() = default;
  ~OsmesaContext();
  OsmesaContext(const OsmesaContext&) = delete;
  OsmesaContext& operator=(const OsmesaContext&) = delete;

  // Makes it current in this thread. False where there is no such library, or it is of no use.
  bool Open();
  bool is_open() const { return context_; }

  // One of OpenGL's functions.
  using Function = void (*)();
  Function Find(const char* name) const;

 private:
  void* context_ = nullptr;
  std::vector<uint8_t> buffer_;  // OpenGL's own; MuJoCo draws into another
};

}  // namespace doggo::sim
