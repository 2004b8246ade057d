#include "sim/terrain/ground_contact.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "sim/terrain/sphere_contact.h"
#include "sim/terrain/sphere_cover.h"

namespace doggo::sim {
namespace {

// The floor's user data: a mark that no model file holds by chance, and the ground's address.
constexpr int kUserSize = 2;
constexpr uint64_t kMark = 0x646f67676f67726e;  // "doggogrn"

const Ground* ReadGround(const mjModel* model, int geom) {
  if (model->nuser_geom < kUserSize) return nullptr;
  const mjtNum* user = model->geom_user + static_cast<size_t>(model->nuser_geom) * geom;
  if (std::bit_cast<uint64_t>(user[0]) != kMark) return nullptr;
  return reinterpret_cast<const Ground*>(std::bit_cast<uintptr_t>(user[1]));
}

// MuJoCo's own function for a plane and a cylinder.
mjfCollision& PlaneCylinder() { return mjCOLLISIONFUNC[mjGEOM_PLANE][mjGEOM_CYLINDER]; }
mjfCollision original = nullptr;

int CollideWithGround(const mjModel* model, mjData* data, mjPreContact* contacts, int plane,
                      int geom, mjtNum margin) {
  const Ground* ground = ReadGround(model, plane);
  if (ground == nullptr) return original(model, data, contacts, plane, geom, margin);
  const Eigen::Vector3d center = Eigen::Map<const Eigen::Vector3d>(data->geom_xpos + 3 * geom);
  const double radius = model->geom_size[3 * geom];
  const SphereContacts found = FindSphereContacts(*ground, center, radius, margin);
  for (int k = 0; k < found.count; ++k) {
    const SphereContact& contact = found.contacts[k];
    contacts[k].dist = contact.distance;
    // halfway between the two surfaces, as everywhere in MuJoCo
    Eigen::Map<Eigen::Vector3d>(contacts[k].pos) =
        center + contact.normal * (-0.5 * contact.distance - radius);
    Eigen::Map<Eigen::Vector3d>(contacts[k].normal) = contact.normal;
    std::fill_n(contacts[k].tangent, 3, 0);
  }
  return found.count;
}

// Once for the process, whatever threads load models at the same time.
void InstallCollisions() {
  static const bool installed = [] {
    original = PlaneCylinder();
    PlaneCylinder() = CollideWithGround;
    return true;
  }();
  static_cast<void>(installed);
}

bool Collide(const mjModel& model, int a, int b) {
  return (model.geom_contype[a] & model.geom_conaffinity[b]) ||
         (model.geom_contype[b] & model.geom_conaffinity[a]);
}

std::string NameOf(const mjModel& model, int geom) {
  const char* name = mj_id2name(&model, mjOBJ_GEOM, geom);
  return name ? fmt::format("'{}'", name) : fmt::format("{}", geom);
}

}  // namespace

void PrepareForGround(mjSpec& spec) {
  // where the size is left to the compiler, it takes that of the largest user data
  int size = std::max(kUserSize, spec.nuser_geom);
  for (mjsElement* e = mjs_firstElement(&spec, mjOBJ_GEOM); e; e = mjs_nextElement(&spec, e)) {
    int own = 0;
    mjs_getDouble(mjs_asGeom(e)->userdata, &own);
    size = std::max(size, own);
  }
  spec.nuser_geom = size;
  CoverBySpheres(spec);
}

void LayGround(const Ground& ground, int floor_geom, mjModel& model) {
  if (model.nuser_geom < kUserSize)
    throw std::runtime_error("the model was not prepared for a ground before it was compiled");
  const mjtNum* quat = model.geom_quat + 4 * floor_geom;
  if (model.geom_type[floor_geom] != mjGEOM_PLANE || model.geom_bodyid[floor_geom] != 0 ||
      model.geom_pos[3 * floor_geom + 2] != 0 || quat[1] != 0 || quat[2] != 0)
    throw std::runtime_error(
        fmt::format("the floor, geom {}, is no horizontal plane of the world at height 0",
                    NameOf(model, floor_geom)));

  for (int geom = 0; geom < model.ngeom; ++geom) {
    if (geom == floor_geom || model.geom_bodyid[geom] == 0) continue;
    if (!Collide(model, floor_geom, geom)) continue;
    const bool marked =
        model.geom_type[geom] == mjGEOM_CYLINDER && model.geom_size[3 * geom + 1] == 0;
    if (model.geom_type[geom] != mjGEOM_SPHERE && !marked)
      throw std::runtime_error(
          fmt::format("geom {} meets the ground and is no sphere; prepare "
                      "the model for a ground before it is compiled",
                      NameOf(model, geom)));
    model.geom_type[geom] = mjGEOM_CYLINDER;
    // no bound: MuJoCo would discard what is farther than that above the floor
    model.geom_rbound[geom] = 0;
  }
  // nor by boxes around a body's shapes, of which the floor's ends at its height
  model.opt.disableflags |= mjDSBL_MIDPHASE;
  InstallCollisions();
  mjtNum* user = model.geom_user + static_cast<size_t>(model.nuser_geom) * floor_geom;
  user[0] = std::bit_cast<mjtNum>(kMark);
  user[1] = std::bit_cast<mjtNum>(reinterpret_cast<uintptr_t>(&ground));
}

const Ground* GroundOf(const mjModel& model, int floor_geom) {
  return ReadGround(&model, floor_geom);
}

}  // namespace doggo::sim
