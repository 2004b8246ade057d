#include "app/bench/operations.h"

namespace doggo::bench {

Products ProductsOf(const agent::Network& network) {
  Products products;
  for (const agent::Layer& layer : network.layers()) {
    if (!layer.kind->sets_width) continue;
    const double product = static_cast<double>(layer.in) * layer.out;
    if (products.all == 0) products.first = product;
    products.all += product;
  }
  return products;
}

double ForwardOperations(const agent::Network& network) { return 2 * ProductsOf(network).all; }

double LearningOperations(const agent::Network& network) {
  const Products p = ProductsOf(network);
  return 6 * p.all - 2 * p.first;
}

double UpdateOperations(const agent::ActorCritic& nets, const agent::PpoConfig& ppo, double n) {
  return ppo.epochs * n * (LearningOperations(nets.actor) + LearningOperations(nets.critic));
}

double OperationsPerStep(const agent::ActorCritic& nets, const agent::LearnerConfig& config) {
  return ForwardOperations(nets.actor) +
         ForwardOperations(nets.critic) * (1 + 1.0 / config.steps_per_iteration) +
         UpdateOperations(nets, config.ppo, 1);
}

double Roofline(int cores, int physics_steps, double seconds_per_physics_step,
                double operations_per_step, double peak) {
  return cores / (physics_steps * seconds_per_physics_step + operations_per_step / peak);
}

}  // namespace doggo::bench
