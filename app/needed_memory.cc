#include "app/needed_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>

namespace doggo::app {
namespace {

// As measured of the default task (./doggo bench memory): numbers kept per step of a robot, and
// what a robot itself takes.
constexpr double kFloatsPerStep = 84, kBytesPerRobot = 20e3;

constexpr double kGigabyte = 1e9;

}  // namespace

double NeededMemory(const Config& config) {
  const double robots = config.train.environments;
  const double steps = robots * config.learner.steps_per_iteration;
  return steps * kFloatsPerStep * sizeof(float) + robots * kBytesPerRobot;
}

void CheckMemory(const Config& config, double available) {
  const double needed = NeededMemory(config);
  if (needed <= available) return;
  throw std::runtime_error(fmt::format(
      "train.environments {} x train.steps_per_iteration {}: needs about {:.0f} GB of memory, and "
      "{:.1f} GB are free; take fewer of either",
      config.train.environments, config.learner.steps_per_iteration, needed / kGigabyte,
      available / kGigabyte));
}

double AvailableMemory() {
  double available = std::numeric_limits<double>::infinity();
  std::ifstream machine("/proc/meminfo");
  std::string word;
  double kilobytes = 0;
  while (machine >> word) {
    if (word == "MemAvailable:" && machine >> kilobytes) available = kilobytes * 1024;
  }

  // control group v2
  std::ifstream limit("/sys/fs/cgroup/memory.max"), used("/sys/fs/cgroup/memory.current");
  double most = 0, now = 0;
  if (limit >> most && used >> now) available = std::min(available, most - now);
  return available;
}

}  // namespace doggo::app
