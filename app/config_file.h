// Configurations as YAML files and key=value overrides, through the list of fields that a struct
// tells (sim/interface/config_field.h). This is the only place that knows YAML.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/interface/config_field.h"

namespace doggo::app {

// One sentence for the person who wrote the configuration:
//   configs/my.yaml:12:5: unknown key 'ppo.gama' (did you mean 'ppo.gamma'?)
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Sets the fields that the file names; maps nest as sections. Throws ConfigError with file, line
// and column, and then leaves every field as it was.
void ReadConfigFile(const std::filesystem::path& path, const ConfigFields& fields);

// The same from a text; `name` stands for the file in messages.
void ReadConfigText(std::string_view text, const std::string& name, const ConfigFields& fields);

// Sets one field from "key=value": texts as they are (without quotes), lists as [a, b].
// Throws ConfigError:  train.threads=abc: not a whole number (train.threads: worker threads, 1 to
// 256)
void ApplyOverride(std::string_view assignment, const ConfigFields& fields);

// YAML that reads back to the same values, nested, in the order of the fields. With comments,
// behind every value stand its meaning, unit and range.
std::string PrintConfig(const ConfigFields& fields, bool with_comments);

}  // namespace doggo::app
