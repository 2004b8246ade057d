#include "agent/optim/kl_adaptive_rate.h"

#include <algorithm>
#include <cmath>

namespace doggo::agent {

ConfigFields Fields(KlAdaptiveRateConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"adaptive", &config.adaptive, "",
       "whether the rate follows the KL divergence of the update; otherwise it stays at `initial`"},
      {"initial", &config.initial, "", "learning rate at the start", 0, 1},
      {"min", &config.min, "", "lowest learning rate", 0, 1},
      {"max", &config.max, "", "highest learning rate", 0, 1},
      {"factor", &config.factor, "", "each change multiplies or divides the rate by this", 1, 10},
      {"target_kl", &config.target_kl, "nats",
       "wanted KL divergence between the policies before and after an update, at the start", 1e-9,
       10},
      {"final_kl", &config.final_kl, "nats",
       "wanted KL divergence after `kl_anneal_steps`, approached linearly", 1e-9, 10},
      {"kl_anneal_steps", &config.kl_anneal_steps, "environment steps",
       "how long the wanted KL divergence takes from `target_kl` to `final_kl`", 0},
  };
}

double TargetKl(const KlAdaptiveRateConfig& config, double env_steps) {
  if (env_steps >= config.kl_anneal_steps) return config.final_kl;
  return std::lerp(config.target_kl, config.final_kl,
                   std::max(0.0, env_steps / config.kl_anneal_steps));
}

double AdaptRate(const KlAdaptiveRateConfig& config, double target_kl, double kl, double rate) {
  if (!config.adaptive) return rate;
  if (!std::isfinite(kl) || kl > 2 * target_kl) return std::max(config.min, rate / config.factor);
  if (kl < target_kl / 2) return std::min(config.max, rate * config.factor);
  return rate;
}

}  // namespace doggo::agent
