#include "app/training_report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "app/training/metrics_files.h"
#include "tests/app/well_formed.h"

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

constexpr int kIterations = 450;
const std::vector<std::string> kNames = {
    "length_s",     "fell",        "diverged",      "linear_error",  "yaw_error",   "ended_by/body",
    "reward/track", "reward/air",  "reward/up",     "reward/torque", "reward/rate", "reward/speed",
    "reward/swing", "reward/slip", "reward/limits", "reward/jerk",   "reward/hips", "reward/feet"};

// A run of 450 iterations with all its metrics and an alarm.
class TrainingReports : public testing::Test {
 protected:
  TrainingReports() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("doggo_report_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  void WriteMetrics() const {
    MetricsFiles files(folder_, kNames, false, {});
    for (int k = 1; k <= kIterations; ++k) {
      agent::IterationReport report;
      report.iteration = k;
      report.env_steps = 4096 * k;
      report.collect_seconds = 0.1 + 0.01 * std::sin(k);
      report.update_seconds = 0.05;
      report.reward_per_second = std::sin(k);
      report.loss.kl = report.loss.value = report.loss.policy = report.loss.entropy =
          static_cast<float>(0.01 + 0.001 * std::cos(k));
      report.policy_gradient_norm = report.critic_gradient_norm = 1.5 + std::cos(k);
      report.mean_std = report.rate = 0.3 + 0.1 * std::cos(k);
      report.episodes = k % 3;
      if (report.episodes > 0)
        for (size_t m = 0; m < kNames.size(); ++m)
          report.episode_metrics.push_back((m % 2 == 0 ? 1 : -1) * (2 + std::sin(k + 0.1 * m)));
      IterationSurroundings around = {
          .seconds = 0.2 * k, .memory_mb = 30, .allocations = 3, .test = {}};
      if (k % 70 == 0) around.test = {0.1, 0.2, 0};
      files.Add(report, around);
    }
    files.Write();
    std::ofstream(folder_ / "alarms.jsonl")
        << R"({"iteration":7,"alarm":"kl_blow_up","says":"a <b> & c"})"
        << "\n";
    std::ofstream(folder_ / "run.json")
        << R"({"version":"doggo 9","started":"today","threads":2,"resumed":[{},{}],)"
        << R"("best":{"iteration":70,"env_steps":286720,"falls":1,"episodes":64,)"
        << R"("lin_rmse_mps":0.111,"yaw_rmse_radps":0.222}})";
  }

  std::string Report() const {
    Evaluation evaluation;
    evaluation.tracking = {.episodes = 100, .falls = 3, .linear_rmse = 0.0415, .yaw_rmse = 0.0521};
    return TrainingReport(folder_, {}, evaluation, "./doggo train again <&>");
  }

  fs::path folder_;
};

TEST_F(TrainingReports, AreWellFormedAndHoldEverything) {
  WriteMetrics();
  const std::string page = Report();
  EXPECT_EQ(Malformed(page), "");
  for (const char* part :
       {"0.042 m/s", "3 of 100", "Held-out errors", "Change of the policy", "Learning rate",
        "Memory", "Calls for memory", "What earns", "What costs", "a &lt;b&gt; &amp; c",
        "kl_blow_up", "0.111 m/s", "after iteration 70", "again &lt;&amp;&gt;", "iterations: 450",
        "2 times", "doggo 9", "torque"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
}

// Every metric that a run writes is drawn, but for those that say when.
TEST_F(TrainingReports, DrawEveryTermAndMetric) {
  WriteMetrics();
  const std::string page = Report();
  for (const std::string& name : kNames) {
    const size_t slash = name.find('/');
    if (slash == std::string::npos) continue;
    EXPECT_NE(page.find(fmt::format(">{}<", name.substr(slash + 1))), std::string::npos) << name;
  }
  EXPECT_GE(Count(page, "<svg"), 21);
  EXPECT_GE(Count(page, "class=\"line\""), 30);
}

TEST_F(TrainingReports, StaySmall) {
  WriteMetrics();
  EXPECT_LT(Report().size(), 1'000'000u);
}

// Stopped before the first iteration was written, or its metrics are lost.
TEST_F(TrainingReports, OfARunWithoutMetricsAreWellFormed) {
  const std::string page = Report();
  EXPECT_EQ(Malformed(page), "");
  EXPECT_NE(page.find("None was raised"), std::string::npos);
}

}  // namespace
}  // namespace doggo::app
