// A run is a folder: the resolved configuration, metrics, checkpoints, the policy and its
// evaluation.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace doggo::app {

// runs/<time>_<name>, with a number behind it where two runs begin in the same second.
std::filesystem::path NewFolder(const std::string& name);

// Creates `folder` ("": runs/<time>_<name>) and writes config.yaml and run.json into it. `key` is
// what the folder is called in the configuration, for messages. Throws std::runtime_error in one
// sentence where it cannot be written, or where it holds a run already.
std::filesystem::path CreateRunFolder(const std::string& folder, std::string_view key,
                                      const std::string& name, int seed, int threads,
                                      const std::string& config_yaml);
std::filesystem::path CreateRunFolder(const Config& config);

// What a command was asked to work on.
struct RunReference {
  std::filesystem::path policy;  // the policy file
  std::filesystem::path folder;  // of its run; empty for a policy file that lies by itself
};

// `argument`: a run folder, a policy file, or "" for the newest run in runs/ that has a policy,
// else the policy shipped with the program. Throws std::runtime_error where there is none.
RunReference FindRun(const std::string& argument);

// Writes a text to a temporary name, syncs, renames.
void WriteTextFile(const std::filesystem::path& path, const std::string& text);

// All runs in `root` and in its folders (the seeds of one call lie together), sorted by name.
std::vector<std::filesystem::path> RunFolders(const std::filesystem::path& root);

// The run in runs/ whose `file` is the newest; empty where none has it.
std::filesystem::path NewestRun(const std::string& file);

// run.json: version, start, seed, threads, resumptions, state. Read: an empty object where it is
// not there or damaged.
nlohmann::ordered_json ReadRunRecord(const std::filesystem::path& folder);
void WriteRunRecord(const std::filesystem::path& folder, const nlohmann::ordered_json& record);

// The version that wrote the run last; "" where its record does not tell.
std::string VersionOf(const nlohmann::ordered_json& record);

// The local time, as std::strftime formats it.
std::string Now(const char* format);

}  // namespace doggo::app
