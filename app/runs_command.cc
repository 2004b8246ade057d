#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

#include "app/commands.h"
#include "app/run_list.h"

namespace doggo::app {

int Runs(const RunsOptions& options) {
  if (options.folder != "runs" && !std::filesystem::is_directory(options.folder))
    throw std::runtime_error(fmt::format("{}: no such folder of runs", options.folder));
  const std::vector<RunSummary> runs = ListRuns(options.folder);
  if (options.json) {
    fmt::print("{}", ToJson(runs));
  } else if (runs.empty()) {
    fmt::print("No run in {}/ yet; train one with ./doggo train.\n", options.folder);
  } else {
    fmt::print("{}", RunTable(runs, std::time(nullptr)));
  }
  return 0;
}

}  // namespace doggo::app
