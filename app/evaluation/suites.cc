#include "app/evaluation/suites.h"

#include <array>
#include <utility>

namespace doggo::evaluation {

std::span<const Suite> Suites() {
  static const std::array kSuites = {TrackingSuite(),  FallsSuite(),      StandingSuite(),
                                     PushesSuite(),    RobustnessSuite(), EffortSuite(),
                                     GaitSuite(),      TopSpeedSuite(),   TerrainSuite(),
                                     ObstaclesSuite(), AuditSuite()};
  return kSuites;
}

SuiteResult Run(const Suite& suite, Context& context) {
  SuiteResult result;
  result.name = suite.name;
  result.meaning = suite.meaning;
  result.infos = suite.figures;
  result.figures.resize(suite.figures.size());
  context.failures.clear();
  suite.run(context, result);
  result.failures = std::exchange(context.failures, {});
  return result;
}

}  // namespace doggo::evaluation
