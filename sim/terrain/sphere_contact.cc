#include "sim/terrain/sphere_contact.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace doggo::sim {
namespace {

// A neighbour that rises less above the plane of the sphere's own cell is the same surface, seen
// with another cell's plane (curved ground; the edges of pyramids), and no wall.
constexpr double kWall = 0.004;  // m

// The sphere's centre in the cell below it.
struct Place {
  const Ground& ground;
  const Eigen::Vector3d& center;
  int column, row;
  double dx, dy;  // m, of the centre from the cell's middle
  const Patch& own;
  double height;  // m, of the cell under the centre
};

Place Locate(const Ground& ground, const Eigen::Vector3d& center) {
  const int column = ground.Column(center.x()), row = ground.Row(center.y());
  const double dx = center.x() + ground.half_width_x() - (column + 0.5) * kCellSize;
  const double dy = center.y() + ground.half_width_y() - (row + 0.5) * kCellSize;
  const Patch& own = ground.At(column, row);
  return {ground, center, column, row,
          dx,     dy,     own,    own.height + own.slope_x * dx + own.slope_y * dy};
}

Eigen::Vector3d Normal(const Patch& patch) {
  if (patch.slope_x == 0 && patch.slope_y == 0) return Eigen::Vector3d::UnitZ();
  return Eigen::Vector3d(-patch.slope_x, -patch.slope_y, 1) /
         std::sqrt(1.0 + patch.slope_x * patch.slope_x + patch.slope_y * patch.slope_y);
}

// From the centre to the near side of the k-th cell in a direction, m.
double ToCell(double offset, int k, int direction) {
  return (k - 0.5) * kCellSize - direction * offset;
}

// The patch `columns`, `rows` away, at its point nearest to the centre; null outside the arena.
struct Near {
  const Patch* patch;
  Eigen::Vector2d way;  // m, from the centre to that point
  double height;        // m, there
};

Near NearestPoint(const Place& at, int columns, int rows) {
  const int column = at.column + columns, row = at.row + rows;
  if (column < 0 || row < 0 || column >= at.ground.columns() || row >= at.ground.rows()) return {};
  const auto along = [](double offset, int cells) {
    if (cells == 0) return 0.0;
    const int direction = cells > 0 ? 1 : -1;
    return direction * ToCell(offset, std::abs(cells), direction);
  };
  Near near{&at.ground.At(column, row), {along(at.dx, columns), along(at.dy, rows)}, 0};
  near.height = near.patch->height +
                near.patch->slope_x * (at.dx + near.way.x() - columns * kCellSize) +
                near.patch->slope_y * (at.dy + near.way.y() - rows * kCellSize);
  return near;
}

// Does it rise above the plane of the sphere's cell?
bool Protrudes(const Place& at, const Near& near) {
  const double plane = at.height + at.own.slope_x * near.way.x() + at.own.slope_y * near.way.y();
  return near.patch && near.height > plane + kWall;
}

// With the wall, or its upper edge, at that point.
SphereContact WallContact(const Place& at, const Near& near, double radius) {
  const Eigen::Vector3d away(-near.way.x(), -near.way.y(),
                             std::max(0.0, at.center.z() - near.height));
  const double distance = away.norm();
  // a centre on the very edge
  if (distance == 0) return {-radius, Normal(*near.patch)};
  return {distance - radius, away / distance};
}

// The nearest wall of a side or a corner.
struct NearestWall {
  bool found = false;
  SphereContact contact{};
  double top = -std::numeric_limits<double>::infinity();  // m, the highest one's

  void Meet(const Place& at, const Near& near, double radius) {
    const SphereContact other = WallContact(at, near, radius);
    if (!found || other.distance < contact.distance) contact = other;
    top = std::max(top, near.height);
    found = true;
  }
};

// Walls in one direction, as far as the sphere reaches.
NearestWall FindSide(const Place& at, double radius, double reach, int step_x, int step_y) {
  const double offset = step_x != 0 ? at.dx : at.dy;
  const int direction = step_x + step_y;
  NearestWall wall;
  for (int k = 1; ToCell(offset, k, direction) < reach; ++k) {
    const Near near = NearestPoint(at, k * step_x, k * step_y);
    if (Protrudes(at, near)) wall.Meet(at, near, radius);
  }
  return wall;
}

// Walls of a quadrant that stand out above both of its sides'.
NearestWall FindCorner(const Place& at, double radius, double reach, int step_x, int step_y,
                       double sides_top) {
  NearestWall wall;
  for (int i = 1; ToCell(at.dx, i, step_x) < reach; ++i) {
    for (int j = 1; ToCell(at.dy, j, step_y) < reach; ++j) {
      const Near near = NearestPoint(at, i * step_x, j * step_y);
      if (near.height > sides_top + kWall && Protrudes(at, near)) wall.Meet(at, near, radius);
    }
  }
  return wall;
}

void TouchFromAbove(const Place& at, double radius, double margin, SphereContacts& out) {
  const auto add = [&](const SphereContact& contact) {
    if (contact.distance <= margin) out.Add(contact);
  };
  const Eigen::Vector3d normal = Normal(at.own);
  add({(at.center.z() - at.height) * normal.z() - radius, normal});

  const double reach = radius + margin;
  NearestWall left = FindSide(at, radius, reach, -1, 0), right = FindSide(at, radius, reach, 1, 0),
              near = FindSide(at, radius, reach, 0, -1), far = FindSide(at, radius, reach, 0, 1);
  for (const NearestWall* side : {&left, &right, &near, &far}) {
    if (side->found) add(side->contact);
  }
  for (const auto& [x, step_x] : {std::pair(&left, -1), std::pair(&right, 1)}) {
    if (ToCell(at.dx, 1, step_x) >= reach) continue;
    for (const auto& [y, step_y] : {std::pair(&near, -1), std::pair(&far, 1)}) {
      if (ToCell(at.dy, 1, step_y) >= reach) continue;
      const NearestWall corner =
          FindCorner(at, radius, reach, step_x, step_y, std::max(x->top, y->top));
      if (corner.found) add(corner.contact);
    }
  }
}

void PushOut(const Place& at, double radius, double margin, SphereContacts& out) {
  // up, unless a neighbour with its top below the centre is nearer
  const Eigen::Vector3d normal = Normal(at.own);
  double depth = (at.height - at.center.z()) * normal.z();
  Near exit{};
  constexpr int kSteps[][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
  for (const auto& [step_x, step_y] : kSteps) {
    const Near near = NearestPoint(at, step_x, step_y);
    if (near.patch == nullptr || near.height > at.center.z() || near.way.norm() >= depth) continue;
    depth = near.way.norm();
    exit = near;
  }
  if (exit.patch == nullptr) {
    out.Add({-depth - radius, normal});
    return;
  }

  // sideways, and on the neighbour's top where that is near
  const Eigen::Vector2d side =
      depth > 0 ? Eigen::Vector2d(exit.way / depth) : Eigen::Vector2d(0, 0);
  if (depth > 0) out.Add({-depth - radius, {side.x(), side.y(), 0}});
  const Eigen::Vector3d top = Normal(*exit.patch);
  const double distance = (at.center.z() - exit.height) * top.z() - radius;
  if (distance <= margin) out.Add({distance, top});
}

}  // namespace

void SphereContacts::Add(const SphereContact& contact) {
  if (count < kMost) {
    contacts[count++] = contact;
    return;
  }
  const auto farthest = std::max_element(
      contacts.begin(), contacts.end(),
      [](const SphereContact& a, const SphereContact& b) { return a.distance < b.distance; });
  if (contact.distance < farthest->distance) *farthest = contact;
}

SphereContacts FindSphereContacts(const Ground& ground, const Eigen::Vector3d& center,
                                  double radius, double margin) {
  SphereContacts out;
  if (ground.is_plane()) {
    if (center.z() - radius <= margin) out.Add({center.z() - radius, Eigen::Vector3d::UnitZ()});
    return out;
  }
  const Place at = Locate(ground, center);
  if (at.center.z() >= at.height) {
    TouchFromAbove(at, radius, margin, out);
  } else {
    PushOut(at, radius, margin, out);
  }
  return out;
}

}  // namespace doggo::sim
