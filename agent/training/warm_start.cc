// A training that begins with the actor of another.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "agent/training/trainer.h"

namespace doggo::agent {
namespace {

std::string Shape(const Network& network) {
  return fmt::format("{} inputs, {}", network.num_inputs(), fmt::join(network.texts(), ", "));
}

// The running moments that a normaliser was made of, as if `count` observations had been seen:
// scale = 1 / sqrt(variance + epsilon), where a variance of 0 shows the epsilon.
Moments MomentsBehind(const Normalizer& normalizer, double count) {
  Moments moments(static_cast<int>(normalizer.mean.size()));
  moments.count = count;
  const double scale_of_constant = MakeNormalizer(moments).scale.maxCoeff();
  const double epsilon = 1 / (scale_of_constant * scale_of_constant);
  moments.mean = normalizer.mean.cast<double>();
  moments.sum_square =
      count * (normalizer.scale.cast<double>().array().square().inverse() - epsilon).max(0);
  return moments;
}

}  // namespace

void Trainer::StartFrom(const Policy& policy) {
  if (Shape(policy.network) != Shape(nets_.actor)) {
    throw std::invalid_argument(fmt::format("its network is ({}), the configuration's is ({})",
                                            Shape(policy.network), Shape(nets_.actor)));
  }
  if (policy.frame.rules().size() != frame_.rules().size()) {
    throw std::invalid_argument("its canonical frame is another; set symmetry as it was trained");
  }
  const bool normalized = policy.normalizer.mean.size() > 0;
  if (normalized != config_.network.normalize_observations) {
    throw std::invalid_argument(
        fmt::format("its observations are {}normalised; set network.normalize_observations={}",
                    normalized ? "" : "not ", normalized));
  }
  nets_.ActorPart(state_.theta) = policy.theta;
  if (normalized) {
    const auto seen = static_cast<double>(std::max<int64_t>(1, policy.steps_trained));
    state_.policy_moments = MomentsBehind(policy.normalizer, seen);
    PrepareNormalizers();
  }
}

}  // namespace doggo::agent
