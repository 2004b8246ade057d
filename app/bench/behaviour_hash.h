// One number for all that training does: it changes when any bit of the physics, the task or the
// learner does.
//
// A hash (FNV-1a, 64 bits) over the rewards of every step of kHashIterations iterations and, at
// their end, every parameter of both networks. It does not depend on the number of threads. It may
// depend on the processor, the compiler and the instructions that the program was built for: to
// compare two commits, build both on the same machine.
#pragma once

#include <string>

#include "app/bench/suites.h"

namespace doggo::bench {

inline constexpr int kHashIterations = 30;

// 16 hexadecimal digits.
std::string BehaviourHash(const Training& training, const std::string& root, int threads);

}  // namespace doggo::bench
