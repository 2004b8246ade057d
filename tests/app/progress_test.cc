#include "app/progress.h"

#include <gtest/gtest.h>

namespace doggo::app {
namespace {

TEST(Sparkline, RisesFromTheLowestToTheHighestBar) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline({-3, 4}, 8), "▁█");
}

TEST(Sparkline, ManyValuesShareTheColumns) {
  EXPECT_EQ(Sparkline({0, 0, 0, 0, 7, 7, 7, 7}, 2), "▁█");
  EXPECT_EQ(Sparkline({0, 2, 1, 3}, 2), "▁█");  // means 1 and 2
}

TEST(Sparkline, ConstantAndEmptyAreFlat) {
  EXPECT_EQ(Sparkline({5, 5, 5}, 8), "▁▁▁");
  EXPECT_EQ(Sparkline({}, 8), "");
}

TEST(Duration, CarriesItsUnit) {
  EXPECT_EQ(Duration(0), "0 s");
  EXPECT_EQ(Duration(59.4), "59 s");
  EXPECT_EQ(Duration(185), "3 min 05 s");
  EXPECT_EQ(Duration(2 * 3600 + 4 * 60 + 20), "2 h 04 min");
  EXPECT_EQ(Duration(-1), "0 s");
}

}  // namespace
}  // namespace doggo::app
