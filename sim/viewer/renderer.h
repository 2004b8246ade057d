// What draws, by the name that OpenGL gives it.
#pragma once

#include <string_view>

namespace doggo::sim {

// Is it the processor itself, as in "llvmpipe (LLVM 15.0.6, 256 bits)"?
bool IsSoftwareRenderer(std::string_view name);

}  // namespace doggo::sim
