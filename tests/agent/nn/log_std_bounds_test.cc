#include "agent/nn/log_std_bounds.h"

#include <gtest/gtest.h>

#include "tests/support/central_difference.h"

namespace doggo::agent {
namespace {

constexpr double kLow = -3, kHigh = 1;

TEST(LogStdBounds, HardOnesMoveOnlyWhatIsOutside) {
  Vector log_std = Eigen::Vector4d(-5, -3, 0.25, 7);
  BoundLogStd(kLow, kHigh, log_std);
  EXPECT_EQ(log_std, Vector(Eigen::Vector4d(-3, -3, 0.25, 1)));
}

TEST(LogStdBounds, SmoothOnesAreRisingAndNeverLeft) {
  double last = SmoothLogStd(kLow, kHigh, -1000);
  EXPECT_EQ(last, kLow);
  for (double x = -8; x <= 8; x += 0.5) {
    const double s = SmoothLogStd(kLow, kHigh, x);
    EXPECT_GT(s, last);
    last = s;
  }
  EXPECT_LT(last, kHigh);
  EXPECT_EQ(SmoothLogStd(kLow, kHigh, 1000), kHigh);
}

TEST(LogStdBounds, SmoothOnesDoNothingInTheMiddle) {
  EXPECT_DOUBLE_EQ(SmoothLogStd(kLow, kHigh, -1), -1);
  EXPECT_DOUBLE_EQ(SmoothLogStdSlope(kLow, kHigh, -1), 1);
}

TEST(LogStdBounds, SlopeIsTheDerivative) {
  Vector x = Vector::LinSpaced(7, -6, 4), slope(7);
  for (int i = 0; i < 7; ++i)
    slope[i] = SmoothLogStdSlope(kLow, kHigh, SmoothLogStd(kLow, kHigh, x[i]));
  const auto sum = [&] {
    double total = 0;
    for (double x_i : x) total += SmoothLogStd(kLow, kHigh, x_i);
    return total;
  };
  test::ExpectGradient(sum, x, slope, "the smooth bound");
}

}  // namespace
}  // namespace doggo::agent
