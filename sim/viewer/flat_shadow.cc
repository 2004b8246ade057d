#include "sim/viewer/flat_shadow.h"

#include <algorithm>

namespace doggo::sim {
namespace {

using RowMajorMatrix = Eigen::Matrix<float, 3, 3, Eigen::RowMajor>;

constexpr float kLift = 0.002f;        // m, above the ground, so that the two do not fight
constexpr float kThickness = 0.0001f;  // of a shape's height: enough for its upper side to be one
constexpr float kGlow = 1000;  // times what falls on the copy: no light tells its sides apart

constexpr int kDrawnGroups = 3;  // MuJoCo draws the shapes of the first so many groups

Eigen::Vector3f MeanColor(const mjModel& model, int texture) {
  const int channels = model.tex_nchannel[texture];
  const int pixels = model.tex_width[texture] * model.tex_height[texture];
  const mjtByte* data = model.tex_data + model.tex_adr[texture];
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (int k = 0; k < pixels; ++k)
    for (int i = 0; i < 3; ++i) sum[i] += data[channels * k + std::min(i, channels - 1)];
  return (sum / (255.0 * pixels)).cast<float>();
}

// What a light gives to level ground: Lambert's cosine law, as OpenGL has it.
Eigen::Vector3f Diffuse(const mjvLight& light) {
  return std::max(0.0f, -light.dir[2]) * Eigen::Vector3f::Map(light.diffuse);
}

}  // namespace

std::optional<ShadowGround> FindGround(const mjModel& model) {
  for (int g = 0; g < model.ngeom; ++g) {
    const mjtNum* q = model.geom_quat + 4 * g;
    const bool level = q[1] == 0 && q[2] == 0;
    const bool drawn = model.geom_group[g] < kDrawnGroups;
    if (model.geom_type[g] != mjGEOM_PLANE || model.geom_bodyid[g] != 0 || !level || !drawn)
      continue;
    ShadowGround ground = {.height = static_cast<float>(model.geom_pos[3 * g + 2]),
                           .color = Eigen::Vector3f::Map(model.geom_rgba + 4 * g)};
    if (const int material = model.geom_matid[g]; material >= 0) {
      ground.color = Eigen::Vector3f::Map(model.mat_rgba + 4 * material);
      const int texture = model.mat_texid[mjNTEXROLE * material + mjTEXROLE_RGB];
      if (texture >= 0) ground.color.array() *= MeanColor(model, texture).array();
    }
    return ground;
  }
  return std::nullopt;
}

std::optional<Shade> FindShade(const mjvScene& scene, const ShadowGround& ground) {
  const mjvLight* sun = nullptr;
  Eigen::Vector3f light = Eigen::Vector3f::Zero();
  for (const mjvLight* l = scene.lights; l != scene.lights + scene.nlight; ++l) {
    light += Eigen::Vector3f::Map(l->ambient) + Diffuse(*l);
    if (!sun && l->castshadow && l->type == mjLIGHT_DIRECTIONAL && l->dir[2] < 0) sun = l;
  }
  if (!sun) return std::nullopt;
  return Shade{.direction = Eigen::Vector3f::Map(sun->dir),
               .color = ground.color.cwiseProduct(light - Diffuse(*sun))};
}

// A point p above the ground goes to p + d (height - p_z) / d_z, d the light's direction: linear in
// p, so that it can be had by the position and the axes of the shape.
mjvGeom ShadowOf(const mjvGeom& shape, const ShadowGround& ground, const Shade& shade) {
  const Eigen::Vector3f& d = shade.direction;
  RowMajorMatrix flatten = RowMajorMatrix::Identity();
  flatten.col(2) = Eigen::Vector3f(-d.x() / d.z(), -d.y() / d.z(), kThickness);
  const Eigen::Vector3f base(0, 0, ground.height), lift(0, 0, kLift);

  mjvGeom shadow = shape;
  Eigen::Vector3f::Map(shadow.pos) =
      base + lift + flatten * (Eigen::Vector3f::Map(shape.pos) - base);
  RowMajorMatrix::Map(shadow.mat) = flatten * RowMajorMatrix::Map(shape.mat);
  shadow.matid = shadow.texid = -1;
  Eigen::Vector4f::Map(shadow.rgba) << shade.color / kGlow, 1;
  shadow.emission = kGlow;
  shadow.specular = shadow.shininess = shadow.reflectance = 0;
  shadow.transparent = false;
  shadow.label[0] = 0;
  return shadow;
}

}  // namespace doggo::sim
