#include "app/bench/yardsticks.h"

#include <gtest/gtest.h>

namespace doggo::bench {
namespace {

// No speeds are asserted, only that they are speeds: between a megaflop and a petaflop a second.
TEST(Peak, IsASpeedByBothClocks) {
  const PeakReading reading = MeasurePeak();
  EXPECT_GT(reading.by_cpu_time, 1e6);
  EXPECT_LT(reading.by_cpu_time, 1e15);
  // a thread cannot compute for longer than it lives; clocks tick in nanoseconds
  EXPECT_LE(reading.by_wall_time, reading.by_cpu_time * 1.001);
}

TEST(PeakWatch, KeepsEveryReading) {
  PeakWatch watch;
  for (int k = 0; k < 3; ++k) watch.Read();
  EXPECT_EQ(watch.peaks().size(), 3u);
}

}  // namespace
}  // namespace doggo::bench
