#include "app/inspection.h"

#include <fmt/format.h>

#include <cmath>

#include "app/config_value.h"

namespace doggo::app {
namespace {

std::string JointName(int joint) {
  return fmt::format("{}_{}", sim::kLegNames[joint / 3], sim::kLegJointNames[joint % 3]);
}

std::vector<ActionRow> ActionTable(const sim::LocomotionConfig& config, const sim::Robot& robot) {
  const double reach = config.action.scale * config.action.clip;
  std::vector<ActionRow> rows;
  for (int j = 0; j < sim::kNumJoints; ++j) {
    const double q0 = robot.default_pose[j];
    rows.push_back({{JointName(j), "target angle of the joint", "rad"},
                    q0,
                    {q0 - reach, q0 + reach},
                    {robot.joint_low[j], robot.joint_high[j]}});
  }
  return rows;
}

void AddObservations(const std::string& list, const sim::ObservationLayout& layout,
                     std::vector<ObservationRow>& rows) {
  int first = 0;
  for (const sim::ObservationRow& row : layout.rows()) {
    const sim::ObservationTerm& term = *row.term;
    rows.push_back({{std::string(term.name), std::string(term.meaning), UnitOf(term.unit)},
                    list,
                    first,
                    row.size(),
                    row.scale,
                    row.noise,
                    row.clip,
                    row.min_delay,
                    row.max_delay,
                    row.history});
    first += row.size();
  }
}

std::vector<RewardRow> RewardTable(const std::vector<sim::ActiveReward>& rewards) {
  std::vector<RewardRow> rows;
  for (const sim::ActiveReward& reward : rewards) {
    const sim::RewardTerm& term = *reward.term;
    rows.push_back({{std::string(term.name), std::string(term.meaning), UnitOf(term.unit)},
                    reward.weight,
                    term.objective});
  }
  return rows;
}

// A threshold is the number whose key contains the termination's name: max_tilt,
// joint_limit_margin.
EndRow EndBy(std::string_view name, std::string_view meaning, const ConfigFields& fields) {
  EndRow row{{std::string(name), std::string(meaning), "1"}, false, ""};
  for (const ConfigField& field : fields) {
    if (!std::holds_alternative<double*>(field.value) || field.key.find(name) == std::string::npos)
      continue;
    row.unit = UnitOf(field.unit);
    row.condition = fmt::format("{} {}", field.key, PrintValue(field));
  }
  return row;
}

std::vector<EndRow> EndTable(sim::LocomotionConfig config) {
  const ConfigFields fields = Fields(config.terminations);
  std::vector<EndRow> rows;
  for (const sim::TerminationTerm& term : sim::TerminationTerms()) {
    if (config.terminations.*term.enabled) rows.push_back(EndBy(term.name, term.meaning, fields));
  }
  rows.push_back(EndBy("speed", "numerical trouble: the simulation broke down", fields));
  rows.back().name = "diverged";
  rows.push_back({{"time_out", "cut off by the clock; the last state's value still counts", "s"},
                  true,
                  fmt::format("episode_length {}", config.episode_length)});
  return rows;
}

std::vector<TimingRow> TimingTable(const Config& config, const sim::LocomotionTask& task) {
  const sim::LocomotionConfig& world = config.world;
  const double dt = world.physics.step_dt();
  std::vector<TimingRow> rows;
  const auto add = [&](const char* name, const char* meaning, const char* unit, Range value) {
    rows.push_back({{name, meaning, unit}, value});
  };
  const auto always = [](double value) { return Range{value, value}; };
  add("physics_step", "one step of MuJoCo", "s", always(task.model().opt.timestep));
  add("substeps", "physics steps in a control step", "1", always(world.physics.substeps));
  add("control_step", "one decision: an action is held so long", "s", always(dt));
  add("control_rate", "decisions in a second", "Hz", always(1 / dt));
  add("episode_length", "then an episode is cut off", "s", always(world.episode_length));
  add("episode_steps", "the same in control steps", "1",
      always(static_cast<double>(std::lround(world.episode_length / dt))));
  const Range late = world.randomization.latency;
  add("latency", "from an action to the drives' response, drawn for each episode", "s",
      {late.low * world.physics.timestep, late.high * world.physics.timestep});
  add("environments", "robots that train at once", "1", always(config.train.environments));
  add("steps_per_iteration", "control steps of each between two updates", "1",
      always(config.learner.steps_per_iteration));
  add("training_steps", "control steps of all robots in the whole training", "1",
      always(1.0 * config.train.environments * config.learner.steps_per_iteration *
             config.train.iterations));
  return rows;
}

// Does a key of the commands matter with the others as they are?
bool IsInUse(const std::string& key, const sim::CommandConfig& config) {
  if (!config.script.empty()) return key == "script";
  if (key == "script") return false;
  if (key.starts_with("curriculum_")) return config.curriculum;
  if (key == "heading" || key == "heading_gain") return config.heading_share > 0;
  return true;
}

std::vector<CommandRow> CommandTable(sim::CommandConfig config) {
  std::vector<CommandRow> rows;
  for (const ConfigField& field : Fields(config)) {
    rows.push_back({{field.key, field.meaning, UnitOf(field.unit)},
                    PrintValue(field),
                    IsInUse(field.key, config)});
  }
  return rows;
}

std::vector<Described> SymmetryTable(const EnvSpec& spec) {
  std::vector<Described> rows;
  for (const Symmetry& symmetry : spec.symmetries) {
    const std::string first = JointName(0), image = JointName(symmetry.action.from[0]);
    rows.push_back({symmetry.name,
                    fmt::format("a mirror image of robot and task: {} moves as {}{}", first,
                                symmetry.action.sign[0] < 0 ? "-" : "", image),
                    "1"});
  }
  return rows;
}

// Which number of which row of the policy's list an index means.
std::string NameOfNumber(const std::vector<ObservationRow>& rows, int index) {
  for (const ObservationRow& row : rows) {
    if (row.list == "policy" && index >= row.first && index < row.first + row.size)
      return fmt::format("{}[{}]", row.name, index - row.first);
  }
  return fmt::format("number {}", index);
}

std::vector<Described> CanonicalTable(const EnvSpec& spec,
                                      const std::vector<ObservationRow>& rows) {
  std::vector<Described> table;
  for (const CanonicalRule& rule : spec.canonical) {
    const std::string& symmetry = spec.symmetries[static_cast<size_t>(rule.symmetry)].name;
    const std::string number = NameOfNumber(rows, rule.policy_row);
    table.push_back({number,
                     fmt::format("where it is negative, the networks see the {} image", symmetry),
                     "1"});
  }
  return table;
}

}  // namespace

std::string UnitOf(std::string_view unit) { return unit.empty() ? "1" : std::string(unit); }

Inspection Inspect(const Config& config, const sim::LocomotionTask& task) {
  const EnvSpec& spec = task.spec();
  Inspection in{};
  in.name = config.name;
  in.action_formula =
      fmt::format("target = default pose{} + {:g} rad * action, action within +-{:g}",
                  config.world.gait.prior && config.world.gait.clock ? " + prior" : "",
                  config.world.action.scale, config.world.action.clip);
  in.policy_dim = spec.policy_dim;
  in.critic_dim = spec.critic_dim;
  in.action_dim = spec.action_dim;
  in.critic_sees_the_same = task.critic_layout().IsSameAs(task.policy_layout());
  in.state_numbers = static_cast<int>(mj_stateSize(&task.model(), mjSTATE_INTEGRATION));
  in.record_bytes = static_cast<int>(task.record_size());

  in.timing = TimingTable(config, task);
  in.state = StateTable(task);
  in.action = ActionTable(config.world, task.robot());
  in.drive = config.world.drive;
  AddObservations("policy", task.policy_layout(), in.observations);
  AddObservations("critic", task.critic_layout(), in.observations);
  in.rewards = RewardTable(task.rewards());
  in.terminations = EndTable(config.world);
  in.randomization = RandomizationTable(config.world.randomization);
  in.commands = CommandTable(config.world.commands);
  in.symmetries = SymmetryTable(spec);
  in.canonical = CanonicalTable(spec, in.observations);
  in.contract = spec.contract;
  in.warnings = sim::Warnings(task.robot());
  return in;
}

}  // namespace doggo::app
