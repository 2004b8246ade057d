// Episodes under random commands, by the standard protocol: run once, for all suites that look at
// them. The first `protocol.episodes` are those of the standard protocol.
#pragma once

#include <string>
#include <vector>

#include "app/evaluation/drill.h"
#include "app/evaluation/tracking_metrics.h"

namespace doggo::evaluation {

struct EpisodeSummary {
  TrackingError error;
  double seconds = 0;
  bool fell = false, diverged = false;
  std::string ended_by;
  std::vector<double> rewards;  // sums of the weighted terms
};

struct RandomEpisodes {
  std::vector<EpisodeSummary> episodes;
  std::vector<std::string> reward_names;
  std::vector<Failure> falls;
  std::vector<Failure> worst;  // the three of the greatest linear error, without a fall
};

const RandomEpisodes& RunRandomEpisodes(Context& context);

}  // namespace doggo::evaluation
