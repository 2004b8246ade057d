#include "sim/locomotion/leg_plane.h"

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

// A link in the leg's plane, at zero joint angle: how long, and how far it is turned about y from
// straight down.
struct PlaneLink {
  double length, angle;
};

PlaneLink InPlane(const LegVectors& link, int leg) {
  const double x = link(leg, 0), z = link(leg, 2);
  return {std::hypot(x, z), std::atan2(-x, -z)};
}

}  // namespace

Eigen::Vector3d LegOffsets(const Robot& robot, int leg, const Eigen::Vector3d& shift) {
  constexpr double kFolded = -0.6, kStraight = 0.995;  // cosines of k that it keeps between
  const auto& links = robot.legs.links;
  const PlaneLink thigh = InPlane(links[2].offset, leg), shank = InPlane(robot.legs.foot, leg);
  const double haa_sign = links[0].axis(leg, 0), hfe = robot.default_pose[3 * leg + 1],
               kfe = robot.default_pose[3 * leg + 2];

  // the foot from HFE's axis
  const auto foot = robot.feet_B.col(leg);
  const double px = foot.x() - links[0].offset(leg, 0) - links[1].offset(leg, 0) + shift.x();
  const double pz = foot.z() - links[0].offset(leg, 2) - links[1].offset(leg, 2) + shift.z();

  const double l1 = thigh.length, l2 = shank.length;
  const double cosine =
      std::clamp((px * px + pz * pz - l1 * l1 - l2 * l2) / (2 * l1 * l2), kFolded, kStraight);
  const double k = std::copysign(std::acos(cosine), kfe + shank.angle - thigh.angle);
  const double first = std::atan2(-px, -pz) - std::atan2(l2 * std::sin(k), l1 + l2 * std::cos(k));
  return {haa_sign * shift.y() / -pz, first - thigh.angle - hfe,
          k + thigh.angle - shank.angle - kfe};
}

}  // namespace doggo::sim
