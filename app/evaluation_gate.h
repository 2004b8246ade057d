// What a policy must reach, from a file: configs/eval.yaml.
//
//   tracking:
//     lin_rmse_mps: [0, 0.08]   # the figure's key: [lowest, highest] that is good enough
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/evaluation/report.h"

namespace doggo::app {

// In the order of the suites. A path that does not exist as given is looked up beside the program's
// sources. Throws ConfigError naming file, line and column where a key is no
// figure (with the nearest that is), or a value no range.
std::vector<evaluation::Criterion> ReadCriteria(const std::filesystem::path& file);

// "[0, 0.08]"
std::string Text(const evaluation::Criterion& criterion);

// A line for each, and the sum: "12 of 13 criteria are met".
std::string VerdictText(const std::vector<evaluation::Verdict>& verdicts);

bool AllPassed(const std::vector<evaluation::Verdict>& verdicts);

}  // namespace doggo::app
