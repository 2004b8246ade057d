#include "agent/analysis/critical_point.h"

#include <gtest/gtest.h>

#include "agent/analysis/toy_surfaces.h"

namespace doggo::agent {
namespace {

CriticalPoint Describe(const Objective& objective, const Vector& theta) {
  return DescribePoint(objective, theta, Random(1, Stream::kTest));
}

// Survey fig. 2.1: L* = -1/3 at (2/3, 1/3), eigenvalues 1 and 3.
TEST(CriticalPoint, TheSurveysQuadraticHasAMinimumWithEigenvaluesOneAndThree) {
  const CriticalPoint point =
      Describe(ObjectiveOf(FindToySurface("quadratic")), Vector{{2.0 / 3, 1.0 / 3}});
  EXPECT_EQ(point.kind, "minimum");
  EXPECT_NEAR(point.loss, -1.0 / 3, 1e-15);
  EXPECT_NEAR(point.gradient_norm, 0, 1e-15);
  EXPECT_NEAR(point.smallest_eigenvalue, 1, 1e-9);
  EXPECT_NEAR(point.largest_eigenvalue, 3, 1e-9);
}

TEST(CriticalPoint, EveryKnownPointOfEverySurfaceIsOfItsKind) {
  for (const ToySurface& surface : ToySurfaces())
    for (const KnownPoint& known : surface.critical_points)
      EXPECT_EQ(Describe(ObjectiveOf(surface), Vector{{known.x, known.y}}).kind, known.kind)
          << surface.name << " at " << known.x << ", " << known.y;
}

TEST(CriticalPoint, WhereTheGradientIsNotZeroItIsNone) {
  for (const ToySurface& surface : ToySurfaces())
    EXPECT_EQ(Describe(ObjectiveOf(surface), Vector{{surface.start[0], surface.start[1]}}).kind,
              "not critical")
        << surface.name;
}

// L = x^2 + c y^2 + y^4: the floor of the valley decides.
TEST(CriticalPoint, AnEigenvalueNearZeroIsAFlatDirection) {
  const auto kind = [](double c) {
    const Objective valley = [c](const ConstVectorRef& theta, Vector* gradient) -> Real {
      const Real x = theta[0], y = theta[1];
      if (gradient != nullptr) *gradient << 2 * x, 2 * c * y + 4 * y * y * y;
      return x * x + c * y * y + y * y * y * y;
    };
    return Describe(valley, Vector::Zero(2)).kind;
  };
  EXPECT_EQ(kind(0), "flat direction");
  EXPECT_EQ(kind(1e-5), "flat direction");
  EXPECT_EQ(kind(-1e-5), "flat direction");
  EXPECT_EQ(kind(1e-3), "minimum");
  EXPECT_EQ(kind(-1e-3), "saddle");
}

}  // namespace
}  // namespace doggo::agent
