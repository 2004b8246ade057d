// What an exported file says of the policy that it was made from.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/policy/policy.h"

namespace doggo::agent {

// 16 hexadecimal digits, of all that decides what a policy does and how it is to be run: layers,
// parameters, normaliser, canonical frame, contract. FNV-1a: against mix-ups, not against malice.
std::string PolicyHash(const Policy& policy);

// Key and text: policy (its hash), task, version and commit of the program that trained it, seed,
// steps_trained, contract (JSON; see sim/locomotion/contract.h).
using Provenance = std::vector<std::pair<std::string, std::string>>;
Provenance ProvenanceOf(const Policy& policy);

}  // namespace doggo::agent
