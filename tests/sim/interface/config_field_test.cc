#include "sim/interface/config_field.h"

#include <gtest/gtest.h>

namespace doggo {
namespace {

TEST(ConfigField, SectionsPrefixTheKeysAndKeepThePlaces) {
  double gamma = 0.5;
  int epochs = 2;
  ConfigFields fields;
  AddSection(fields, "first", {{.key = "gamma", .value = &gamma, .unit = "", .meaning = "m"}});
  ConfigFields inner;
  AddSection(inner, "b", {{.key = "epochs", .value = &epochs, .unit = "", .meaning = "m"}});
  AddSection(fields, "a", std::move(inner));

  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].key, "first.gamma");
  EXPECT_EQ(fields[1].key, "a.b.epochs");
  *std::get<double*>(fields[0].value) = 0.75;
  EXPECT_EQ(gamma, 0.75);
}

}  // namespace
}  // namespace doggo
