// Falls: how often, in many episodes under random commands, and what ended them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/evaluation/random_episodes.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr FigureInfo kFigures[] = {
    {"falls.episodes", "", "episodes under random commands"},
    {"falls.count", "", "ended by a fall"},
    {"falls.rate", "", "share that fell; exact interval"},
    {"falls.rate_upper_95", "", "95 % sure: the share is below"},
    {"falls.diverged", "", "of the falls, by numerical trouble"},
    {"falls.mean_time_between_s", "s", "walked per fall; none fell: at least"},
};

void RunFalls(Context& context, SuiteResult& result) {
  const RandomEpisodes& run = RunRandomEpisodes(context);
  const auto n = static_cast<int>(run.episodes.size());
  int falls = 0, diverged = 0;
  double seconds = 0;
  std::map<std::string, int> reasons;
  for (const EpisodeSummary& e : run.episodes) {
    falls += e.fell;
    diverged += e.diverged;
    seconds += e.seconds;
    if (e.fell) ++reasons[e.ended_by];
  }
  result.Set("falls.episodes", n);
  result.Set("falls.count", falls);
  result.Set("falls.rate", static_cast<double>(falls) / n, ClopperPearson95(falls, n));
  result.Set("falls.rate_upper_95", UpperBound95(falls, n));
  result.Set("falls.diverged", diverged);
  result.Set("falls.mean_time_between_s", seconds / std::max(1, falls));
  TextRows table{"ended_by", "What ended the episodes", {"reason", "episodes"}, {}};
  for (const auto& [reason, count] : reasons)
    table.rows.push_back({reason, fmt::format("{}", count)});
  if (!table.rows.empty()) result.tables.push_back(std::move(table));
  for (const Failure& fall : run.falls) context.failures.push_back(fall);
}

}  // namespace

Suite FallsSuite() { return {"falls", "how often it falls", true, kFigures, RunFalls}; }

}  // namespace doggo::evaluation
