// How a configuration struct tells its fields: a struct `XConfig` comes with a function
// `ConfigFields Fields(XConfig&)` that lists each field once, with key, unit, range and meaning.
// That one list reads, writes, checks, prints help and takes key=value overrides (app/config.h).
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
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
  // of texts with a grammar of their own: what is wrong with one, in words, "" where nothing is
  // (`choices` are then the first words to suggest); and, of a list, what to note behind each when
  // it is printed
  std::function<std::string(const std::string&)> check = nullptr;
  std::function<std::vector<std::string>(const std::vector<std::string>&)> notes = nullptr;
  // May a training go on with another value (train --resume)? Not unless somebody has thought about
  // it: most keys shape the state that it goes on from, or what actions and observations mean.
  bool changeable = false;
};

using ConfigFields = std::vector<ConfigField>;

// The fields of a sub-struct as a section: every key gets the prefix "section.".
inline void AddSection(ConfigFields& fields, std::string_view section, ConfigFields inner) {
  for (ConfigField& field : inner) {
    field.key = std::string(section) + "." + field.key;
    fields.push_back(std::move(field));
  }
}

// The same fields, all changeable.
inline ConfigFields Changeable(ConfigFields fields) {
  for (ConfigField& field : fields) field.changeable = true;
  return fields;
}

// The same fields, these keys not changeable.
inline ConfigFields Except(std::initializer_list<std::string_view> keys, ConfigFields fields) {
  for (ConfigField& field : fields) {
    if (std::find(keys.begin(), keys.end(), field.key) != keys.end()) field.changeable = false;
  }
  return fields;
}

}  // namespace doggo
