#include "sim/viewer/scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace doggo::sim {
namespace {

constexpr int kSmallMap = 1024;  // pixels a side

void ThrowGlError(const char* when) {
  if (const int error = mjr_getError())
    throw std::runtime_error(fmt::format("OpenGL reports error {:#x} {}", error, when));
}

// MuJoCo cuts an endless plane into 40000 pieces around the camera, which the processor has to turn
// and light one by one; one that reaches as far as anybody walks needs four.
void LayLargePlanes(mjModel& model) {
  constexpr double kHalfSide = 2000;  // m
  for (int g = 0; g < model.ngeom; ++g) {
    mjtNum* size = model.geom_size + 3 * g;
    if (model.geom_type[g] != mjGEOM_PLANE || (size[0] > 0 && size[1] > 0)) continue;
    size[0] = size[1] = size[2] = kHalfSide;
  }
}

}  // namespace

SceneConfig Lighter(SceneConfig config) {
  config.samples = 0;
  config.flat = true;
  config.corners = std::min(config.corners, 12);
  return config;
}

void Scene::SceneDeleter::operator()(mjvScene* scene) const {
  mjv_freeScene(scene);
  delete scene;
}

void Scene::ContextDeleter::operator()(mjrContext* context) const {
  mjr_freeContext(context);
  delete context;
}

Scene::Scene(ModelPtr model, const SceneConfig& config)
    : model_(std::move(model)),
      data_(MakeData(*model_)),
      scene_(new mjvScene),
      context_(new mjrContext) {
  model_->vis.global.offwidth = config.width;
  model_->vis.global.offheight = config.height;
  model_->vis.quality.offsamples = config.samples;
  const std::optional<ShadowGround> plane = FindGround(*model_);
  const bool flat_shadows = config.flat && plane;
  const int map = config.flat ? std::min(config.shadow_size, kSmallMap) : config.shadow_size;
  model_->vis.quality.shadowsize = flat_shadows ? 0 : map;
  model_->vis.quality.numslices = config.corners;
  model_->vis.quality.numstacks = std::max(4, config.corners / 2);
  if (config.flat) {
    LayLargePlanes(*model_);
    if (config.shadow_size > 0) ground_ = plane;
  }
  mjv_defaultOption(&option_);
  mjv_defaultCamera(&camera_);
  mjv_defaultScene(scene_.get());
  mjr_defaultContext(context_.get());

  mjv_makeScene(model_.get(), scene_.get(), config.max_shapes);
  scene_->flags[mjRND_SHADOW] = map > 0 && !flat_shadows;
  scene_->flags[mjRND_FOG] =
      config.flat || !plane;  // in place of the haze at an endless plane's end
  scene_->flags[mjRND_REFLECTION] = false;
  scene_->flags[mjRND_CULL_FACE] = true;
  mjr_makeContext(model_.get(), context_.get(), config.font_percent);
  mjr_setBuffer(config.window ? mjFB_WINDOW : mjFB_OFFSCREEN, context_.get());
  ThrowGlError("while the scene was prepared");
}

void Scene::Show(const Insight& insight) {
  option_.flags[mjVIS_CONTACTPOINT] = insight.contact_points;
  option_.flags[mjVIS_INERTIA] = insight.inertia;
  option_.flags[mjVIS_COM] = insight.center_of_mass;
  option_.flags[mjVIS_TRANSPARENT] = insight.inertia || insight.center_of_mass;
}

Eigen::Vector3d Scene::Dragged(double dx, double dy) const {
  mjvPerturb perturbation;
  mjv_defaultPerturb(&perturbation);
  perturbation.select = 1;  // the first body after the world
  mjv_initPerturb(model_.get(), data_.get(), scene_.get(), &perturbation);
  const Eigen::Vector3d from(perturbation.refselpos);
  mjv_movePerturb(model_.get(), data_.get(), mjMOUSE_MOVE_V, dx, dy, scene_.get(), &perturbation);
  return Eigen::Vector3d(perturbation.refselpos) - from;
}

void Scene::Begin(const View& view) {
  camera_.type = mjCAMERA_FREE;
  camera_.azimuth = view.azimuth;
  camera_.elevation = view.elevation;
  camera_.distance = view.distance;
  std::copy_n(view.point.data(), 3, camera_.lookat);
  // an endless floor is laid around the camera, so the camera comes first
  mjv_updateCamera(model_.get(), data_.get(), &camera_, scene_.get());
  scene_->ngeom = 0;
  scene_->nlight = 0;
}

void Scene::AddRobot(std::span<const double> qpos, const Eigen::Vector3d& offset) {
  assert(static_cast<int>(qpos.size()) == model_->nq);
  std::copy(qpos.begin(), qpos.end(), data_->qpos);
  mj_kinematics(model_.get(), data_.get());
  mj_comPos(model_.get(), data_.get());  // a light may follow the centre of mass
  mj_camlight(model_.get(), data_.get());
  if (option_.flags[mjVIS_CONTACTPOINT]) mj_collision(model_.get(), data_.get());

  const bool first = scene_->nlight == 0;
  const int begin = scene_->ngeom;
  if (first) {
    mjv_addGeoms(model_.get(), data_.get(), &option_, nullptr, mjCAT_STATIC, scene_.get());
    mjv_makeLights(model_.get(), data_.get(), scene_.get());
    if (ground_) shade_ = FindShade(*scene_, *ground_);
    // MuJoCo lights by what casts a shadow only while it draws shadows
    for (int k = 0; k < scene_->nlight && !scene_->flags[mjRND_SHADOW]; ++k)
      scene_->lights[k].castshadow = false;
  }
  const int moving = first ? scene_->ngeom : begin;
  mjv_addGeoms(model_.get(), data_.get(), &option_, nullptr, mjCAT_DYNAMIC | mjCAT_DECOR,
               scene_.get());
  for (int k = moving; k < scene_->ngeom; ++k) {
    for (int i = 0; i < 3; ++i) scene_->geoms[k].pos[i] += static_cast<float>(offset[i]);
  }
  if (ground_ && shade_) AddShadows(offset);
}

// The shapes that touch, seen or not, have the outline of those that are seen, and are far fewer.
void Scene::AddShadows(const Eigen::Vector3d& offset) {
  mjvOption all = option_;
  std::fill(all.geomgroup, all.geomgroup + mjNGROUP, true);
  int end = scene_->ngeom;
  mjv_addGeoms(model_.get(), data_.get(), &all, nullptr, mjCAT_DYNAMIC, scene_.get());
  for (int k = end; k < scene_->ngeom; ++k) {
    mjvGeom& shape = scene_->geoms[k];
    const int id = shape.objid;
    if (!model_->geom_contype[id] && !model_->geom_conaffinity[id]) continue;
    for (int i = 0; i < 3; ++i) shape.pos[i] += static_cast<float>(offset[i]);
    scene_->geoms[end++] = ShadowOf(shape, *ground_, *shade_);
  }
  scene_->ngeom = end;
}

mjvGeom* Scene::NewShape() {
  return scene_->ngeom < scene_->maxgeom ? &scene_->geoms[scene_->ngeom++] : nullptr;
}

void Scene::AddArrow(const Eigen::Vector3d& from, const Eigen::Vector3d& to, double width,
                     const Color& color) {
  mjvGeom* shape = NewShape();
  if (!shape) return;
  mjv_initGeom(shape, mjGEOM_ARROW, nullptr, nullptr, nullptr, color.data());
  mjv_connector(shape, mjGEOM_ARROW, width, from.data(), to.data());
}

void Scene::AddDot(const Eigen::Vector3d& middle, double radius, const Color& color) {
  mjvGeom* shape = NewShape();
  if (!shape) return;
  const mjtNum size[3] = {radius, radius, radius};
  mjv_initGeom(shape, mjGEOM_SPHERE, size, middle.data(), nullptr, color.data());
}

void Scene::Draw(const Viewport& viewport) { mjr_render(viewport, scene_.get(), context_.get()); }

void Scene::Write(const Viewport& viewport, mjtGridPos corner, const std::string& left,
                  const std::string& right) {
  mjr_overlay(mjFONT_NORMAL, corner, viewport, left.c_str(), right.c_str(), context_.get());
}

void Scene::Read(Picture& picture) {
  const mjrRect all = mjr_maxViewport(context_.get());
  if (picture.width != all.width || picture.height != all.height)
    picture = BlackPicture(all.width, all.height);
  mjr_readPixels(picture.rgb.data(), nullptr, all, context_.get());
  // OpenGL's rows begin at the bottom
  for (int y = 0; y < all.height / 2; ++y) {
    std::swap_ranges(picture.pixel(0, y), picture.pixel(0, y) + size_t{3} * all.width,
                     picture.pixel(0, all.height - 1 - y));
  }
  ThrowGlError("while a picture was drawn");
}

}  // namespace doggo::sim
