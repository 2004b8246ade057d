#include "sim/terrain/ground_mesh.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace doggo::sim {
namespace {

using Eigen::Vector3f;

constexpr float kLeastWall = 1e-3f;  // m; lower ones are not seen

void AddVector(const Vector3f& v, std::vector<float>& to) {
  to.insert(to.end(), {v.x(), v.y(), v.z()});
}

// Corners counter-clockwise as seen from where the quadrangle is to be seen; flat shading.
void AddQuadrangle(const Vector3f (&corner)[4], GroundMesh& mesh) {
  const int vertex = static_cast<int>(mesh.vertices.size() / 3);
  const int normal = static_cast<int>(mesh.normals.size() / 3);
  for (const Vector3f& c : corner) AddVector(c, mesh.vertices);
  AddVector((corner[2] - corner[0]).cross(corner[3] - corner[1]).normalized(), mesh.normals);
  for (int k : {0, 1, 2, 0, 2, 3}) {
    mesh.faces.push_back(vertex + k);
    mesh.normal_indices.push_back(normal);
  }
}

float X(const Ground& ground, int column) {
  return static_cast<float>(column * kCellSize - ground.half_width_x());
}
float Y(const Ground& ground, int row) {
  return static_cast<float>(row * kCellSize - ground.half_width_y());
}

// Is the cell part of a plane that is larger than it?
bool ContinuesAPlane(const Ground& ground, int column, int row) {
  constexpr int kSteps[][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
  for (const auto& [i, j] : kSteps) {
    const int c = column + i, r = row + j;
    if (c < 0 || r < 0 || c >= ground.columns() || r >= ground.rows()) continue;
    if (InOnePlane(ground.At(column, row), ground.At(c, r), i, j)) return true;
  }
  return false;
}

// Height of a cell at one of its corners, 0 or 1 along x and y. On curved ground, where each cell
// is a plane of its own, those that all but meet are drawn as one surface: their mean.
float CornerHeight(const Ground& ground, int column, int row, int i, int j) {
  constexpr double kMeet = 0.04;  // m
  const auto own = [](const Patch& patch, int a, int b) {
    return patch.height + kCellSize * (patch.slope_x * (a - 0.5) + patch.slope_y * (b - 0.5));
  };
  const auto is_level = [](const Patch& p) { return p.slope_x == 0 && p.slope_y == 0; };
  const Patch& patch = ground.At(column, row);
  const double height = own(patch, i, j);
  if (is_level(patch) || ContinuesAPlane(ground, column, row)) return static_cast<float>(height);
  // the four cells around the corner
  double sum = 0;
  int count = 0;
  for (int a = 0; a < 2; ++a) {
    for (int b = 0; b < 2; ++b) {
      const int c = column + i - a, r = row + j - b;
      if (c < 0 || r < 0 || c >= ground.columns() || r >= ground.rows()) continue;
      const Patch& other = ground.At(c, r);
      if (is_level(other) || std::abs(own(other, a, b) - height) > kMeet) continue;
      sum += own(other, a, b);
      ++count;
    }
  }
  return static_cast<float>(sum / count);
}

void AddTop(const Ground& ground, const Block& block, GroundMesh& mesh) {
  const auto corner = [&](int i, int j) {
    return Vector3f(X(ground, block.area.column + i), Y(ground, block.area.row + j),
                    CornerHeight(ground, block.area.column + i - (i > 0),
                                 block.area.row + j - (j > 0), i > 0, j > 0));
  };
  const int n = block.area.columns, m = block.area.rows;
  AddQuadrangle({corner(0, 0), corner(n, 0), corner(n, m), corner(0, m)}, mesh);
}

// The wall between two neighbours along a line: of the first its upper, of the second its lower
// rim, or the other way round; where they cross, none below either.
struct Wall {
  Vector3f from, to;       // on the side of the higher rim, in the order in which it is seen
  float from_low, to_low;  // m
  bool Continues(const Wall& next) const {
    return to == next.from && to_low == next.from_low && from.z() == to.z() &&
           next.from.z() == next.to.z() && from_low == to_low && next.from_low == next.to_low;
  }
};

void AddWall(const Wall& wall, GroundMesh& mesh) {
  const Vector3f from_low(wall.from.x(), wall.from.y(), wall.from_low);
  const Vector3f to_low(wall.to.x(), wall.to.y(), wall.to_low);
  AddQuadrangle({wall.from, from_low, to_low, wall.to}, mesh);
}

// Walls down from cells to their neighbours in one direction, those of equal heights in a row as
// one. `along` walks so that the neighbour lies to the right.
class WallRow {
 public:
  explicit WallRow(GroundMesh& mesh) : mesh_(mesh) {}
  ~WallRow() { End(); }

  void Meet(const Vector3f& from, const Vector3f& to, float from_other, float to_other) {
    const Wall wall{from, to, std::min(from.z(), from_other), std::min(to.z(), to_other)};
    const bool stands =
        wall.from.z() - wall.from_low > kLeastWall || wall.to.z() - wall.to_low > kLeastWall;
    if (!stands) {
      End();
    } else if (open_ && wall_.Continues(wall)) {
      wall_.to = wall.to;
      wall_.to_low = wall.to_low;
    } else {
      End();
      wall_ = wall;
      open_ = true;
    }
  }

 private:
  void End() {
    if (open_) AddWall(wall_, mesh_);
    open_ = false;
  }
  GroundMesh& mesh_;
  Wall wall_{};
  bool open_ = false;
};

// Between columns c-1 and c.
void AddWallsAcrossX(const Ground& ground, const CellArea& area, int c, GroundMesh& mesh) {
  WallRow down_left(mesh), down_right(mesh);
  const float x = X(ground, c);
  for (int k = 0; k < area.rows; ++k) {
    const int up = area.row + k, down = area.row + area.rows - 1 - k;
    const auto left = [&](int row, int j) { return CornerHeight(ground, c - 1, row, 1, j); };
    const auto right = [&](int row, int j) { return CornerHeight(ground, c, row, 0, j); };
    down_right.Meet({x, Y(ground, up), left(up, 0)}, {x, Y(ground, up + 1), left(up, 1)},
                    right(up, 0), right(up, 1));
    down_left.Meet({x, Y(ground, down + 1), right(down, 1)}, {x, Y(ground, down), right(down, 0)},
                   left(down, 1), left(down, 0));
  }
}

// Between rows r-1 and r.
void AddWallsAcrossY(const Ground& ground, const CellArea& area, int r, GroundMesh& mesh) {
  WallRow down_near(mesh), down_far(mesh);
  const float y = Y(ground, r);
  for (int k = 0; k < area.columns; ++k) {
    const int up = area.column + k, down = area.column + area.columns - 1 - k;
    const auto near = [&](int column, int i) { return CornerHeight(ground, column, r - 1, i, 1); };
    const auto far = [&](int column, int i) { return CornerHeight(ground, column, r, i, 0); };
    down_near.Meet({X(ground, up), y, far(up, 0)}, {X(ground, up + 1), y, far(up, 1)}, near(up, 0),
                   near(up, 1));
    down_far.Meet({X(ground, down + 1), y, near(down, 1)}, {X(ground, down), y, near(down, 0)},
                  far(down, 1), far(down, 0));
  }
}

}  // namespace

GroundMesh MeshOf(const Ground& ground, const CellArea& area) {
  GroundMesh mesh;
  for (const Block& block : MergeCells(ground, area)) AddTop(ground, block, mesh);
  for (int c = area.column + 1; c < area.column + area.columns; ++c)
    AddWallsAcrossX(ground, area, c, mesh);
  for (int r = area.row + 1; r < area.row + area.rows; ++r) AddWallsAcrossY(ground, area, r, mesh);
  return mesh;
}

void AddGroundMesh(const Ground& ground, const CellArea& area, mjSpec& spec) {
  mjsElement* floor_element = mjs_findElement(&spec, mjOBJ_GEOM, "floor");
  if (floor_element == nullptr) throw std::runtime_error("the scene has no geom 'floor'");
  mjsGeom& floor = *mjs_asGeom(floor_element);
  const GroundMesh data = MeshOf(ground, area);

  mjsMesh& mesh = *mjs_addMesh(&spec, nullptr);
  mjs_setName(mesh.element, "ground");
  const auto count = [](const auto& numbers) { return static_cast<int>(numbers.size()); };
  mjs_setFloat(mesh.uservert, data.vertices.data(), count(data.vertices));
  mjs_setFloat(mesh.usernormal, data.normals.data(), count(data.normals));
  mjs_setInt(mesh.userface, data.faces.data(), count(data.faces));
  mjs_setInt(mesh.userfacenormal, data.normal_indices.data(), count(data.normal_indices));
  mesh.inertia = mjMESH_INERTIA_SHELL;  // it encloses no volume

  mjsGeom& geom = *mjs_addGeom(mjs_findBody(&spec, "world"), nullptr);
  mjs_setName(geom.element, "ground");
  geom.type = mjGEOM_MESH;
  mjs_setString(geom.meshname, "ground");
  mjs_setString(geom.material, mjs_getString(floor.material));
  geom.contype = geom.conaffinity = 0;
  geom.group = floor.group;
  floor.group = mjNGROUP - 1;  // not drawn
  floor.contype = floor.conaffinity = 0;
}

}  // namespace doggo::sim
