// How a configuration struct tells its fields: a struct `XConfig` comes with a function
// `ConfigFields Fields(XConfig&)` that lists each field once, with key, unit, range and meaning.
// That one list reads, writes, checks, prints help and takes key=value overrides (app/config.h).
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace doggo {

// Two numbers, low and high; written [low, high].
struct Range {
  double low = 0, high = 0;
};

struct ConfigField {
  using Value = std::variant<bool*, int*, double*, std::string*, Range*, std::vector<int>*,
                             std::vector<std::string>*>;

  std::string key;  // letter for letter the name of the struct's field; sections are joined by dots
  Value value;      // where it lives
  std::string unit;     // "" where it has none
  std::string meaning;  // one sentence
  double min = -std::numeric_limits<double>::infinity(),
         max = std::numeric_limits<double>::infinity();  // inclusive, for every number of the value
  std::vector<std::string> choices =
      {};  // if not empty: the only texts allowed (for each element, where the value is a list)
};

using ConfigFields = std::vector<ConfigField>;

// The fields of a sub-struct as a section: every key gets the prefix "section.".
inline void AddSection(ConfigFields& fields, std::string_view section, ConfigFields inner) {
  for (ConfigField& field : inner) {
    field.key = std::string(section) + "." + field.key;
    fields.push_back(std::move(field));
  }
}

}  // namespace doggo
