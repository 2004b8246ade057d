// Is there room for a training? Linux grants memory that is not there, and later ends whoever uses
// it.
#pragma once

#include "app/config.h"

namespace doggo::app {

// What a training holds at least, in bytes: the rollout and the robots.
double NeededMemory(const Config& config);

// Throws std::runtime_error, one sentence, where that is more than `available` bytes.
void CheckMemory(const Config& config, double available);

// What programs can still have on this machine and in this control group, in bytes; infinite where
// nobody says.
double AvailableMemory();

}  // namespace doggo::app
