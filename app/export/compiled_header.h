// An exported C header, compiled and run by the C compiler of this system.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/interface/vec_env.h"

namespace doggo::app {

// $CC, else cc; "" where it cannot be run.
std::string CCompiler();

// text: of the header `file`, which is copied. obs (policy_dim x n) -> action (action_dim x n);
// none where there is no compiler. Throws std::runtime_error naming the file where it does not
// compile as C99 without a warning, or cannot be run.
std::optional<Batch> RunCHeader(const std::filesystem::path& file, const std::string& text,
                                const Batch& obs);

}  // namespace doggo::app
