// The Markov decision process of a configuration as tables: what ./doggo inspect shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/trial.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {

// What every row says first.
struct Described {
  std::string name, meaning, unit;  // unit "1": a pure number
};

// What the next step depends on.
struct StateRow : Described {
  int size;           // numbers
  std::string place;  // "physics": MuJoCo's state; "record": the task's own
};

// One joint.
struct ActionRow : Described {
  double default_pose;  // rad
  Range reach;          // rad, targets without the prior
  Range joint;          // rad, where the joint can go
};

struct ObservationRow : Described {
  std::string list;  // "policy", "critic"
  int first, size;   // numbers first .. first + size - 1 of the list
  double scale, noise, clip;
  int min_delay, max_delay, history;  // control steps
};

struct RewardRow : Described {
  double weight;  // per second
  bool objective;
};

struct EndRow : Described {
  bool truncation;        // by the clock: the state's value still counts
  std::string condition;  // "max_tilt 0.927"; "" where it has no threshold
};

struct RandomizationRow : Described {
  std::string when;  // "episode", "start" of one, "push" during it
  Range range;
  int size;                         // numbers, each drawn from the range
  std::vector<std::string> fields;  // of MuJoCo's model that it changes
};

// A number of the configuration, or one that follows from it.
struct TimingRow : Described {
  Range value;  // low = high but where it is drawn
};

struct CommandRow : Described {
  std::string value;  // as in a configuration
  bool in_use;        // does it matter with the others as they are
};

// What one environment drew for one of its episodes, from 1.
struct DrawnRow : Described {
  std::vector<double> values;
};
struct DrawnEpisode {
  int environment, episode;
  std::vector<DrawnRow> rows;
};

struct Inspection {
  std::string name;
  std::string action_formula;
  int policy_dim, critic_dim, action_dim;
  bool critic_sees_the_same;
  int state_numbers, record_bytes;  // of an environment: MuJoCo's state, the task's record

  std::vector<TimingRow> timing;
  std::vector<StateRow> state;
  std::vector<ActionRow> action;
  sim::DriveConfig drive;
  std::vector<ObservationRow> observations;
  std::vector<RewardRow> rewards;
  std::vector<EndRow> terminations;
  std::vector<RandomizationRow> randomization;  // what is varied
  std::vector<CommandRow> commands;
  std::vector<Described> symmetries;
  std::vector<Described> canonical;  // the rules, in the order in which they are applied
  std::string contract;              // JSON
  std::vector<std::string> warnings;

  // what was asked for beside
  std::vector<Trial> trials;
  std::optional<DrawnEpisode> episode;
};

// The tables; nothing is simulated. The task must be made from config.world.
Inspection Inspect(const Config& config, const sim::LocomotionTask& task);

DrawnEpisode InspectEpisode(const Config& config, int environment, int episode);

// What follows is shared by the tables.

// "1" where there is none.
std::string UnitOf(std::string_view unit);
std::vector<RandomizationRow> RandomizationTable(sim::RandomizationConfig config);
std::vector<StateRow> StateTable(const sim::LocomotionTask& task);

}  // namespace doggo::app
