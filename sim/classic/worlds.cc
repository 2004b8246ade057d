#include "sim/classic/worlds.h"

#include "sim/classic/cartpole.h"
#include "sim/classic/hopper.h"
#include "sim/classic/pendulum.h"

namespace doggo::sim {
namespace {

template <typename World>
std::unique_ptr<const Task> Make(const ClassicConfig& config) {
  return std::make_unique<const World>(config);
}

constexpr ClassicWorld kWorlds[] = {
    {"pendulum", Make<Pendulum>, "a rod on a hinge, to be swung up by a weak motor"},
    {"cartpole", Make<Cartpole>, "a pole on a cart, to be balanced"},
    {"hopper", Make<Hopper>, "one leg in a plane, to hop forwards"},
};

}  // namespace

std::span<const ClassicWorld> ClassicWorlds() { return kWorlds; }

const ClassicWorld* FindClassicWorld(std::string_view name) {
  for (const ClassicWorld& world : kWorlds)
    if (world.name == name) return &world;
  return nullptr;
}

}  // namespace doggo::sim
