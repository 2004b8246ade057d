// The tables of what the world remembers and of what it draws.
#include <algorithm>
#include <iterator>

#include "app/inspection.h"

namespace doggo::app {
namespace {

// From nowhere but here to there: is nothing drawn?
bool IsFixed(const Range& range, double nominal) {
  return range.low == nominal && range.high == nominal;
}

int RandomizedNumbers() {
  int numbers = 0;
  for (const sim::RandomizationTerm& term : sim::RandomizationTerms()) numbers += term.size;
  return numbers;
}

// How an episode starts is told by half widths, but for two rows.
Range StartRange(const ConfigField& field) {
  if (const auto* const* range = std::get_if<Range*>(&field.value)) return **range;
  const double value = *std::get<double*>(field.value);
  return {field.key == "drop_height" ? 0 : -value, value};
}

}  // namespace

std::vector<RandomizationRow> RandomizationTable(sim::RandomizationConfig config) {
  std::vector<RandomizationRow> rows;
  for (const sim::RandomizationTerm& term : sim::RandomizationTerms()) {
    const Range& range = config.*term.range;
    if (IsFixed(range, term.nominal)) continue;
    rows.push_back({{std::string(term.name), std::string(term.meaning), UnitOf(term.unit)},
                    "episode",
                    range,
                    term.size,
                    {}});
    for (const std::string_view field : term.fields) {
      if (!field.empty() && term.apply != nullptr) rows.back().fields.emplace_back(field);
    }
  }

  // what is not in the table of terms: the start first, then the pushes
  const ConfigFields fields = Fields(config);
  for (const ConfigField& field : fields) {
    const bool is_term =
        std::any_of(sim::RandomizationTerms().begin(), sim::RandomizationTerms().end(),
                    [&](const sim::RandomizationTerm& term) { return term.name == field.key; });
    if (is_term) continue;
    const bool push = field.key.starts_with("push_");
    if (push && config.push_interval <= 0) continue;
    const Range range = field.key == "push_interval"
                            ? Range{config.push_interval, config.push_interval}
                            : StartRange(field);
    if (IsFixed(range, field.key == "joint_scale" ? 1 : 0)) continue;
    const int joints = field.key.starts_with("joint_") ? sim::kNumJoints : 1;
    const int size = field.key == "base_velocity" ? 6
                     : field.key == "tilt" || field.key == "push_speed" || field.key == "push_force"
                         ? 2
                         : joints;
    rows.push_back(
        {{field.key, field.meaning, UnitOf(field.unit)}, push ? "push" : "start", range, size, {}});
  }
  return rows;
}

std::vector<StateRow> StateTable(const sim::LocomotionTask& task) {
  const mjModel& model = task.model();
  const int legs = sim::kNumLegs, joints = sim::kNumJoints;
  const int observed = task.policy_layout().memory_size() + task.critic_layout().memory_size();
  const std::vector<StateRow> rows = {
      {{"base_position", "of the base's origin, W", "m"}, 3, "physics"},
      {{"base_orientation", "unit quaternion from B to W", "1"}, 4, "physics"},
      {{"base_velocity", "of the base's origin, W", "m/s"}, 3, "physics"},
      {{"base_angular_velocity", "of the base, B", "rad/s"}, 3, "physics"},
      {{"joint_angles", "of LF RF LH RH, in each HAA HFE KFE", "rad"}, joints, "physics"},
      {{"joint_speeds", "likewise", "rad/s"}, joints, "physics"},
      {{"warm_start", "accelerations from which the constraint solver begins", "m/s^2, rad/s^2"},
       static_cast<int>(model.nv),
       "physics"},
      {{"command", "vx, vy, turning rate", "m/s, rad/s"}, 3, "record"},
      {{"command_target", "a heading to turn to; whether there is one", "rad"}, 2, "record"},
      {{"command_time", "how long the command still holds; how old it is", "s"}, 2, "record"},
      {{"command_plan", "level of the curriculum, line of the script", "1"}, 2, "record"},
      {{"gait_clock", "phase; whether it runs; for how long nobody asked it to", "rad, s"},
       3,
       "record"},
      {{"last_actions", "the last two", "1"}, 2 * joints, "record"},
      {{"last_contacts", "which feet touched in the last control step", "1"}, legs, "record"},
      {{"last_torques", "of the last physics step", "N m"}, joints, "record"},
      {{"foot_memory", "of each foot: on the ground, time in the air and on it, highest point",
        "s, m"},
       4 * legs,
       "record"},
      {{"drive_memory", "past targets, errors, speeds and torques of the drives",
        "rad, rad/s, N m"},
       task.drive().memory_size(),
       "record"},
      {{"observation_memory", "past values of rows with delay or history, and their delays", "1"},
       observed,
       "record"},
      {{"push", "force on the base; how long it still lasts", "N, s"}, 4, "record"},
      {{"randomized", "what was drawn for this episode, see randomization", "1"},
       RandomizedNumbers(),
       "record"},
      {{"episode_clock",
        "control steps towards the time-out, of the episode, of all episodes; its "
        "number",
        "1"},
       4,
       "record"},
  };
  std::vector<StateRow> present;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(present),
               [](const StateRow& row) { return row.size > 0; });
  return present;
}

DrawnEpisode InspectEpisode(const Config& config, int environment, int episode) {
  sim::Randomized drawn = sim::DrawRandomized(
      config.world.randomization, static_cast<uint64_t>(config.seed), environment, episode);
  DrawnEpisode result{environment, episode, {}};
  for (const sim::RandomizationTerm& term : sim::RandomizationTerms()) {
    const double* values = term.values(drawn);
    result.rows.push_back({{std::string(term.name), std::string(term.meaning), UnitOf(term.unit)},
                           {values, values + term.size}});
  }
  return result;
}

}  // namespace doggo::app
