// That a struct's list of configuration fields is complete, and every key is its member's name.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/config_fields.h"

namespace doggo::sim {

// Every byte of the struct belongs to a field or lies before one as padding.
template <typename Config>
void ExpectFieldsCover(const Config& config, const ConfigFields& fields) {
  struct Place {
    size_t begin, size, alignment;
    std::string key;
  };
  std::vector<Place> places;
  for (const ConfigField& field : fields) {
    std::visit(
        [&](auto* value) {
          const auto offset = reinterpret_cast<const std::byte*>(value) -
                              reinterpret_cast<const std::byte*>(&config);
          places.push_back(
              {static_cast<size_t>(offset), sizeof(*value), alignof(decltype(*value)), field.key});
        },
        field.value);
  }
  places.push_back({sizeof(Config), 0, alignof(Config), "the end"});
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a.begin < b.begin; });
  size_t covered = 0;
  for (const Place& place : places) {
    EXPECT_LT(place.begin - covered, place.alignment)
        << "a member before " << place.key << " is not among the fields";
    covered = place.begin + place.size;
  }
}

// `members`: key and address of each.
template <typename Config>
void ExpectFields(Config& config,
                  const std::vector<std::pair<std::string_view, const void*>>& members) {
  const ConfigFields fields = Fields(config);
  test::ExpectWellFormed(fields);
  ExpectFieldsCover(config, fields);
  for (const auto& [key, address] : members) {
    bool found = false;
    for (const ConfigField& field : fields) {
      if (field.key != key) continue;
      found = true;
      EXPECT_EQ(std::visit([](auto* value) -> const void* { return value; }, field.value), address)
          << key;
    }
    EXPECT_TRUE(found) << key;
  }
}

}  // namespace doggo::sim
