#include "agent/export/provenance.h"

#include <fmt/format.h>

#include "agent/policy/fnv1a.h"

namespace doggo::agent {
namespace {

template <typename Numbers>
void AddNumbers(const Numbers& numbers, Fnv1a& hash) {
  hash.Add(static_cast<uint64_t>(numbers.size()));
  hash.Add(numbers.data(), static_cast<size_t>(numbers.size()) * sizeof(numbers[0]));
}

void AddMirror(const Mirror& mirror, Fnv1a& hash) {
  AddNumbers(mirror.from, hash);
  AddNumbers(mirror.sign, hash);
}

// The commit in "doggo 0.1.0 (1a2b3c4)"; "" where there is none.
std::string CommitIn(const std::string& version) {
  const size_t open = version.find('('), close = version.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return "";
  return version.substr(open + 1, close - open - 1);
}

}  // namespace

std::string PolicyHash(const Policy& policy) {
  Fnv1a hash;
  hash.Add(static_cast<uint64_t>(policy.network.num_inputs()));
  for (const std::string& layer : policy.network.texts()) hash.Add(std::string_view(layer));
  AddNumbers(policy.theta, hash);
  AddNumbers(policy.normalizer.mean, hash);
  AddNumbers(policy.normalizer.scale, hash);
  hash.Add(&policy.normalizer.limit, sizeof(policy.normalizer.limit));
  for (const Symmetry& symmetry : policy.frame.symmetries()) {
    AddMirror(symmetry.policy_obs, hash);
    AddMirror(symmetry.action, hash);
  }
  for (const CanonicalRule& rule : policy.frame.rules()) {
    hash.Add(static_cast<uint64_t>(rule.policy_row));
    hash.Add(static_cast<uint64_t>(rule.symmetry));
  }
  hash.Add(std::string_view(policy.contract));
  return fmt::format("{:016x}", hash.value());
}

Provenance ProvenanceOf(const Policy& policy) {
  return {{"policy", PolicyHash(policy)},
          {"task", policy.task},
          {"version", policy.version},
          {"commit", CommitIn(policy.version)},
          {"seed", fmt::format("{}", policy.seed)},
          {"steps_trained", fmt::format("{}", policy.steps_trained)},
          {"contract", policy.contract}};
}

}  // namespace doggo::agent
