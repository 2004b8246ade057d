// The terrain suite at work, on an easy arena and policies that need no training.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "app/evaluation/report.h"
#include "app/evaluation/suites.h"
#include "tests/app/evaluation/falls_again.h"
#include "tests/app/untrained_policy.h"

namespace doggo::evaluation {
namespace {

// Of two levels, the second of low stairs.
sim::LocomotionConfig EasyArena() {
  sim::LocomotionConfig world;
  world.terrain.types = {"stairs_up share=0.25", "flat share=0.75"};
  world.terrain.levels = 2;
  world.terrain.border = 2;
  world.terrain_curriculum.start_level = 1;
  return world;
}

SuiteResult JudgeIt(const agent::Policy& policy, const sim::LocomotionConfig& trained,
                    int threads) {
  agent::WorkerPool pool(threads);
  Context context{
      .policy = policy, .trained = trained, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  return Run(TerrainSuite(), context);
}

Report ReportOf(SuiteResult result) {
  Report report;
  report.suites.push_back(std::move(result));
  return report;
}

double ValueOf(const Report& report, std::string_view key) { return Find(report, key)->value; }

// A policy of flat ground walks 7 m in the time in which 4 m are asked.
TEST(TerrainSuite, WhoWalksLeavesTheFlatTilesOfEveryLevel) {
  const agent::Policy policy =
      agent::LoadPolicy(DOGGO_SOURCE_DIR "/models/policies/anymal_flat.safetensors");
  const Report report = ReportOf(JudgeIt(policy, EasyArena(), 2));
  const auto json = Json(report);
  const auto& flat = json["terrain"]["success"]["flat"];
  ASSERT_EQ(flat.size(), 2u);
  EXPECT_EQ(flat[0], 1);
  EXPECT_EQ(flat[1], 1);
  // flat ground is no part of the mean
  const auto& stairs = json["terrain"]["success"]["stairs_up"];
  EXPECT_NEAR(ValueOf(report, "terrain.mean_success"),
              0.5 * (stairs[0].get<double>() + stairs[1].get<double>()), 1e-12);
  EXPECT_EQ(ValueOf(report, "terrain.hardest_stairs_up"), stairs[1].get<double>());
  EXPECT_TRUE(std::isnan(ValueOf(report, "terrain.hardest_discrete"))) << "the arena has none";
  EXPECT_GT(ValueOf(report, "terrain.wall_impacts_per_s"), 0) << "it does not see the risers";
  EXPECT_EQ(json["suites"]["terrain"]["grids"]["success"]["rows"],
            (nlohmann::ordered_json{"stairs_up", "flat"}));
}

TEST(TerrainSuite, WhoFallsAtOnceSucceedsNowhereAndIsSeenToFallThereAgain) {
  SuiteResult result = JudgeIt(app::FallingPolicy(), EasyArena(), 2);
  EXPECT_EQ(result.grids.at(0).values.maxCoeff(), 0);
  ASSERT_EQ(result.failures.size(), 2u * kMaxFailures);
  std::set<std::string> places;
  for (size_t k = 0; k < result.failures.size(); ++k) {
    const Failure& failure = result.failures[k];
    places.insert(failure.what.substr(failure.what.find(" on "), 7));
    if (k % 40 == 0) ExpectFallsAgain(failure);
  }
  EXPECT_EQ(places, (std::set<std::string>{" on sta", " on fla"}));
}

TEST(TerrainSuite, GivesTheSameBitsOnOneAndTwoThreads) {
  sim::LocomotionConfig arena = EasyArena();
  arena.terrain.levels = 1;
  arena.terrain_curriculum.start_level = 0;
  const agent::Policy policy = app::UntrainedPolicy({});
  EXPECT_EQ(Json(ReportOf(JudgeIt(policy, arena, 1))).dump(),
            Json(ReportOf(JudgeIt(policy, arena, 2))).dump());
}

// Levels are of the arena: the easiest and the hardest stairs are not equally high.
TEST(TerrainSuite, HarderLevelsAreHarder) {
  sim::LocomotionConfig arena = EasyArena();
  arena.terrain.types = {"stairs_up share=1"};
  const Eigen::MatrixXd success = JudgeIt(app::UntrainedPolicy({}), arena, 2).grids.at(0).values;
  EXPECT_LT(success(0, 1), success(0, 0) + 1e-12);
  EXPECT_LT(success(0, 1), 0.2) << "a blind trot does not climb steps of 21 cm";
}

TEST(TerrainSuite, WhoWasTrainedOnFlatGroundIsOnlyToldSo) {
  const SuiteResult result = JudgeIt(app::UntrainedPolicy({}), {}, 1);
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0], "trained on flat ground: there is no terrain to judge it on");
  EXPECT_TRUE(result.grids.empty());
  for (const Figure& figure : result.figures) EXPECT_TRUE(std::isnan(figure.value));
}

}  // namespace
}  // namespace doggo::evaluation
