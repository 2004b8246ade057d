#include "sim/locomotion/seen_ground.h"

#include "sim/terrain/height_scan.h"

namespace doggo::sim {
namespace {

using Points = std::vector<Eigen::Vector3d>;

void Add(const Ground& ground, const Eigen::Vector2d& point, Points& points) {
  points.emplace_back(point.x(), point.y(), ground.Height(point.x(), point.y()));
}

void AddGrid(const ScanGrid& grid, const Transition& t, const Ground& ground, Points& points) {
  for (int i = 0; i < grid.along; ++i) {
    for (int j = 0; j < grid.across; ++j)
      Add(ground, PointOf(grid, i, j, t.now.p_W.head<2>(), HeadingAxes(t.now.heading)), points);
  }
}

void AddFeet(const Transition& t, const Ground& ground, Points& points) {
  const Eigen::Vector2d ahead = HeadingAxes(t.now.heading).col(0);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    for (const double distance : kFootDistances)
      Add(ground, t.now.foot_W.col(leg).head<2>() + distance * ahead, points);
  }
}

}  // namespace

Points SeenGround(const ObservationLayout& layout, const Transition& t, const Ground& ground) {
  Points points;
  for (const ObservationRow& row : layout.rows()) {
    if (row.term->quantity == Quantity::kFineScan) AddGrid(kFineGrid, t, ground, points);
    if (row.term->quantity == Quantity::kCoarseScan) AddGrid(kCoarseGrid, t, ground, points);
    if (row.term->quantity == Quantity::kFootScan) AddFeet(t, ground, points);
  }
  return points;
}

}  // namespace doggo::sim
