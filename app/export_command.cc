#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/export/c_header.h"
#include "agent/export/provenance.h"
#include "agent/policy/atomic_file.h"
#include "app/commands.h"
#include "app/export/formats.h"
#include "app/loaded_run.h"
#include "sim/robot/model_file.h"

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

struct Wanted {
  fs::path file;
  const ExportFormat* format;
};

// What is to be written; beside the policy where nothing was asked for: the policy is a
// .safetensors already.
std::vector<Wanted> WantedFiles(const ExportOptions& options, const fs::path& policy) {
  std::vector<Wanted> wanted;
  for (const ExportFormat& format : ExportFormats()) {
    const std::string& file = format.name == "onnx"     ? options.onnx
                              : format.name == "header" ? options.header
                                                        : options.safetensors;
    if (file.empty()) continue;
    if (fs::path(file).extension() != format.extension) {
      throw std::runtime_error(
          fmt::format("{}: --{} writes files that end in {}", file, format.name, format.extension));
    }
    std::error_code none;
    if (fs::equivalent(file, policy, none)) {
      throw std::runtime_error(
          fmt::format("{}: is the policy itself; choose another name for its copy", file));
    }
    wanted.push_back({file, &format});
  }
  if (!wanted.empty() || !options.model.empty()) return wanted;
  for (const ExportFormat& format : ExportFormats()) {
    fs::path file = policy;
    file.replace_extension(format.extension);
    if (file != policy) wanted.push_back({file, &format});
  }
  return wanted;
}

std::string Describe(const CheckedFile& checked, std::string_view verb) {
  const std::string how =
      checked.difference ? fmt::format("greatest difference {:.1e}", *checked.difference)
                         : "not run: there is no C compiler here (cc, or the one that CC names)";
  return fmt::format("  {:<8} {}  ({:.0f} kB)  {}\n", verb, checked.file.string(),
                     static_cast<double>(checked.bytes) * 1e-3, how);
}

nlohmann::ordered_json ToJson(const CheckedFile& checked) {
  nlohmann::ordered_json json = {{"file", checked.file.string()},
                                 {"format", checked.format},
                                 {"bytes", checked.bytes},
                                 {"checked", checked.difference.has_value()}};
  if (checked.difference) json["greatest_difference"] = *checked.difference;
  return json;
}

nlohmann::ordered_json Summary(const LoadedRun& loaded) {
  return {{"schema", 1},
          {"policy", loaded.run.policy.string()},
          {"hash", agent::PolicyHash(loaded.policy)},
          {"task", loaded.policy.task},
          {"observations", 1000},
          {"allowed_difference", kLargestDifference},
          {"files", nlohmann::ordered_json::array()}};
}

// The robot in the physics that policies are judged in.
void WriteModel(const LoadedRun& loaded, const fs::path& file) {
  const sim::PhysicsConfig physics = sim::ReferencePhysics(loaded.config.world.physics);
  const sim::DriveConfig& drive = loaded.config.world.drive;
  const std::string root = SourceRoot().string();
  if (file.extension() == ".xml") {
    agent::WriteFileAtomically(file, {sim::ModelAsXml(physics, drive, root)});
  } else if (file.extension() == ".mjb") {
    agent::WriteFileAtomically(file, {sim::ModelAsBinary(sim::LoadRobot(physics, drive, root))});
  } else {
    throw std::runtime_error(
        fmt::format("{}: --model writes files that end in .xml or .mjb", file.string()));
  }
}

// The policy with that hash: beside the file, in a run, or the one shipped.
std::string FindPolicy(const fs::path& file, const std::string& hash) {
  std::vector<fs::path> candidates;
  std::error_code error;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".safetensors" && !fs::equivalent(entry.path(), file, error))
      candidates.push_back(entry.path());
  }
  for (const fs::path& run : RunFolders("runs")) {
    for (const char* name : {"policy.safetensors", "first_walking_policy.safetensors"})
      candidates.push_back(run / name);
  }
  for (const auto& entry : fs::directory_iterator(SourceRoot() / "models" / "policies", error))
    candidates.push_back(entry.path());
  std::sort(candidates.begin(), candidates.end());

  for (const fs::path& candidate : candidates) {
    try {
      if (agent::PolicyHash(agent::LoadPolicy(candidate)) == hash) return candidate.string();
    } catch (const std::exception&) {
      continue;  // not there, or no policy
    }
  }
  throw std::runtime_error(fmt::format(
      "{}: was made from policy {}, which is neither beside it nor in runs/; name its run or "
      "policy file behind it",
      file.string(), hash));
}

// Throws where the formats cannot say what the policy does.
void CheckExportable(const LoadedRun& loaded) {
  const int images = loaded.policy.group.size();
  if (images <= 1) return;
  throw std::runtime_error(fmt::format(
      "{}: its action is the mean over {} mirror images (symmetry_method=equivariant), which no "
      "exported file computes; export a policy of another symmetry_method",
      loaded.run.policy.string(), images));
}

int Check(const ExportOptions& options) {
  const fs::path file = options.check;
  const ExportFormat& format = FormatOf(file);
  const std::string hash = format.hash(file);
  if (hash.empty() && options.run.empty()) {
    throw std::runtime_error(fmt::format(
        "{}: does not say which policy it was made from; is it whole, and written by doggo export?",
        file.string()));
  }
  const LoadedRun loaded =
      LoadRun(options.run.empty() ? FindPolicy(file, hash) : options.run, options.overrides);
  CheckExportable(loaded);
  const Recorded recorded =
      RecordObservations(loaded.policy, loaded.config.world, SourceRoot().string());
  const CheckedFile checked = CheckExported(file, format, loaded.policy, recorded);
  if (options.json) {
    nlohmann::ordered_json json = Summary(loaded);
    json["files"].push_back(ToJson(checked));
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}, 1000 observations recorded from it\n{}", loaded.run.policy.string(),
               Describe(checked, "checked"));
  }
  return 0;
}

}  // namespace

int Export(const ExportOptions& options) {
  if (!options.check.empty()) {
    if (!(options.onnx + options.header + options.safetensors + options.model).empty())
      throw std::runtime_error("--check looks at a file that is there; write others before it");
    return Check(options);
  }
  const LoadedRun loaded = LoadRun(options.run, options.overrides);
  CheckExportable(loaded);
  const std::vector<Wanted> wanted = WantedFiles(options, loaded.run.policy);
  nlohmann::ordered_json json = Summary(loaded);
  if (!options.json) {
    fmt::print("{}, {}, {:.2f} M steps; 1000 observations recorded from it\n", loaded.config.name,
               loaded.run.policy.string(), static_cast<double>(loaded.policy.steps_trained) * 1e-6);
    std::fflush(stdout);
  }

  Recorded recorded;
  if (!wanted.empty())
    recorded = RecordObservations(loaded.policy, loaded.config.world, SourceRoot().string());
  for (const auto& [file, format] : wanted) {
    const std::string name =
        options.name.empty() ? agent::CName(file.stem().string()) : options.name;
    const CheckedFile checked = WriteExported(file, *format, loaded.policy, name, recorded);
    json["files"].push_back(ToJson(checked));
    if (!options.json) fmt::print("{}", Describe(checked, "wrote"));
    std::fflush(stdout);
  }
  if (!options.model.empty()) {
    WriteModel(loaded, options.model);
    json["model"] = options.model;
    if (!options.json)
      fmt::print("  wrote    {}  (the robot in the reference physics)\n", options.model);
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
  return 0;
}

}  // namespace doggo::app
