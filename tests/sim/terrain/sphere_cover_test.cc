// Shapes covered by spheres.
#include "sim/terrain/sphere_cover.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "sim/interface/random.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;

// How far the shape reaches in a direction: the support function of a convex body.
double Reach(mjtGeom type, const double size[3], const Vector3d& u) {
  const double across = std::hypot(u.x(), u.y());
  if (type == mjGEOM_BOX) return u.cwiseAbs().dot(Vector3d(size[0], size[1], size[2]));
  if (type == mjGEOM_CAPSULE) return size[0] + size[1] * std::abs(u.z());
  return size[0] * across + size[1] * std::abs(u.z());
}

double Reach(const std::vector<CoverSphere>& cover, const Vector3d& u) {
  double reach = -1;
  for (const CoverSphere& sphere : cover)
    reach = std::max(reach, sphere.center.dot(u) + sphere.radius);
  return reach;
}

// A body that leans on a plane leans on its extreme point: the cover reaches as far as the shape in
// every direction, but for rounded corners, (sqrt(3) - 1) 2 cm, and the gaps between eight places
// on a rim, (1 - cos(22.5 degrees)) of its radius; and nowhere farther.
TEST(SphereCover, ReachesAsFarAsTheShape) {
  struct Shape {
    mjtGeom type;
    double size[3];
    double rim;  // m
  };
  const Shape shapes[] = {{mjGEOM_BOX, {0.52, 0.07, 0.09}, 0},
                          {mjGEOM_BOX, {0.0375, 0.03, 0.141}, 0},
                          {mjGEOM_CAPSULE, {0.09, 0.435, 0}, 0},
                          {mjGEOM_CYLINDER, {0.065, 0.04, 0}, 0.065},
                          {mjGEOM_CYLINDER, {0.06, 0.02, 0}, 0.06}};
  Random random(3, Stream::kTest);
  for (const Shape& shape : shapes) {
    const std::vector<CoverSphere> cover = SphereCover(shape.type, shape.size);
    const double short_by = 0.02 * (std::sqrt(3.0) - 1) + 0.076 * shape.rim;
    for (int k = 0; k < 2000; ++k) {
      const Vector3d u = Vector3d(random.Normal(), random.Normal(), random.Normal()).normalized();
      const double reach = Reach(shape.type, shape.size, u);
      ASSERT_LE(Reach(cover, u), reach + 1e-9);
      ASSERT_GE(Reach(cover, u), reach - short_by);
    }
  }
}

// So close that no wall of the ground, a cell wide, finds its way between them.
TEST(SphereCover, OfABoxLeavesNoHolesOfACell) {
  const double size[3] = {0.52, 0.07, 0.09};
  const std::vector<CoverSphere> cover = SphereCover(mjGEOM_BOX, size);
  for (double x = -0.52; x <= 0.52; x += 0.01) {
    for (double y = -0.07; y <= 0.07; y += 0.01) {
      double nearest = 1;
      for (const CoverSphere& sphere : cover)
        nearest = std::min(nearest, (sphere.center - Vector3d(x, y, -0.09)).norm());
      EXPECT_LT(nearest, 0.1 / std::sqrt(2.0) + 0.02);
    }
  }
}

TEST(SphereCover, SaysWhatItCannotCover) {
  const double size[3] = {1, 1, 1};
  EXPECT_EQ(MessageOf<std::invalid_argument>([&] { SphereCover(mjGEOM_ELLIPSOID, size); }),
            "only boxes, capsules and cylinders can be covered by spheres");
}

// Wherever a shape stands in its body, and however its place is written.
TEST(CoverBySpheres, StandsWhereTheShapeStood) {
  char error[500] = "";
  SpecPtr spec(mj_parseXMLString(R"(
      <mujoco><worldbody><geom type="plane" size="0 0 1"/>
        <body name="b"><freejoint/><inertial pos="0 0 0" mass="1" diaginertia="1 1 1"/>
          <geom type="capsule" fromto="1 2 3 1 2 4" size="0.1" friction="0.3"/>
          <frame pos="0 -1 0">
            <geom type="capsule" pos="5 1 0" euler="0 90 0" size="0.1 0.5"/>
          </frame>
          <geom type="box" size="1 1 1" contype="0" conaffinity="0"/>
        </body></worldbody></mujoco>)",
                                 nullptr, error, sizeof(error)));
  ASSERT_TRUE(spec) << error;
  CoverBySpheres(*spec);
  const ModelPtr model(mj_compile(spec.get(), nullptr));
  ASSERT_TRUE(model) << mjs_getError(spec.get());
  Eigen::AlignedBox3d first, second;
  for (int geom = 0; geom < model->ngeom; ++geom) {
    if (model->geom_type[geom] != mjGEOM_SPHERE) {
      EXPECT_TRUE(geom == 0 || model->geom_conaffinity[geom] == 0);
      continue;
    }
    const Vector3d center(model->geom_pos + 3 * geom);
    (center.x() < 3 ? first : second).extend(center);
    EXPECT_EQ(model->geom_friction[3 * geom], center.x() < 3 ? 0.3 : 1);
    EXPECT_EQ(model->geom_size[3 * geom], 0.1);
  }
  EXPECT_TRUE(first.min().isApprox(Vector3d(1, 2, 3), 1e-9));
  EXPECT_TRUE(first.max().isApprox(Vector3d(1, 2, 4), 1e-9));
  EXPECT_TRUE(second.min().isApprox(Vector3d(4.5, 0, 0), 1e-9)) << second.min().transpose();
  EXPECT_TRUE(second.max().isApprox(Vector3d(5.5, 0, 0), 1e-9));
}

}  // namespace
}  // namespace doggo::sim
