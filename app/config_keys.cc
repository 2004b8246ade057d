#include "app/config_keys.h"

#include <algorithm>

namespace doggo::app {
namespace {

template <typename Predicate>
const ConfigField* FindIf(const ConfigFields& fields, Predicate predicate) {
  const auto found = std::find_if(fields.begin(), fields.end(), predicate);
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

const ConfigField* FindField(const ConfigFields& fields, std::string_view key) {
  return FindIf(fields, [&](const ConfigField& field) { return field.key == key; });
}

const ConfigField* FirstInSection(const ConfigFields& fields, std::string_view section) {
  const std::string prefix = std::string(section) + ".";
  return FindIf(fields, [&](const ConfigField& field) { return field.key.starts_with(prefix); });
}

std::vector<std::string> KeysOf(const ConfigFields& fields) {
  std::vector<std::string> keys;
  for (const ConfigField& field : fields) keys.push_back(field.key);
  return keys;
}

std::vector<std::string> SectionsOf(const ConfigFields& fields) {
  std::vector<std::string> sections;
  for (const ConfigField& field : fields) {
    size_t dot = field.key.find('.');
    for (; dot != std::string::npos; dot = field.key.find('.', dot + 1)) {
      const std::string section = field.key.substr(0, dot);
      if (std::find(sections.begin(), sections.end(), section) == sections.end()) {
        sections.push_back(section);
      }
    }
  }
  return sections;
}

}  // namespace doggo::app
