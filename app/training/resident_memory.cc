#include "app/training/resident_memory.h"

#include <unistd.h>

#include <cmath>
#include <fstream>

namespace doggo::app {

// /proc/self/statm: pages in all, pages resident, ... (proc(5)).
double ResidentMemoryMb() {
  std::ifstream in("/proc/self/statm");
  double pages = 0, resident = 0;
  if (!(in >> pages >> resident)) return NAN;
  return 1e-6 * resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace doggo::app
