#include "app/resume.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/training/trainer.h"
#include "app/config_file.h"
#include "app/config_value.h"
#include "app/run_folder.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

constexpr char kCheckpoint[] = "checkpoint.safetensors";

fs::path FindRunToResume(const std::string& argument) {
  if (argument.empty()) {
    const fs::path newest = NewestRun(kCheckpoint);
    if (newest.empty())
      throw std::runtime_error(
          "no run in runs/ has a checkpoint to resume from; train one with ./doggo train");
    return newest;
  }
  const fs::path path = argument;
  if (fs::is_directory(path)) {
    if (fs::exists(path / kCheckpoint) || fs::exists(path / "config.yaml")) return path;
    throw std::runtime_error(fmt::format(
        "{}: neither a {} nor a config.yaml in this folder; is it a run?", argument, kCheckpoint));
  }
  if (!fs::exists(path)) throw std::runtime_error(fmt::format("{}: no such run", argument));
  if (path.filename() != kCheckpoint)
    throw std::runtime_error(
        fmt::format("{}: not a run; give its folder, with a {} in it", argument, kCheckpoint));
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void RefuseUnchangeable(const std::vector<ChangedKey>& changes, const fs::path& folder) {
  std::vector<std::string> refused;
  for (const ChangedKey& change : changes) {
    if (!change.changeable)
      refused.push_back(fmt::format("{} ({} -> {})", change.key, change.before, change.now));
  }
  if (refused.empty()) return;
  throw std::runtime_error(fmt::format(
      "{}: cannot be resumed with another {}: what it has learned would not fit; leave {} as {} "
      "was, or start anew, if you like from its policy (train --from)",
      folder.string(), fmt::join(refused, ", "), refused.size() == 1 ? "it" : "them",
      refused.size() == 1 ? "it" : "each"));
}

// A configuration that another version may have written: then it says so.
template <typename Read>
Config ReadOfRun(const fs::path& folder, const Read& read) {
  try {
    return read();
  } catch (const ConfigError& error) {
    const std::string version = VersionOf(ReadRunRecord(folder));
    if (version.empty() || version == Version()) throw;
    throw std::runtime_error(
        fmt::format("{}; the run is of {}: resume it with that version, or start anew from its "
                    "policy (train --from)",
                    error.what(), version));
  }
}

}  // namespace

std::vector<ChangedKey> ChangedKeys(Config before, Config now) {
  const ConfigFields old_fields = Fields(before), fields = Fields(now);
  std::vector<ChangedKey> changes;
  if (before.task != now.task) return {{"task", before.task, now.task, false}};
  for (size_t k = 0; k < fields.size(); ++k) {
    const std::string old_value = PrintValue(old_fields[k]), value = PrintValue(fields[k]);
    if (old_value != value)
      changes.push_back({fields[k].key, old_value, value, fields[k].changeable});
  }
  return changes;
}

Resumption PlanResumption(const std::string& argument, const std::vector<std::string>& overrides) {
  Resumption resumption;
  resumption.folder = FindRunToResume(argument);
  const fs::path file = resumption.folder / "config.yaml";
  if (fs::exists(file)) ReadOfRun(resumption.folder, [&] { return LoadConfig(file, {}); });
  if (!fs::exists(resumption.folder / kCheckpoint)) {
    resumption.config = LoadConfig(file, overrides);
    return resumption;
  }
  resumption.checkpoint = resumption.folder / kCheckpoint;
  const agent::Trainer::Notes notes = agent::ReadCheckpointNotes(resumption.checkpoint);
  const auto config = notes.find("config");
  if (config == notes.end())
    throw std::runtime_error(
        fmt::format("{}: does not say of which run it is; use one that "
                    "./doggo train has written",
                    resumption.checkpoint.string()));
  resumption.config_before = config->second;
  const std::string name = resumption.checkpoint.string() + " (its configuration)";
  const Config before =
      ReadOfRun(resumption.folder, [&] { return ReadConfig(config->second, name); });
  if (fs::exists(file)) {
    resumption.config = LoadConfig(file, overrides);
  } else {
    resumption.config = before;
    const ConfigFields fields = Fields(resumption.config);
    for (const std::string& override : overrides) ApplyOverride(override, fields);
  }
  resumption.changes = ChangedKeys(before, resumption.config);
  RefuseUnchangeable(resumption.changes, resumption.folder);
  return resumption;
}

}  // namespace doggo::app
