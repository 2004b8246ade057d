// A learning rate that keeps the policy's step at a wanted size (Schulman et al. 2017, section 4,
// as in rsl_rl): too large a KL divergence lowers it, too small a one raises it.
#pragma once

#include "sim/interface/config_field.h"

namespace doggo::agent {

struct KlAdaptiveRateConfig {
  bool adaptive = true;
  double initial = 1e-3, min = 1e-5, max = 1e-2;
  double factor = 1.5;             // each change multiplies or divides by this
  double target_kl = 0.03;         // nats, at the start
  double final_kl = 0.005;         // nats, reached linearly after kl_anneal_steps
  double kl_anneal_steps = 1.4e6;  // environment steps
};
ConfigFields Fields(KlAdaptiveRateConfig& config);

// The wanted KL after so many environment steps.
double TargetKl(const KlAdaptiveRateConfig& config, double env_steps);

//   kl > 2 target: rate / factor;   kl < target / 2: rate * factor;   within [min, max]
// A KL that is not finite lowers it.
double AdaptRate(const KlAdaptiveRateConfig& config, double target_kl, double kl, double rate);

}  // namespace doggo::agent
