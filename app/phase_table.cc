#include "app/phase_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/text_table.h"

namespace doggo::app {

std::string PhaseTable(const agent::PhaseSeconds& phases, double wall_seconds, int threads) {
  const double all = std::max(wall_seconds * threads, 1e-9);
  TextTable table({{"phase"}, {"share", true}, {"s", true}, {"what"}});
  const auto add = [&](std::string_view name, double seconds, std::string_view meaning) {
    table.Add({std::string(name), fmt::format("{:.1f} %", 100 * seconds / all),
               fmt::format("{:.2f}", seconds), std::string(meaning)});
  };
  for (int k = 0; k < agent::kNumPhases; ++k)
    add(agent::kPhaseNames[k].name, phases.seconds[k], agent::kPhaseNames[k].meaning);
  add("other", std::max(0.0, all - phases.total()), "metrics, tests on the way, checkpoints");
  return fmt::format("Where the time of {} thread{} went, {:.1f} s each:\n\n{}", threads,
                     threads == 1 ? "" : "s", wall_seconds, table.Print());
}

}  // namespace doggo::app
