#include "agent/nn/exp_minus_one.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace doggo::agent {
namespace {

template <typename Scalar>
Scalar Evaluate(Scalar z) {
  using namespace Eigen::internal;
  using Packet = typename packet_traits<Scalar>::type;
  return pfirst(ExpMinusOne(pset1<Packet>(z)));
}

// 1.2e-7 is one unit in the last place of a float.
TEST(ExpMinusOne, FloatIsRightToOneUnitInTheLastPlace) {
  for (double z = -100; z < -1e-20; z *= 0.999) {
    const float x = static_cast<float>(z);
    const double exact = std::expm1(static_cast<double>(x));
    EXPECT_NEAR(Evaluate(x), exact, 1.2e-7 * std::abs(exact)) << x;
  }
}

TEST(ExpMinusOne, DoubleIsRightToRounding) {
  for (double z = -100; z < -1e-20; z *= 0.99) EXPECT_NEAR(Evaluate(z), std::expm1(z), 3e-16);
}

TEST(ExpMinusOne, IsExactAtTheEnds) {
  EXPECT_EQ(Evaluate(0.0f), 0);
  EXPECT_EQ(Evaluate(-1e30f), -1);
  EXPECT_EQ(Evaluate(-std::numeric_limits<float>::infinity()), -1);
  EXPECT_TRUE(std::isnan(Evaluate(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
}  // namespace doggo::agent
