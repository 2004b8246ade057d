#include "app/evaluation_table.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace doggo::app {

std::string EvaluationTable(const Evaluation& e) {
  const Tracking& t = e.tracking;
  std::string table;
  table += fmt::format("  tracking   {:.3f} m/s   {:.3f} rad/s    (rms over {} episodes)\n",
                       t.linear_rmse, t.yaw_rmse, t.episodes);
  table += fmt::format("  falls      {} of {}                  (95 % sure: under {:.1f} %)\n",
                       t.falls, t.episodes, 100 * UpperBound95(t.falls, t.episodes));
  if (t.diverged > 0) table += fmt::format("  of these   {} by numerical trouble\n", t.diverged);
  table += fmt::format("  standing   {:.1f} cm drift in 20 s     (the worst of 20 robots)\n",
                       100 * e.standing_drift);
  table += fmt::format("  effort     cost of transport {:.2f} at {:.2f} m/s\n", e.cost_of_transport,
                       e.transport_speed);
  return table;
}

void CheckPolicyFits(const agent::Policy& policy, const std::string& file, const Config& config) {
  const sim::ObservationLayout layout(config.world.observations.policy, /*noise_level=*/0,
                                      /*stream=*/0);
  if (policy.network.num_inputs() == layout.size() &&
      policy.network.num_outputs() == sim::kNumJoints)
    return;

  // which observations the two do not share
  std::map<std::string, int> seen, offered;
  const auto contract = nlohmann::json::parse(policy.contract, nullptr, /*allow_exceptions=*/false);
  if (contract.is_object() && contract.contains("observations")) {
    for (const auto& term : contract["observations"])
      seen[term.value("name", "?")] = term.value("size", 0);
  }
  for (const sim::ObservationRow& row : layout.rows())
    offered[std::string(row.term->name)] = row.size();
  std::string differences;
  for (const auto& [name, size] : seen) {
    if (!offered.count(name)) differences += fmt::format(" {} ({}) missing.", name, size);
  }
  for (const auto& [name, size] : offered) {
    if (!seen.count(name)) differences += fmt::format(" {} ({}) is new.", name, size);
  }
  throw std::runtime_error(fmt::format(
      "{}: this policy was trained for '{}' ({} observations, {} actions); '{}' has {} and {}.{}{}",
      file, policy.task.empty() ? "another task" : policy.task, policy.network.num_inputs(),
      policy.network.num_outputs(), config.name, layout.size(), sim::kNumJoints,
      differences.empty() ? "" : " Differences:", differences));
}

}  // namespace doggo::app
