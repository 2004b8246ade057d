// The ground as it is drawn: triangles, with the vertical walls that it has.
#pragma once

#include <string>
#include <vector>

#include "sim/mujoco/model.h"
#include "sim/terrain/blocks.h"

namespace doggo::sim {

struct GroundMesh {
  std::vector<float> vertices;      // x y z of each, m, W
  std::vector<float> normals;       // x y z of each
  std::vector<int> faces;           // three vertices of each triangle
  std::vector<int> normal_indices;  // their normals

  int num_triangles() const { return static_cast<int>(faces.size() / 3); }
};

// Tops of blocks, and walls where a cell ends above its neighbour; none at the area's rim.
GroundMesh MeshOf(const Ground& ground, const CellArea& area);

// Adds the mesh to the world of a scene in place of its floor, in the floor's material, to be seen
// only: nothing collides with either. Throws std::runtime_error where there is no geom 'floor'.
void AddGroundMesh(const Ground& ground, const CellArea& area, mjSpec& spec);

}  // namespace doggo::sim
