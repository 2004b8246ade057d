#include "app/fit_config.h"

#include "agent/analysis/toy_surfaces.h"
#include "app/config.h"
#include "app/config_file.h"

namespace doggo::app {
namespace {

ConfigFields Fields(ExamplesConfig& c) {
  return {
      {"source", &c.source, "", "where the examples are from", 0, 0, {"csv", "digits"}},
      {"file", &c.file, "", "csv: the file, beside this one or in the working directory"},
      {"inputs", &c.inputs, "", "csv: columns that the network sees"},
      {"targets", &c.targets, "", "csv: columns that it is to give"},
      {"label", &c.label, "", "csv: instead of targets a column of classes 0, 1, ..."},
      {"examples", &c.examples, "", "digits: how many are drawn", 10, 1000000},
      {"validation_share", &c.validation_share, "", "held out to judge by; 0: nothing is", 0, 0.9},
      {"folds", &c.folds, "", "of cross-validation, beside the fit; 0: none", 0, 1000},
  };
}

ConfigFields Fields(SurfaceConfig& c) {
  std::vector<std::string> surfaces = {"none"};
  for (const std::string& name : agent::ToySurfaceNames()) surfaces.push_back(name);
  return {
      {"name", &c.name, "", "send optimisers down this surface instead of fitting; none: fit", 0, 0,
       surfaces},
      {"methods", &c.methods, "", "the optimisers that are sent", 0, 0, agent::OptimizerNames()},
      {"steps", &c.steps, "", "of each", 1, 1000000},
  };
}

}  // namespace

ConfigFields Fields(FittingConfig& c) {
  ConfigFields fields = {
      {"name", &c.name, "", "what the fit is called"},
      {"seed", &c.seed, "", "of every random number", 0, 2147483647},
      {"folder", &c.folder, "", "where the results go; empty: runs/<time>_<name>"},
  };
  AddSection(fields, "data", Fields(c.data));
  AddSection(fields, "surface", Fields(c.surface));
  for (ConfigField& field : Fields(c.fit)) fields.push_back(std::move(field));
  return fields;
}

FittingConfig LoadFittingConfig(const std::filesystem::path& file,
                                const std::vector<std::string>& overrides) {
  FittingConfig config;
  const ConfigFields fields = Fields(config);
  const bool in_sources =
      !std::filesystem::exists(file) && std::filesystem::exists(SourceRoot() / file);
  const std::filesystem::path found = in_sources ? SourceRoot() / file : file;
  ReadConfigFile(found, fields);
  for (const std::string& override : overrides) ApplyOverride(override, fields);

  if (config.surface.name != "none" || config.data.source != "csv") return config;
  const auto refuse = [&](const char* problem) {
    throw ConfigError(file.string() + ": " + problem);
  };
  if (config.data.file.empty()) refuse("data.file: names no CSV file");
  if (config.data.inputs.empty()) refuse("data.inputs: names no column");
  if (config.data.targets.empty() == config.data.label.empty())
    refuse("data: give either data.targets (numbers) or data.label (classes)");
  const std::filesystem::path beside = found.parent_path() / config.data.file;
  if (std::filesystem::exists(beside)) config.data.file = beside.string();
  return config;
}

}  // namespace doggo::app
