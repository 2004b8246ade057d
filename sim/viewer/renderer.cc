#include "sim/viewer/renderer.h"

namespace doggo::sim {

// Mesa's three, and whatever says so itself.
bool IsSoftwareRenderer(std::string_view name) {
  for (const std::string_view software : {"llvmpipe", "softpipe", "swrast", "Software"})
    if (name.find(software) != std::string_view::npos) return true;
  return false;
}

}  // namespace doggo::sim
