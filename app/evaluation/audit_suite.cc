// Audit: does the reward ask for what the policy is judged by? What each term contributes, and
// whether episodes of a higher return follow their commands better.
#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "app/evaluation/random_episodes.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr FigureInfo kFigures[] = {
    {"audit.return_per_second", "1/s", "reward, of the training's terms, in the judged world"},
    {"audit.return_error_correlation", "", "of return and velocity error over episodes; -1: agree"},
    {"audit.largest_term_share", "", "of the greatest term, of the sum of all terms' sizes"},
};

void RunAudit(Context& context, SuiteResult& result) {
  const RandomEpisodes& run = RunRandomEpisodes(context);
  std::vector<double> returns, errors, totals(run.reward_names.size(), 0);
  double seconds = 0;
  for (const EpisodeSummary& e : run.episodes) {
    seconds += e.seconds;
    for (size_t k = 0; k < totals.size(); ++k) totals[k] += e.rewards[k];
    if (e.fell) continue;  // its return is of another length
    returns.push_back(std::accumulate(e.rewards.begin(), e.rewards.end(), 0.0));
    errors.push_back(e.error.linear_rmse());
  }
  double sizes = 0, largest = 0, sum = 0;
  for (const double total : totals) {
    sizes += std::abs(total);
    sum += total;
    largest = std::max(largest, std::abs(total));
  }
  if (seconds > 0) result.Set("audit.return_per_second", sum / seconds);
  result.Set("audit.return_error_correlation", Correlation(returns, errors));
  if (sizes > 0) result.Set("audit.largest_term_share", largest / sizes);

  TextRows table{"rewards", "What the reward is made of", {"term", "per second", "share"}, {}};
  for (size_t k = 0; k < totals.size(); ++k) {
    table.rows.push_back({run.reward_names[k],
                          fmt::format("{:.4f}", seconds > 0 ? totals[k] / seconds : 0),
                          fmt::format("{:.1f} %", sizes > 0 ? 100 * totals[k] / sizes : 0)});
  }
  result.tables.push_back(std::move(table));
}

}  // namespace

Suite AuditSuite() {
  return {"audit", "whether the reward asks for what is judged", false, kFigures, RunAudit};
}

}  // namespace doggo::evaluation
