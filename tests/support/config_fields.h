// What every list of configuration fields must satisfy.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/interface/config_field.h"

namespace doggo::test {

// Keys unlike each other, defaults within their ranges, meanings told.
inline void ExpectWellFormed(const ConfigFields& fields) {
  std::set<std::string> keys;
  std::set<const void*> places;
  for (const ConfigField& field : fields) {
    EXPECT_TRUE(keys.insert(field.key).second) << field.key << " is listed twice";
    const void* place = std::visit([](auto* value) -> const void* { return value; }, field.value);
    EXPECT_TRUE(places.insert(place).second) << field.key << " is stored where another key is";
    EXPECT_FALSE(field.meaning.empty()) << field.key;
    EXPECT_LE(field.min, field.max) << field.key;
    const auto expect_in_range = [&field](double value) {
      EXPECT_GE(value, field.min) << field.key;
      EXPECT_LE(value, field.max) << field.key;
    };
    if (auto* value = std::get_if<double*>(&field.value)) expect_in_range(**value);
    if (auto* value = std::get_if<int*>(&field.value)) expect_in_range(**value);
  }
}

}  // namespace doggo::test
