#include "sim/locomotion/surroundings.h"

#include <algorithm>
#include <limits>

#include "sim/terrain/height_scan.h"

namespace doggo::sim {
namespace {

// The ground under the robot: 5 x 3 points, m apart in H.
constexpr int kAlong = 2, kAcross = 1;  // to either side of the base
constexpr double kAlongStep = 0.24, kAcrossStep = 0.3;

// ANYmal C's trunk from the base's origin, m.
constexpr double kBellyStep = 0.26, kBellySide = 0.14, kBellyDown = -0.09;

// The plane z = mean + slope . (x, y) through points on a regular grid around the origin, least
// squares: as the points are symmetric, slope_x = sum x z / sum x^2, and likewise in y.
void FitPlane(const Ground& ground, const Eigen::Vector2d& position, const Eigen::Matrix2d& axes,
              Surroundings& around) {
  double sum = 0, sum_x2 = 0, sum_y2 = 0;
  Eigen::Vector2d moments = Eigen::Vector2d::Zero();
  int count = 0;
  for (int i = -kAlong; i <= kAlong; ++i) {
    for (int j = -kAcross; j <= kAcross; ++j) {
      const Eigen::Vector2d offset(kAlongStep * i, kAcrossStep * j);
      const Eigen::Vector2d point = position + axes * offset;
      const double z = ground.Height(point.x(), point.y());
      sum += z;
      moments += z * offset;
      sum_x2 += offset.x() * offset.x();
      sum_y2 += offset.y() * offset.y();
      ++count;
    }
  }
  around.mean_height = sum / count;
  around.slope = {moments.x() / sum_x2, moments.y() / sum_y2};
}

}  // namespace

void MeasureAboveGround(const Robot& robot, const Ground& ground, bool no_force_known,
                        RobotState& s) {
  MeasureBaseAboveGround(ground, s);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const auto foot = s.foot_W.col(leg), knee = s.knee_W.col(leg);
    s.foot_height[leg] = foot.z() - robot.foot_radius - ground.Height(foot.x(), foot.y());
    s.knee_height[leg] = knee.z() - ground.Height(knee.x(), knee.y());
  }
  if (no_force_known) s.contact = s.foot_height < kTouching;
}

Surroundings LookAround(const Ground& ground, const RobotState& s, const LegDirections& ways) {
  Surroundings around;
  const Eigen::Matrix2d axes = HeadingAxes(s.heading);
  FitPlane(ground, s.p_W.head<2>(), axes, around);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Eigen::Vector2d foot = s.foot_W.col(leg).head<2>(), way = axes * ways.col(leg);
    const double below = ground.Height(foot.x(), foot.y());
    const Eigen::Vector2d near = foot + kNearAhead * way, far = foot + kFarAhead * way;
    around.near_rise[leg] = ground.Height(near.x(), near.y()) - below;
    around.far_rise[leg] = ground.Height(far.x(), far.y()) - below;
  }
  around.belly_height = BellyHeight(ground, s);
  return around;
}

double BellyHeight(const Ground& ground, const RobotState& s) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const double y : {-kBellySide, kBellySide}) {
    for (int i = -2; i <= 2; ++i) {
      const Eigen::Vector3d point = s.p_W + s.R_WB * Eigen::Vector3d(i * kBellyStep, y, kBellyDown);
      lowest = std::min(lowest, point.z() - ground.Height(point.x(), point.y()));
    }
  }
  return lowest;
}

}  // namespace doggo::sim
