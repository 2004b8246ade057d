// The obstacles suite at work, under policies that need no training.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/evaluation/report.h"
#include "app/evaluation/suites.h"
#include "app/evaluation/terrain_trials.h"
#include "tests/app/evaluation/falls_again.h"
#include "tests/app/untrained_policy.h"

namespace doggo::evaluation {
namespace {

// Who was trained on rough ground, of whatever kind.
sim::LocomotionConfig TrainedOnStairs() {
  sim::LocomotionConfig world;
  world.terrain.types = {"stairs_up share=1"};
  world.terrain.border = 2;
  return world;
}

SuiteResult JudgeIt(const sim::LocomotionConfig& trained, int threads) {
  const agent::Policy policy = app::FallingPolicy();
  agent::WorkerPool pool(threads);
  Context context{
      .policy = policy, .trained = trained, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  return Run(ObstaclesSuite(), context);
}

TEST(ObstaclesSuite, WhoFallsAtOnceGetsOverNothingAndIsSeenToFallThereAgain) {
  const SuiteResult result = JudgeIt(TrainedOnStairs(), 2);
  for (const Figure& figure : result.figures) EXPECT_EQ(figure.value, 0);
  for (const Curves& curve : result.curves)
    for (const double share : curve.series.at(0).y) EXPECT_EQ(share, 0) << curve.key;
  ASSERT_GT(result.failures.size(), 1000u);
  ExpectFallsAgain(result.failures.front());
  ExpectFallsAgain(result.failures.back());
}

TEST(ObstaclesSuite, GivesTheSameBitsOnOneAndTwoThreads) {
  const auto json_on = [](int threads) {
    Report report;
    report.suites.push_back(JudgeIt(TrainedOnStairs(), threads));
    return Json(report).dump();
  };
  EXPECT_EQ(json_on(1), json_on(2));
}

TEST(ObstaclesSuite, WhoWasTrainedOnFlatGroundIsOnlyToldSo) {
  const SuiteResult result = JudgeIt({}, 1);
  EXPECT_EQ(result.notes,
            std::vector<std::string>{"trained on flat ground: it is not judged on obstacles"});
  for (const Figure& figure : result.figures) EXPECT_TRUE(std::isnan(figure.value));
}

// A pit's wall is the single step of the suite: who walks on flat ground and sees nothing gets up a
// low one, and not up one of 60 cm.
TEST(TerrainTrials, AreWonByWhoGetsUpTheStepAndLostByWhoDoesNot) {
  const agent::Policy policy =
      agent::LoadPolicy(DOGGO_SOURCE_DIR "/models/policies/anymal_flat.safetensors");
  agent::WorkerPool pool(2);
  const sim::LocomotionConfig trained;
  Context context{
      .policy = policy, .trained = trained, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  const auto arrived = [&](double height) {
    const sim::TerrainConfig pit{
        .types = {"pit share=1"}, .levels = 1, .hardest = height, .border = 2};
    std::vector<char> flags(10, false);
    RunTrials(context, "step", TrialWorld(trained, pit, 0), 10,
              [&](int robot, const Trajectory& t) { flags[robot] = t.arrived; });
    return std::count(flags.begin(), flags.end(), true);
  };
  EXPECT_EQ(arrived(0.02), 10);
  EXPECT_EQ(arrived(0.6), 0);
}

}  // namespace
}  // namespace doggo::evaluation
