#include "sim/terrain/sphere_cover.h"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "sim/terrain/ground.h"

namespace doggo::sim {
namespace {

constexpr double kRounding = 0.02;  // m, the largest radius where corners and rims are covered

// Evenly from -end to end, at most `apart` from each other.
std::vector<double> Spread(double end, double apart) {
  if (end <= 0) return {0};
  const int gaps = static_cast<int>(std::ceil(2 * end / apart));
  std::vector<double> places;
  for (int k = 0; k <= gaps; ++k) places.push_back(end * (2.0 * k / gaps - 1));
  return places;
}

std::vector<CoverSphere> CoverCapsule(double radius, double half_length) {
  std::vector<CoverSphere> cover;
  for (double z : Spread(half_length, radius)) cover.push_back({{0, 0, z}, radius});
  return cover;
}

std::vector<CoverSphere> CoverCylinder(double radius, double half_length) {
  constexpr int kAround = 8;
  const double r = std::min({kRounding, radius, half_length});
  std::vector<CoverSphere> cover;
  for (double z : Spread(half_length - r, kCellSize)) {
    for (int k = 0; k < kAround; ++k) {
      const double angle = 2 * std::numbers::pi * k / kAround;
      cover.push_back({{(radius - r) * std::cos(angle), (radius - r) * std::sin(angle), z}, r});
    }
  }
  return cover;
}

std::vector<CoverSphere> CoverBox(const double half[3]) {
  const double r = std::min({kRounding, half[0], half[1], half[2]});
  const std::vector<double> xs = Spread(half[0] - r, kCellSize),
                            ys = Spread(half[1] - r, kCellSize),
                            zs = Spread(half[2] - r, kCellSize);
  const auto is_end = [](const std::vector<double>& places, double at) {
    return at == places.front() || at == places.back();
  };
  std::vector<CoverSphere> cover;
  for (double x : xs) {
    for (double y : ys) {
      for (double z : zs) {
        if (is_end(xs, x) || is_end(ys, y) || is_end(zs, z)) cover.push_back({{x, y, z}, r});
      }
    }
  }
  return cover;
}

// A capsule or cylinder may be given by its ends (fromto): its middle, half length and direction.
struct Frame {
  Eigen::Vector3d position;
  Eigen::Quaterniond rotation;
  double size[3];
};

Frame FrameOf(const mjsGeom& geom, const mjsCompiler& compiler) {
  Frame frame{Eigen::Vector3d(geom.pos),
              Eigen::Quaterniond(geom.quat[0], geom.quat[1], geom.quat[2], geom.quat[3]),
              {geom.size[0], geom.size[1], geom.size[2]}};
  if (geom.alt.type != mjORIENTATION_QUAT) {
    double quat[4];
    if (const char* error =
            mjs_resolveOrientation(quat, compiler.degree, compiler.eulerseq, &geom.alt))
      throw std::runtime_error(error);
    frame.rotation = Eigen::Quaterniond(quat[0], quat[1], quat[2], quat[3]);
  }
  if (std::isfinite(geom.fromto[0])) {
    const Eigen::Vector3d from(geom.fromto), to(geom.fromto + 3);
    frame.position = 0.5 * (from + to);
    frame.rotation.setFromTwoVectors(Eigen::Vector3d::UnitZ(), to - from);
    frame.size[1] = 0.5 * (to - from).norm();
  }
  frame.rotation.normalize();
  return frame;
}

void Cover(const mjsCompiler& compiler, mjsGeom& geom) {
  mjsBody* body = mjs_getParent(geom.element);
  mjsFrame* around = mjs_getFrame(geom.element);  // <frame>, in which its place is told
  const Frame frame = FrameOf(geom, compiler);
  for (const CoverSphere& sphere : SphereCover(geom.type, frame.size)) {
    mjsGeom& added = *mjs_addGeom(body, nullptr);
    const Eigen::Vector3d center = frame.position + frame.rotation * sphere.center;
    if (around) mjs_setFrame(added.element, around);
    added.type = mjGEOM_SPHERE;
    added.size[0] = sphere.radius;
    std::copy_n(center.data(), 3, added.pos);
    added.mass = 0;
    added.density = 0;
    added.contype = geom.contype;
    added.conaffinity = geom.conaffinity;
    added.condim = geom.condim;
    added.priority = geom.priority;
    std::copy(std::begin(geom.friction), std::end(geom.friction), added.friction);
    added.solmix = geom.solmix;
    std::copy(std::begin(geom.solref), std::end(geom.solref), added.solref);
    std::copy(std::begin(geom.solimp), std::end(geom.solimp), added.solimp);
    added.margin = geom.margin;
    added.gap = geom.gap;
    added.group = geom.group;
  }
  geom.contype = geom.conaffinity = 0;
}

}  // namespace

std::vector<CoverSphere> SphereCover(mjtGeom type, const double size[3]) {
  if (type == mjGEOM_SPHERE) return {{Eigen::Vector3d::Zero(), size[0]}};
  if (type == mjGEOM_CAPSULE) return CoverCapsule(size[0], size[1]);
  if (type == mjGEOM_CYLINDER) return CoverCylinder(size[0], size[1]);
  if (type == mjGEOM_BOX) return CoverBox(size);
  throw std::invalid_argument("only boxes, capsules and cylinders can be covered by spheres");
}

void CoverBySpheres(mjSpec& spec) {
  // first all, then changed: what is added is no longer met
  std::vector<mjsGeom*> shapes;
  const mjsBody* world = mjs_findBody(&spec, "world");
  for (mjsElement* e = mjs_firstElement(&spec, mjOBJ_GEOM); e; e = mjs_nextElement(&spec, e)) {
    mjsGeom* geom = mjs_asGeom(e);
    const bool collides = geom->contype != 0 || geom->conaffinity != 0;
    if (mjs_getParent(e) != world && collides && geom->type != mjGEOM_SPHERE)
      shapes.push_back(geom);
  }
  for (mjsGeom* geom : shapes) {
    try {
      Cover(spec.compiler, *geom);
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format(
          "geom '{}' of body '{}': {}", mjs_getString(mjs_getName(geom->element)),
          mjs_getString(mjs_getName(mjs_getParent(geom->element)->element)), error.what()));
    }
  }
}

}  // namespace doggo::sim
