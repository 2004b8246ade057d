// The parts of the page that are there when asked for: the trials and the drawn episode.
#include <fmt/format.h>

#include <algorithm>

#include "app/inspection_page.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

std::string Short(double value) { return fmt::format("{:.3g}", value); }

// "12 x 1" for many equal numbers.
std::string Numbers(const std::vector<double>& values) {
  const bool equal =
      std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
  if (equal && values.size() > 1) return fmt::format("{} x {:.4g}", values.size(), values[0]);
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(fmt::format("{:.4g}", value));
  return fmt::format("{}", fmt::join(texts, " "));
}

std::string NameOf(const Trial& trial) {
  return trial.actions == TrialActions::kZero ? "zero" : "random";
}

}  // namespace

std::string TrialPage(const Inspection& in) {
  if (in.trials.empty()) return "";
  std::string text = fmt::format(
      "\nRollout: {} robots, {} control steps each, under zero and under random actions\n",
      kTrialRobots, in.trials[0].steps);

  // one line of names above each table, then the columns of every trial side by side
  std::vector<TextTable::Column> seen = {{"observation"}}, paid = {{"reward"}},
                                 ended = {{"end of an episode"}};
  for (const Trial& trial : in.trials) {
    const std::string name = NameOf(trial);
    seen.insert(seen.end(), {{name + " min", true}, {"mean", true}, {"max", true}});
    paid.insert(paid.end(), {{name + " per s", true}, {"share", true}});
    ended.push_back({name, true});
  }
  TextTable observations(seen), rewards(paid), ends(ended);
  for (size_t k = 0; k < in.trials[0].observations.size(); ++k) {
    std::vector<std::string> cells = {in.observations[k].name};
    for (const Trial& trial : in.trials) {
      const Spread& row = trial.observations[k];
      cells.insert(cells.end(), {Short(row.min), Short(row.mean), Short(row.max)});
    }
    observations.Add(cells);
  }
  for (size_t k = 0; k < in.rewards.size(); ++k) {
    std::vector<std::string> cells = {in.rewards[k].name};
    for (const Trial& trial : in.trials) {
      const Contribution& row = trial.rewards[k];
      cells.insert(cells.end(), {Short(row.per_second), fmt::format("{:.1f} %", 100 * row.share)});
    }
    rewards.Add(cells);
  }
  for (size_t k = 0; k < in.trials[0].ends.size(); ++k) {
    std::vector<std::string> cells = {in.trials[0].ends[k].reason};
    for (const Trial& trial : in.trials) cells.push_back(fmt::format("{}", trial.ends[k].episodes));
    ends.Add(cells);
  }
  return text + observations.Print() + "\n" + rewards.Print() + "\n" + ends.Print();
}

std::string EpisodePage(const Inspection& in) {
  if (!in.episode) return "";
  TextTable table({{""}, {""}, {""}});
  for (const DrawnRow& row : in.episode->rows)
    table.Add({row.name, row.unit == "1" ? "" : row.unit, Numbers(row.values)});
  return fmt::format("\nRobot {} in its episode {}: what is drawn for it\n{}",
                     in.episode->environment, in.episode->episode, table.Print());
}

}  // namespace doggo::app
