#include "app/camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/robot_drawing.h"

namespace doggo::app {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLookEvery = 0.05;    // m, along the line of sight
constexpr double kNear = 0.4;          // m, around the robot: it hides itself from nobody
constexpr double kAboveGround = 0.12;  // m, of the line of sight
constexpr double kSteepest = -80;      // degrees
constexpr double kTurnTime = 0.15, kBackTime = 1.0;  // s, of the smoothing

constexpr double kRoughAzimuth = 60;  // degrees

}  // namespace

sim::View FirstView(const mjModel& model, const sim::Ground& ground, const sim::Transition& t) {
  sim::View view;
  view.azimuth = (ground.is_plane() ? model.vis.global.azimuth : kRoughAzimuth) +
                 t.now.heading * 180 / std::numbers::pi;
  view.elevation = model.vis.global.elevation;
  view.point = {t.now.p_W.x(), t.now.p_W.y(), LookHeight(model.stat.center[2], t)};
  return view;
}

// At a distance s over ground from the point, the line of sight is at z_point + s tan(down): above
// the ground for all s up to where the camera stands, which is the nearer the steeper it looks.
double ClearElevation(const sim::Ground& ground, const sim::View& view) {
  if (ground.is_plane()) return view.elevation;
  const double azimuth = view.azimuth * kDegree;
  const Eigen::Vector2d back(-std::cos(azimuth), -std::sin(azimuth));
  double elevation = view.elevation;
  for (double s = kNear; s <= view.distance * std::cos(elevation * kDegree); s += kLookEvery) {
    const Eigen::Vector2d point = view.point.head<2>() + s * back;
    const double rise = ground.Height(point.x(), point.y()) + kAboveGround - view.point.z();
    elevation = std::min(elevation, -std::atan2(rise, s) / kDegree);
  }
  return std::max(elevation, std::min(kSteepest, view.elevation));
}

sim::View ClearView(const sim::Ground& ground, const sim::View& view, double dt, double& turned) {
  const double wanted = view.elevation - ClearElevation(ground, view);
  turned += SmoothingShare(dt, wanted > turned ? kTurnTime : kBackTime) * (wanted - turned);
  sim::View clear = view;
  clear.elevation = std::max(-89.0, view.elevation - turned);
  return clear;
}

}  // namespace doggo::app
