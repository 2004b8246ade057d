// The suites at work, on policies that need no training: one that leaves the legs to the gait's
// clock, which walks, and one that falls at once.
#include "app/evaluation/suites.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "app/evaluation/report.h"
#include "tests/app/evaluation/falls_again.h"
#include "tests/app/untrained_policy.h"

namespace doggo::evaluation {
namespace {

EvaluationConfig Short() {
  EvaluationConfig protocol;
  protocol.episodes = 12;
  protocol.episode_length = 3;
  protocol.hold = 1.5;
  protocol.grid = 2;
  return protocol;
}

Report JudgeIt(const agent::Policy& policy, const std::vector<std::string_view>& names,
               int threads) {
  const sim::LocomotionConfig world;
  agent::WorkerPool pool(threads);
  Context context{.policy = policy,
                  .trained = world,
                  .protocol = Short(),
                  .root = DOGGO_SOURCE_DIR,
                  .pool = pool,
                  .random_episodes = 15};
  std::vector<const Suite*> suites;
  for (const Suite& suite : Suites())
    if (names.empty() || std::find(names.begin(), names.end(), suite.name) != names.end())
      suites.push_back(&suite);
  return Judge(context, suites);
}

double ValueOf(const Report& report, std::string_view key) {
  const Figure* figure = Find(report, key);
  return figure == nullptr ? std::nan("") : figure->value;
}

TEST(Suites, GiveTheSameBitsOnOneAndTwoThreads) {
  const std::vector<std::string_view> some = {"falls", "gait", "audit"};
  const Report one = JudgeIt(app::UntrainedPolicy({}), some, 1),
               two = JudgeIt(app::UntrainedPolicy({}), some, 2);
  EXPECT_EQ(Json(one).dump(), Json(two).dump());
}

// What training prints at its end, and what eval says of the same policy.
TEST(Suites, AgreeWithTheStandardProtocol) {
  const agent::Policy policy = app::UntrainedPolicy({});
  agent::WorkerPool pool(2);
  const Evaluation standard = Evaluate(policy, {}, Short(), DOGGO_SOURCE_DIR, pool);
  const Report report = JudgeIt(policy, {"tracking", "standing", "effort"}, 2);
  EXPECT_NEAR(ValueOf(report, "tracking.lin_rmse_mps"), standard.tracking.linear_rmse, 1e-12);
  EXPECT_NEAR(ValueOf(report, "tracking.yaw_rmse_radps"), standard.tracking.yaw_rmse, 1e-12);
  EXPECT_NEAR(ValueOf(report, "standing.drift_cm"), 100 * standard.standing_drift, 1e-9);
  EXPECT_NEAR(ValueOf(report, "energy.cost_of_transport"), standard.cost_of_transport, 1e-9);
  EXPECT_NEAR(ValueOf(report, "energy.speed_mps"), standard.transport_speed, 1e-9);
}

TEST(Suites, GiveAPolicyThatFallsAtOnceItsReport) {
  const Report report = JudgeIt(app::FallingPolicy(),
                                {"tracking", "falls", "standing", "effort", "gait", "audit"}, 2);
  EXPECT_EQ(report.suites.size(), 6u);
  EXPECT_EQ(ValueOf(report, "falls.count"), 15);
  EXPECT_EQ(ValueOf(report, "falls.rate"), 1);
  EXPECT_EQ(ValueOf(report, "standing.falls"), 20);
  EXPECT_TRUE(std::isnan(ValueOf(report, "tracking.lin_rmse_mps"))) << "nothing was measured";
  EXPECT_EQ(Json(report)["tracking"]["lin_rmse_mps"], nullptr);
  EXPECT_FALSE(Text({report}).empty());
  const auto verdicts = Verdicts(report, {{"tracking.lin_rmse_mps", 0, 1}, {"falls.count", 0, 20}});
  EXPECT_FALSE(verdicts[0].passed) << "what could not be measured fails";
  EXPECT_TRUE(verdicts[1].passed);
}

// The episode's last recorded step is that of the fall, which happens again.
TEST(Suites, AFallIsKeptAndHappensAgainInTheReplay) {
  const Report report = JudgeIt(app::FallingPolicy(), {"falls"}, 2);
  ASSERT_EQ(report.suites[0].failures.size(), 15u);
  const Failure& failure = report.suites[0].failures[7];
  EXPECT_EQ(failure.id, "falls_0007");
  ExpectFallsAgain(failure);
}

TEST(Suites, StopWhereTheyAreToldTo) {
  const agent::Policy policy = app::UntrainedPolicy({});
  const sim::LocomotionConfig world;
  agent::WorkerPool pool(2);
  int suites = 0;
  Context context{.policy = policy,
                  .trained = world,
                  .protocol = Short(),
                  .root = DOGGO_SOURCE_DIR,
                  .pool = pool,
                  .stopped = [&] { return suites == 2; }};
  std::vector<const Suite*> all;
  for (const Suite& suite : Suites())
    if (suite.name == "falls" || suite.name == "standing" || suite.name == "audit")
      all.push_back(&suite);
  const Report report = Judge(context, all, [&](const Suite&) { ++suites; });
  EXPECT_EQ(report.suites.size(), 1u);
  EXPECT_EQ(report.missing, (std::vector<std::string>{"standing", "audit"}));
}

// What the README promises: key, unit and meaning of every figure.
std::set<std::string> DocumentedKeys() {
  std::ifstream file(std::string(DOGGO_SOURCE_DIR) + "/app/evaluation/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string readme = text.str();
  std::set<std::string> keys;
  const std::regex row("\\n\\| `([a-z_]+\\.[a-z_0-9]+)` \\| ([^|]*) \\| ([^|]*) \\|");
  for (std::sregex_iterator it(readme.begin(), readme.end(), row), end; it != end; ++it)
    keys.insert((*it)[1].str() + "|" + (*it)[2].str() + "|" + (*it)[3].str());
  return keys;
}

TEST(Schema, EveryFigureStandsInTheReadme) {
  std::set<std::string> figures;
  for (const Suite& suite : Suites())
    for (const FigureInfo& info : suite.figures)
      figures.insert(std::string(info.key) + "|" + std::string(info.unit) + "|" +
                     std::string(info.meaning));
  EXPECT_EQ(figures, DocumentedKeys());
}

// A figure is a number or null, at its key; what else there is stands in the README too.
TEST(Schema, TheJsonIsAsTheReadmeSays) {
  const Report report = JudgeIt(app::UntrainedPolicy({}), {"falls", "standing", "effort"}, 2);
  const nlohmann::ordered_json json = Json(report);
  EXPECT_EQ(json["schema"], kSchema);
  std::set<std::string> top;
  for (const auto& [key, value] : json.items()) top.insert(key);
  EXPECT_EQ(top,
            (std::set<std::string>{"schema", "policy", "task", "episodes", "seed", "steps_trained",
                                   "falls", "standing", "energy", "intervals_95", "suites"}));
  for (const SuiteResult& suite : report.suites) {
    for (const FigureInfo& info : suite.infos) {
      const std::string key(info.key);
      const size_t dot = key.find('.');
      const auto& value = json[key.substr(0, dot)][key.substr(dot + 1)];
      EXPECT_TRUE(value.is_number() || value.is_null()) << key;
    }
  }
  // the keys of the first schema
  for (const char* key :
       {"/falls/count", "/falls/rate", "/falls/rate_upper_95", "/falls/diverged",
        "/standing/drift_cm", "/energy/cost_of_transport", "/energy/speed_mps", "/steps_trained"})
    EXPECT_TRUE(json.contains(nlohmann::ordered_json::json_pointer(key))) << key;
  EXPECT_TRUE(json["falls"]["count"].is_number_integer());
  EXPECT_EQ(json["intervals_95"]["falls.rate"].size(), 2u);
  EXPECT_EQ(json["suites"]["effort"]["curves"]["cost_of_transport"]["series"].size(), 2u);
}

}  // namespace
}  // namespace doggo::evaluation
