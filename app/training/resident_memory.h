// What this process occupies.
#pragma once

namespace doggo::app {

// Memory that it has resident now, MB (10^6 bytes); NaN where the system does not tell.
double ResidentMemoryMb();

}  // namespace doggo::app
