// What a training left in its run's folder, as a page: the verdict, curves of everything that was
// measured, tests on the way, alarms, the evaluation, settings.
#pragma once

#include <filesystem>
#include <string>

#include "app/config.h"
#include "app/evaluation.h"

namespace doggo::app {

// HTML. Reads metrics.csv, alarms.jsonl and run.json of the folder; `command` makes the run again.
std::string TrainingReport(const std::filesystem::path& folder, const Config& config,
                           const Evaluation& evaluation, const std::string& command);

}  // namespace doggo::app
