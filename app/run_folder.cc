#include "app/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/policy/atomic_file.h"
#include "app/config_file.h"

namespace doggo::app {
namespace fs = std::filesystem;

std::string Now(const char* format) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof(text), format, &local);
  return text;
}

fs::path NewFolder(const std::string& name) {
  const fs::path wanted = fs::path("runs") / (Now("%Y-%m-%d_%H-%M-%S") + "_" + name);
  fs::path folder = wanted;
  for (int k = 2; fs::exists(folder); ++k) folder = wanted.string() + "_" + std::to_string(k);
  return folder;
}

fs::path CreateRunFolder(const std::string& wanted, std::string_view key, const std::string& name,
                         int seed, int threads, const std::string& config_yaml) {
  const fs::path folder = wanted.empty() ? NewFolder(name) : fs::path(wanted);
  if (fs::exists(folder / "config.yaml")) {
    throw std::runtime_error(
        fmt::format("{}: there is a run in this folder already; choose another {}, or delete it",
                    folder.string(), key));
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw std::runtime_error(
        fmt::format("{}: cannot create the run's folder ({}); choose another with {}=PATH",
                    folder.string(), error ? error.message() : "a file of that name exists", key));
  }
  const nlohmann::ordered_json run = {{"version", Version()},
                                      {"started", Now("%Y-%m-%dT%H:%M:%S%z")},
                                      {"seed", seed},
                                      {"threads", threads}};
  WriteRunRecord(folder, run);
  WriteTextFile(folder / "config.yaml", config_yaml);
  return folder;
}

fs::path CreateRunFolder(const Config& config) {
  Config resolved = config;
  return CreateRunFolder(config.run.folder, "run.folder", config.name, config.seed,
                         config.threads(), PrintConfig(Fields(resolved), /*with_comments=*/false));
}

RunReference FindRun(const std::string& argument) {
  if (!argument.empty()) {
    const fs::path path = argument;
    if (fs::is_directory(path)) {
      if (!fs::exists(path / "policy.safetensors")) {
        throw std::runtime_error(fmt::format(
            "{}: no policy.safetensors in this folder; is it a run, and has it saved yet?",
            argument));
      }
      return {path / "policy.safetensors", path};
    }
    if (!fs::exists(path))
      throw std::runtime_error(fmt::format("{}: no such run or policy file", argument));
    const fs::path folder = path.parent_path();
    return {path, fs::exists(folder / "config.yaml") ? folder : fs::path()};
  }

  const fs::path newest = NewestRun("policy.safetensors");
  if (!newest.empty()) return {newest / "policy.safetensors", newest};

  for (const char* name : {"anymal_robust.safetensors", "anymal_flat.safetensors"}) {
    const fs::path shipped = SourceRoot() / "models" / "policies" / name;
    if (fs::exists(shipped)) return {shipped, {}};
  }
  throw std::runtime_error("no run in runs/ yet; train one with ./doggo train");
}

void WriteTextFile(const fs::path& path, const std::string& text) {
  agent::WriteFileAtomically(path, {text});
}

std::vector<fs::path> RunFolders(const fs::path& root) {
  const auto is_run = [](const fs::path& folder) {
    std::error_code error;
    for (const char* file : {"config.yaml", "run.json", "policy.safetensors"})
      if (fs::exists(folder / file, error)) return true;
    return false;
  };
  std::vector<fs::path> runs;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(root, error)) {
    if (!entry.is_directory(error)) continue;
    if (is_run(entry.path())) {
      runs.push_back(entry.path());
      continue;
    }
    for (const fs::directory_entry& inner : fs::directory_iterator(entry.path(), error)) {
      if (inner.is_directory(error) && is_run(inner.path())) runs.push_back(inner.path());
    }
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

fs::path NewestRun(const std::string& file) {
  fs::path newest;
  fs::file_time_type newest_time;
  for (const fs::path& folder : RunFolders("runs")) {
    std::error_code error;
    const auto time = fs::last_write_time(folder / file, error);
    if (error || (!newest.empty() && time <= newest_time)) continue;
    newest = folder;
    newest_time = time;
  }
  return newest;
}

nlohmann::ordered_json ReadRunRecord(const fs::path& folder) {
  std::ifstream in(folder / "run.json");
  auto record = nlohmann::ordered_json::parse(in, nullptr, /*allow_exceptions=*/false);
  return record.is_object() ? record : nlohmann::ordered_json::object();
}

void WriteRunRecord(const fs::path& folder, const nlohmann::ordered_json& record) {
  WriteTextFile(
      folder / "run.json",
      record.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::string VersionOf(const nlohmann::ordered_json& record) {
  const auto version = [](const nlohmann::ordered_json& of) {
    const auto found = of.find("version");
    return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!record.is_object()) return "";
  const auto resumed = record.find("resumed");
  const bool was_resumed = resumed != record.end() && resumed->is_array() && !resumed->empty() &&
                           resumed->back().is_object();
  return version(was_resumed ? resumed->back() : record);
}

}  // namespace doggo::app
