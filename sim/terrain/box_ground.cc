#include "sim/terrain/box_ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace doggo::sim {
namespace {

constexpr double kThickness = 0.5;  // m, of the lowest box

// The W coordinate of the near side of a cell.
double Side(int cell, int cells) { return (cell - 0.5 * cells) * kCellSize; }

}  // namespace

void AddBoxGround(const Ground& ground, const CellArea& area, mjSpec& spec) {
  mjsElement* floor_element = mjs_findElement(&spec, mjOBJ_GEOM, "floor");
  if (floor_element == nullptr) throw std::runtime_error("the scene has no geom 'floor'");
  mjsGeom& floor = *mjs_asGeom(floor_element);
  const std::vector<Block> blocks = MergeCells(ground, area);
  double lowest = 0;
  for (const Block& block : blocks) {
    if (block.plane.slope_x != 0 || block.plane.slope_y != 0)
      throw std::invalid_argument(fmt::format(
          "the ground slopes at x = {:.2f} m, y = {:.2f} m; only level ground can be "
          "made of boxes",
          Side(block.area.column, ground.columns()), Side(block.area.row, ground.rows())));
    lowest = std::min<double>(lowest, block.plane.height);
  }

  const double bottom = lowest - kThickness;
  mjsBody* world = mjs_findBody(&spec, "world");
  for (const Block& block : blocks) {
    mjsGeom& box = *mjs_addGeom(world, nullptr);
    box.type = mjGEOM_BOX;
    box.size[0] = 0.5 * kCellSize * block.area.columns;
    box.size[1] = 0.5 * kCellSize * block.area.rows;
    box.size[2] = 0.5 * (block.plane.height - bottom);
    box.pos[0] = Side(block.area.column, ground.columns()) + box.size[0];
    box.pos[1] = Side(block.area.row, ground.rows()) + box.size[1];
    box.pos[2] = bottom + box.size[2];
    box.contype = floor.contype;
    box.conaffinity = floor.conaffinity;
    box.condim = floor.condim;
    box.priority = floor.priority;
    std::copy(std::begin(floor.friction), std::end(floor.friction), box.friction);
    box.solmix = floor.solmix;
    std::copy(std::begin(floor.solref), std::end(floor.solref), box.solref);
    std::copy(std::begin(floor.solimp), std::end(floor.solimp), box.solimp);
    box.margin = floor.margin;
    box.gap = floor.gap;
    mjs_setString(box.material, mjs_getString(floor.material));
  }
  floor.pos[2] = bottom;
}

}  // namespace doggo::sim
