// Contacts of a sphere, against the distance to the cells as bodies: a second, plain way, which
// looks at all cells around.
#include "sim/terrain/sphere_contact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "sim/interface/random.h"
#include "tests/sim/terrain/made_ground.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;

// The x or y of a cell's near and far side.
double Side(int cell, int cells) { return (cell - 0.5 * cells) * kCellSize; }

// Distance from a point above the ground to the columns under level cells.
double DistanceToColumns(const Ground& ground, const Vector3d& point) {
  double nearest = std::numeric_limits<double>::infinity();
  const int column = ground.Column(point.x()), row = ground.Row(point.y());
  for (int r = std::max(0, row - 4); r <= std::min(ground.rows() - 1, row + 4); ++r) {
    for (int c = std::max(0, column - 4); c <= std::min(ground.columns() - 1, column + 4); ++c) {
      const double x =
          std::clamp(point.x(), Side(c, ground.columns()), Side(c + 1, ground.columns()));
      const double y = std::clamp(point.y(), Side(r, ground.rows()), Side(r + 1, ground.rows()));
      const double z = std::min<double>(point.z(), ground.At(c, r).height);
      nearest = std::min(nearest, (point - Vector3d(x, y, z)).norm());
    }
  }
  return nearest;
}

double Nearest(const SphereContacts& contacts) {
  double nearest = std::numeric_limits<double>::infinity();
  for (int k = 0; k < contacts.count; ++k)
    nearest = std::min(nearest, contacts.contacts[k].distance);
  return nearest;
}

// Random centres over a tile, up to a radius above the ground below them.
Vector3d RandomCenter(const Ground& ground, double radius, Random& random) {
  const double x = random.Uniform(-4.5, 4.5), y = random.Uniform(-4.5, 4.5);
  return {x, y, ground.Height(x, y) + random.Uniform(0, 1.2 * radius)};
}

TEST(SphereContacts, OfLevelCellsAreAsNearAsTheCellsThemselves) {
  for (const char* type : {"stairs_up", "stairs_down", "discrete", "stepping_stones", "gap", "pit",
                           "lee_steps", "lee_stairs"}) {
    const Ground ground = OneType(type);
    Random random(7, Stream::kTest);
    int touching = 0, walls = 0;
    for (int k = 0; k < 20000; ++k) {
      const double radius = k % 2 ? 0.03 : 0.09;
      const Vector3d center = RandomCenter(ground, radius, random);
      const double distance = DistanceToColumns(ground, center) - radius;
      const SphereContacts contacts = FindSphereContacts(ground, center, radius, 0);
      // the only walls that are not met are those lower than 4 mm, which none of these grounds has
      // but by chance: lee_steps
      const double low = std::string(type) == "lee_steps" ? 0.004 : 1e-6;
      if (distance < -low) {
        ASSERT_GT(contacts.count, 0) << type << " " << center.transpose();
        ASSERT_NEAR(Nearest(contacts), distance, low) << type << " " << center.transpose();
        ++touching;
      } else if (distance > 1e-6) {
        ASSERT_EQ(contacts.count, 0) << type << " " << center.transpose();
      }
      for (int c = 0; c < contacts.count; ++c) walls += contacts.contacts[c].normal.z() < 0.5;
    }
    EXPECT_GT(touching, 1000) << type;
    EXPECT_GT(walls, 50) << type;
  }
}

// Moved by its distance along its normal, the sphere's surface is where the ground's is: the point
// of the ground is not inside of the sphere, nor the sphere's in the ground.
TEST(SphereContacts, HaveNormalsThatLeadOutOfTheGround) {
  for (const char* type : {"stairs_up", "discrete", "stepping_stones", "pit"}) {
    const Ground ground = OneType(type);
    Random random(8, Stream::kTest);
    for (int k = 0; k < 5000; ++k) {
      const double radius = 0.05;
      const Vector3d center = RandomCenter(ground, radius, random);
      const SphereContacts contacts = FindSphereContacts(ground, center, radius, 0);
      for (int c = 0; c < contacts.count; ++c) {
        const SphereContact& contact = contacts.contacts[c];
        ASSERT_NEAR(contact.normal.norm(), 1, 1e-12);
        const Vector3d foot = center - (radius + contact.distance) * contact.normal;
        ASSERT_NEAR(DistanceToColumns(ground, foot), 0, 1e-6) << type;
      }
    }
  }
}

// On a plane that slopes, within the pyramid's side: (z - h) cos(angle) - r.
TEST(SphereContacts, OfASlopeAreThoseOfAPlane) {
  const Ground ground = OneType("slope_down", 0.9);
  Random random(9, Stream::kTest);
  for (int k = 0; k < 5000; ++k) {
    const double x = random.Uniform(1.7, 3.8), y = random.Uniform(-1.2, 1.2), radius = 0.05;
    const double above = random.Uniform(0, 0.08);
    const Vector3d center(x, y, 0.36 * (4 - x) + above);
    const double distance = above / std::hypot(1, 0.36) - radius;
    const SphereContacts contacts = FindSphereContacts(ground, center, radius, 0);
    ASSERT_EQ(contacts.count, distance < -1e-6 ? 1 : contacts.count);
    if (contacts.count == 0) continue;
    ASSERT_NEAR(contacts.contacts[0].distance, distance, 1e-6);
    ASSERT_NEAR(contacts.contacts[0].normal.x(), 0.36 / std::hypot(1, 0.36), 1e-5);
    ASSERT_NEAR(contacts.contacts[0].normal.y(), 0, 1e-6);
  }
}

// A tread, its riser and the riser of the other side: what a foot in the corner of steps meets.
TEST(SphereContacts, OfAConcaveCornerAreTheTreadAndBothWalls) {
  const Ground ground = OneType("pit", 0.3);  // floor 4 m wide at -0.3
  const SphereContacts contacts = FindSphereContacts(ground, {1.98, 1.985, -0.275}, 0.03, 0);
  ASSERT_EQ(contacts.count, 3);
  EXPECT_NEAR(contacts.contacts[0].distance, -0.005, 1e-6);
  EXPECT_TRUE(contacts.contacts[0].normal.isApprox(Vector3d::UnitZ()));
  EXPECT_NEAR(contacts.contacts[1].distance, -0.01, 1e-6);
  EXPECT_TRUE(contacts.contacts[1].normal.isApprox(-Vector3d::UnitX()));
  EXPECT_NEAR(contacts.contacts[2].distance, -0.015, 1e-6);
  EXPECT_TRUE(contacts.contacts[2].normal.isApprox(-Vector3d::UnitY()));
}

TEST(SphereContacts, OfAConvexCornerIsTheCorner) {
  const Ground ground = OneType("stairs_down", 1);  // platform 2.6 m wide
  const double top = ground.Height(0, 0);
  const Vector3d corner(1.3, 1.3, top), center = corner + Vector3d(0.01, 0.015, 0.012);
  const SphereContacts contacts = FindSphereContacts(ground, center, 0.03, 0);
  ASSERT_EQ(contacts.count, 1);
  EXPECT_TRUE(contacts.contacts[0].normal.isApprox((center - corner).normalized(), 1e-5));
  EXPECT_NEAR(contacts.contacts[0].distance, (center - corner).norm() - 0.03, 1e-6);
}

TEST(SphereContacts, OfACentreWithinAWallLeadOutTheShorterWay) {
  const Ground ground = OneType("pit", 0.3);
  // two centimetres into the wall, far below its top: back, and onto the floor
  const SphereContacts side = FindSphereContacts(ground, {2.02, 0, -0.28}, 0.03, 0);
  ASSERT_EQ(side.count, 2);
  EXPECT_NEAR(side.contacts[0].distance, -0.05, 1e-6);
  EXPECT_TRUE(side.contacts[0].normal.isApprox(-Vector3d::UnitX()));
  EXPECT_NEAR(side.contacts[1].distance, -0.01, 1e-6);
  EXPECT_TRUE(side.contacts[1].normal.isApprox(Vector3d::UnitZ()));
  // one centimetre below the top: up
  const SphereContacts up = FindSphereContacts(ground, {2.02, 0, -0.01}, 0.03, 0);
  ASSERT_EQ(up.count, 1);
  EXPECT_NEAR(up.contacts[0].distance, -0.04, 1e-6);
  EXPECT_TRUE(up.contacts[0].normal.isApprox(Vector3d::UnitZ()));
}

TEST(SphereContacts, WithinTheMarginAreGivenToo) {
  const Ground ground = OneType("pit", 0.3);
  EXPECT_EQ(FindSphereContacts(ground, {0, 0, -0.26}, 0.03, 0).count, 0);
  const SphereContacts near = FindSphereContacts(ground, {0, 0, -0.26}, 0.03, 0.02);
  ASSERT_EQ(near.count, 1);
  EXPECT_NEAR(near.contacts[0].distance, 0.01, 1e-6);
}

TEST(SphereContacts, AreFourAtMostAndTheNearestOnes) {
  SphereContacts contacts;
  for (double distance : {-0.01, -0.05, -0.02, -0.03, -0.04, -0.005}) {
    contacts.Add({distance, Vector3d::UnitZ()});
  }
  EXPECT_EQ(contacts.count, 4);
  EXPECT_DOUBLE_EQ(Nearest(contacts), -0.05);
  for (int k = 0; k < 4; ++k) EXPECT_LE(contacts.contacts[k].distance, -0.02);
}

}  // namespace
}  // namespace doggo::sim
