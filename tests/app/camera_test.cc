#include "app/camera.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/sim/terrain/made_ground.h"

namespace doggo::app {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

// Where MuJoCo puts the camera of a view.
Eigen::Vector3d PlaceOf(const sim::View& view) {
  const double a = view.azimuth * kDegree, e = view.elevation * kDegree;
  const Eigen::Vector3d ahead(std::cos(e) * std::cos(a), std::cos(e) * std::sin(a), std::sin(e));
  return view.point - view.distance * ahead;
}

TEST(ClearElevation, OnThePlaneIsTheViewsOwn) {
  for (const double elevation : {-89.0, -18.0, 10.0})
    EXPECT_EQ(ClearElevation({}, {.elevation = elevation}), elevation);
}

// From the bottom of steep stairs, which rise on all sides, and from their top.
TEST(ClearElevation, NoGroundStandsBetweenTheCameraAndWhatItLooksAt) {
  const sim::Ground ground = sim::OneType("stairs_up", 0.9);
  for (const double x : {0.0, 1.5, 2.5, 4.5}) {
    for (double azimuth = 0; azimuth < 360; azimuth += 15) {
      sim::View view = {.azimuth = azimuth, .point = {x, 0.3, ground.Height(x, 0.3) + 0.4}};
      view.elevation = ClearElevation(ground, view);
      const Eigen::Vector3d camera = PlaceOf(view);
      for (double share = 0; share <= 1; share += 0.01) {
        const Eigen::Vector3d point = view.point + share * (camera - view.point);
        EXPECT_GT(point.z(), ground.Height(point.x(), point.y())) << x << " " << azimuth;
      }
    }
  }
}

TEST(ClearView, TurnsDownSoonAndBackSlowly) {
  const sim::Ground ground = sim::OneType("stairs_up", 0.9);
  const sim::View low = {.azimuth = 0, .elevation = 0, .point = {0, 0, ground.Height(0, 0) + 0.4}};
  sim::View high = low;
  high.point.z() += 5;
  const double clear = ClearElevation(ground, low);
  ASSERT_LT(clear, low.elevation - 5);
  double turned = 0;
  for (int k = 0; k < 50; ++k) ClearView(ground, low, 0.02, turned);
  EXPECT_NEAR(low.elevation - turned, clear, 0.1) << "after a second";
  ClearView(ground, high, 0.02, turned);
  EXPECT_NEAR(low.elevation - turned, clear, 0.1 * (low.elevation - clear)) << "after a frame";
  for (int k = 0; k < 500; ++k) ClearView(ground, high, 0.02, turned);
  EXPECT_NEAR(turned, 0, 0.1);
}

}  // namespace
}  // namespace doggo::app
