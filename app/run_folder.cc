#include "app/run_folder.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/policy/atomic_file.h"
#include "app/config_file.h"

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

std::string Now(const char* format) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof(text), format, &local);
  return text;
}

// runs/<time>_<name>, with a number behind it where two runs begin in the same second.
fs::path NewFolderName(const std::string& name) {
  const fs::path wanted = fs::path("runs") / (Now("%Y-%m-%d_%H-%M-%S") + "_" + name);
  fs::path folder = wanted;
  for (int k = 2; fs::exists(folder); ++k) folder = wanted.string() + "_" + std::to_string(k);
  return folder;
}

}  // namespace

fs::path CreateRunFolder(const std::string& wanted, std::string_view key, const std::string& name,
                         int seed, int threads, const std::string& config_yaml) {
  const fs::path folder = wanted.empty() ? NewFolderName(name) : fs::path(wanted);
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
  WriteTextFile(folder / "run.json", run.dump(2) + "\n");
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

  // the newest run
  fs::path newest;
  fs::file_time_type newest_time;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("runs", error)) {
    const fs::path policy = entry.path() / "policy.safetensors";
    if (!fs::exists(policy)) continue;
    const auto time = fs::last_write_time(policy);
    if (newest.empty() || time > newest_time) {
      newest = entry.path();
      newest_time = time;
    }
  }
  if (!newest.empty()) return {newest / "policy.safetensors", newest};

  const fs::path shipped = SourceRoot() / "models" / "policies" / "anymal_flat.safetensors";
  if (fs::exists(shipped)) return {shipped, {}};
  throw std::runtime_error("no run in runs/ yet; train one with ./doggo train");
}

void WriteTextFile(const fs::path& path, const std::string& text) {
  agent::WriteFileAtomically(path, {text});
}

MetricsFiles::MetricsFiles(const fs::path& folder, const std::vector<std::string>& metric_names)
    : metric_names_(metric_names),
      folder_(folder),
      csv_(folder / "metrics.csv"),
      jsonl_(folder / "metrics.jsonl") {}

void MetricsFiles::Write(const agent::IterationReport& r, double seconds) {
  std::vector<std::pair<std::string, double>> row = {
      {"iteration", static_cast<double>(r.iteration)},
      {"env_steps", static_cast<double>(r.env_steps)},
      {"seconds", seconds},
      {"collect_seconds", r.collect_seconds},
      {"update_seconds", r.update_seconds},
      {"reward_per_second", r.reward_per_second},
      {"policy_loss", r.loss.policy},
      {"value_loss", r.loss.value},
      {"entropy", r.loss.entropy},
      {"kl", r.loss.kl},
      {"clip_fraction", r.loss.clip_fraction},
      {"explained_variance", r.explained_variance},
      {"policy_gradient_norm", r.policy_gradient_norm},
      {"critic_gradient_norm", r.critic_gradient_norm},
      {"std", r.mean_std},
      {"rate", r.rate},
      {"episodes", static_cast<double>(r.episodes)},
  };
  for (size_t k = 0; k < metric_names_.size(); ++k) {
    row.emplace_back("episode/" + metric_names_[k],
                     r.episode_metrics.empty() ? NAN : r.episode_metrics[k]);
  }

  // an empty cell, and null, where no episode ended
  std::string head, line;
  nlohmann::ordered_json json;
  for (const auto& [name, value] : row) {
    if (!head.empty()) {
      head += ',';
      line += ',';
    }
    head += name;
    if (std::isfinite(value)) line += fmt::format("{:.9g}", value);
    json[name] = value;
  }
  if (r.iteration == 1) csv_ << head << '\n';
  csv_ << line << '\n' << std::flush;
  jsonl_ << json.dump() << '\n' << std::flush;
  if (!csv_ || !jsonl_)
    throw std::runtime_error(
        fmt::format("{}: cannot write the metrics; is the disk full?", folder_.string()));
}

}  // namespace doggo::app
