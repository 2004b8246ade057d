// Random orders that depend on their arguments alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/interface/random.h"

namespace doggo::agent {

// Brings `order` into a random order, each as likely as any other (Fisher and Yates).
void Shuffle(Random random, std::span<int> order);

// A random order of 0 .. size-1 for one pass over the examples, the same for the same arguments.
// order is resized once.
void Shuffle(int size, uint64_t seed, uint64_t epoch, std::vector<int>& order);

}  // namespace doggo::agent
