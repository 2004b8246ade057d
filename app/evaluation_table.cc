#include "app/evaluation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace doggo::app {
namespace {

// What a policy reads of one observation row: "joint_position (12) x 0.5".
std::string RowText(const std::string& name, int size, double scale, int history) {
  std::string text = fmt::format("{} ({}) x {:g}", name, size, scale);
  if (history > 1) text += fmt::format(", {} values", history);
  return text;
}

// The rows that it was trained on; none where the policy does not tell.
std::vector<std::string> RowsOf(const agent::Policy& policy) {
  std::vector<std::string> rows;
  const auto contract = nlohmann::json::parse(policy.contract, nullptr, /*allow_exceptions=*/false);
  if (!contract.is_object() || !contract.contains("observations")) return rows;
  for (const auto& row : contract["observations"]) {
    rows.push_back(RowText(row.value("name", "?"), row.value("size", 0), row.value("scale", 1.0),
                           row.value("history", 1)));
  }
  return rows;
}

std::vector<std::string> RowsOf(const sim::ObservationLayout& layout) {
  std::vector<std::string> rows;
  for (const sim::ObservationRow& row : layout.rows())
    rows.push_back(RowText(std::string(row.term->name), row.size(), row.scale, row.history));
  return rows;
}

std::string Differences(const std::vector<std::string>& trained,
                        const std::vector<std::string>& offered) {
  const auto lacks = [](const std::vector<std::string>& rows, const std::string& row) {
    return std::find(rows.begin(), rows.end(), row) == rows.end();
  };
  std::string differences;
  for (const std::string& row : trained)
    if (lacks(offered, row)) differences += fmt::format(" {} is missing.", row);
  for (const std::string& row : offered)
    if (lacks(trained, row)) differences += fmt::format(" {} is new.", row);
  return differences.empty() ? " The order of the rows." : differences;
}

}  // namespace

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
  const std::vector<std::string> trained = RowsOf(policy), offered = RowsOf(layout);
  if (policy.network.num_inputs() == layout.size() &&
      policy.network.num_outputs() == sim::kNumJoints && (trained.empty() || trained == offered))
    return;
  throw std::runtime_error(fmt::format(
      "{}: this policy was trained for '{}' ({} observations, {} actions); '{}' has {} and {}. "
      "Differences:{}",
      file, policy.task.empty() ? "another task" : policy.task, policy.network.num_inputs(),
      policy.network.num_outputs(), config.name, layout.size(), sim::kNumJoints,
      trained.empty() ? " the policy does not name its observations."
                      : Differences(trained, offered)));
}

}  // namespace doggo::app
