// Looking things up among the dotted keys of a configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"

namespace doggo::app {

// Null where there is none.
const ConfigField* FindField(const ConfigFields& fields, std::string_view key);

// Some field of the section, to name as an example; null where there is no such section.
const ConfigField* FirstInSection(const ConfigFields& fields, std::string_view section);

std::vector<std::string> KeysOf(const ConfigFields& fields);

// Outer before inner: of "a.b.c" "a" and "a.b".
std::vector<std::string> SectionsOf(const ConfigFields& fields);

}  // namespace doggo::app
