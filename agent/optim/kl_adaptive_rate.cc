#include "agent/optim/kl_adaptive_rate.h"

#include <algorithm>
#include <cmath>

namespace doggo::agent {

ConfigFields Fields(KlAdaptiveRateConfig& config) {
  return {
      {.key = "adaptive",
       .value = &config.adaptive,
       .unit = "",
       .meaning = "whether the rate follows the KL divergence of the update; otherwise it stays at "
                  "`initial`"},
      {.key = "initial",
       .value = &config.initial,
       .unit = "",
       .meaning = "learning rate at the start",
       .min = 0,
       .max = 1},
      {.key = "min",
       .value = &config.min,
       .unit = "",
       .meaning = "lowest learning rate",
       .min = 0,
       .max = 1},
      {.key = "max",
       .value = &config.max,
       .unit = "",
       .meaning = "highest learning rate",
       .min = 0,
       .max = 1},
      {.key = "factor",
       .value = &config.factor,
       .unit = "",
       .meaning = "each change multiplies or divides the rate by this",
       .min = 1,
       .max = 10},
      {.key = "target_kl",
       .value = &config.target_kl,
       .unit = "nats",
       .meaning =
           "wanted KL divergence between the policies before and after an update, at the start",
       .min = 1e-9,
       .max = 10},
      {.key = "final_kl",
       .value = &config.final_kl,
       .unit = "nats",
       .meaning = "wanted KL divergence after `kl_anneal_steps`, approached linearly",
       .min = 1e-9,
       .max = 10},
      {.key = "kl_anneal_steps",
       .value = &config.kl_anneal_steps,
       .unit = "environment steps",
       .meaning = "how long the wanted KL divergence takes from `target_kl` to `final_kl`",
       .min = 0},
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
