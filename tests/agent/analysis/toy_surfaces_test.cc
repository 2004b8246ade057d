#include "agent/analysis/toy_surfaces.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/central_difference.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(ToySurfaces, GradientsEqualDifferences) {
  for (const ToySurface& surface : ToySurfaces()) {
    const Objective objective = ObjectiveOf(surface);
    for (const uint64_t seed : {1, 2, 3}) {
      Matrix theta = test::RandomMatrix(2, 1, seed);
      Vector gradient(2);
      objective(theta, &gradient);
      test::ExpectGradient([&] { return objective(theta, nullptr); }, theta, gradient,
                           std::string(surface.name));
    }
  }
}

TEST(ToySurfaces, GradientsVanishAtTheKnownPoints) {
  for (const ToySurface& surface : ToySurfaces()) {
    for (const KnownPoint& point : surface.critical_points) {
      Eigen::Vector2d gradient;
      surface.evaluate(point.x, point.y, gradient);
      EXPECT_LT(gradient.norm(), 1e-12) << surface.name << " at " << point.x << ", " << point.y;
    }
  }
}

// Values as published, so that a surface is the one of its name.
TEST(ToySurfaces, ValuesAreThoseOfTheLiterature) {
  const auto value = [](const char* name, double x, double y) {
    return ObjectiveOf(FindToySurface(name))(Vector{{x, y}}, nullptr);
  };
  EXPECT_NEAR(value("quadratic", 2.0 / 3, 1.0 / 3), -1.0 / 3, 1e-15);
  EXPECT_NEAR(value("quadratic", -4, 4), 16 + 16 + 16 + 4, 1e-12);
  EXPECT_NEAR(value("rosenbrock", -1.2, 1), 24.2, 1e-12);
  EXPECT_EQ(value("himmelblau", 3, 2), 0);
  EXPECT_NEAR(value("himmelblau", -0.270845, -0.923039), 181.617, 1e-3);
  EXPECT_EQ(value("saddle", 3, 2), 5);
  EXPECT_EQ(value("monkey_saddle", 2, 1), 2);
  EXPECT_EQ(value("beale", 3, 0.5), 0);
  EXPECT_NEAR(value("beale", 1, 1), 14.203125, 1e-12);
}

TEST(ToySurfaces, StartsAndKnownPointsLieInTheWindow) {
  for (const ToySurface& surface : ToySurfaces()) {
    const auto expect_inside = [&surface](double x, double y) {
      EXPECT_TRUE(surface.low[0] < x && x < surface.high[0] && surface.low[1] < y &&
                  y < surface.high[1])
          << surface.name << ": " << x << ", " << y;
    };
    expect_inside(surface.start[0], surface.start[1]);
    for (const KnownPoint& point : surface.critical_points) expect_inside(point.x, point.y);
  }
}

TEST(ToySurfaces, AnUnknownNameIsRefused) {
  EXPECT_THROW(FindToySurface("egg_box"), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::agent
