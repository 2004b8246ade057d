// The ground as triangles, against its heights.
#include "sim/terrain/ground_mesh.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <cmath>
#include <set>
#include <string>

#include "sim/terrain/terrain.h"

namespace doggo::sim {
namespace {

using Eigen::Vector3d;
using Eigen::Vector3f;

Ground Types(const std::vector<std::string>& types, int levels, double hardest) {
  TerrainConfig config;
  config.types = types;
  config.levels = levels;
  config.hardest = hardest;
  return MakeGround(config);
}

Vector3f At(const std::vector<float>& numbers, int index) {
  return {numbers[3 * index], numbers[3 * index + 1], numbers[3 * index + 2]};
}

// The divergence theorem: the flux of (0, 0, z) through the surface is the volume under it, tops
// upwards; and that of (x, 0, 0) too, where every wall is there and looks the right way.
TEST(MeshOf, EnclosesTheVolumeUnderTheGround) {
  const std::set<std::string> is_level = {"stairs_up", "discrete", "stepping_stones", "lee_steps"};
  for (const char* type : {"stairs_up", "discrete", "stepping_stones", "slope_down", "waves",
                           "rough_slope", "lee_steps"}) {
    const Ground ground = Types({std::string(type) + " share=1"}, 1, 0.7);
    const CellArea area = TileArea(ground, 0, 0, 3);
    double volume = 0;
    for (int row = area.row; row < area.row + area.rows; ++row) {
      for (int column = area.column; column < area.column + area.columns; ++column)
        volume += ground.At(column, row).height * kCellSize * kCellSize;
    }
    const GroundMesh mesh = MeshOf(ground, area);
    Vector3d flux(0, 0, 0);
    for (int t = 0; t < mesh.num_triangles(); ++t) {
      const Vector3d a = At(mesh.vertices, mesh.faces[3 * t]).cast<double>(),
                     b = At(mesh.vertices, mesh.faces[3 * t + 1]).cast<double>(),
                     c = At(mesh.vertices, mesh.faces[3 * t + 2]).cast<double>();
      const Vector3d face = 0.5 * (b - a).cross(c - a), middle = (a + b + c) / 3;
      flux += face.cwiseProduct(middle);
      const Vector3d normal = At(mesh.normals, mesh.normal_indices[3 * t]).cast<double>();
      if (face.norm() > 1e-5) {
        EXPECT_GT(face.normalized().dot(normal), 0.8) << type;
      }
    }
    // heights are floats; where the ground slopes, corners are means of cells that all but meet,
    // and walls below a millimetre are left out
    const bool level = is_level.count(type) > 0;
    const double rounding = level ? 1e-3 * std::abs(volume) + 1e-3 : 0.01 * std::abs(volume) + 0.02;
    EXPECT_NEAR(flux.z(), volume, rounding) << type;
    EXPECT_NEAR(flux.x(), volume, rounding) << type;
    EXPECT_NEAR(flux.y(), volume, rounding) << type;
  }
}

// Nine tiles are drawn many times a second, by the processor too.
TEST(MeshOf, OfNineTilesStaysSmall) {
  const Ground level =
      Types({"stairs_up share=0.3", "discrete share=0.3", "slope_up share=0.4"}, 3, 0.9);
  EXPECT_LT(MeshOf(level, AreaAround(level, 0, 0, 12)).num_triangles(), 12000);
  const Ground rough =
      Types({"rough_slope share=0.5", "stairs_up share=0.2", "discrete share=0.3"}, 3, 0.9);
  EXPECT_LT(MeshOf(rough, AreaAround(rough, 0, 0, 12)).num_triangles(), 50000);
}

TEST(AddGroundMesh, IsSeenAndTouchesNothing) {
  const Ground ground = Types({"stairs_up share=1"}, 1, 0.9);
  char error[500] = "";
  SpecPtr spec(mj_parseXMLString(
      "<mujoco><worldbody><geom name='floor' type='plane' size='0 0 1'/></worldbody></mujoco>",
      nullptr, error, sizeof(error)));
  AddGroundMesh(ground, WholeArea(ground), *spec);
  const ModelPtr model(mj_compile(spec.get(), nullptr));
  ASSERT_TRUE(model) << mjs_getError(spec.get());
  const int geom = FindId(*model, mjOBJ_GEOM, "ground");
  EXPECT_EQ(model->geom_contype[geom] + model->geom_conaffinity[geom], 0);
  // MuJoCo moves a mesh into its own frame and the geom back: the lowest vertex is the platform
  DataPtr data = MakeData(*model);
  mj_kinematics(model.get(), data.get());
  const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> rotation(data->geom_xmat +
                                                                                9 * geom);
  double lowest = 10, widest = 0;
  for (int v = 0; v < model->mesh_vertnum[0]; ++v) {
    const Vector3d vertex =
        rotation * Eigen::Map<const Vector3f>(model->mesh_vert + 3 * v).cast<double>() +
        Eigen::Map<const Vector3d>(data->geom_xpos + 3 * geom);
    lowest = std::min(lowest, vertex.z());
    widest = std::max(widest, vertex.x());
  }
  EXPECT_NEAR(lowest, -9 * 0.212, 1e-4);
  EXPECT_NEAR(widest, ground.half_width_x(), 1e-4);
}

}  // namespace
}  // namespace doggo::sim
