#include "app/training/alarms.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <stdexcept>

namespace doggo::app {
namespace {

const std::vector<std::string> kNames = {
    "length_s",        "fell",         "diverged", "linear_error", "reward/track_linear_velocity",
    "reward/air_time", "reward/torque"};

// An iteration of a training that goes as it should: four episodes of 10 s, none falls. k from 0
// on: tracking gets better and earns more, the standard deviation falls slowly.
AlarmSample Healthy(int k) {
  const double progress = std::min(1.0, k / 200.0);
  return {.kl = 0.03,
          .target_kl = 0.03,
          .std = 0.5 - 0.2 * progress,
          .initial_std = 0.5,
          .value_loss = 0.004,
          .explained_variance = 0.7,
          .episodes = 4,
          .seconds = 40,
          .fell = 4 * std::max(0.0, 0.8 - 2 * progress),
          .diverged = 0,
          .linear_error = 4 * (0.5 - 0.4 * progress),
          .rewards = {40 * (0.2 + 0.8 * progress), 40 * 0.05, 40 * -0.1}};
}

// What is heard in 200 iterations, of which those from 100 to 149 are changed.
std::vector<AlarmEvent> Heard(const std::function<void(int k, AlarmSample&)>& change) {
  AlarmBell bell(kNames);
  std::vector<AlarmEvent> heard;
  for (int k = 0; k < 300; ++k) {
    AlarmSample sample = Healthy(k);
    if (k >= 100 && k < 200) change(k - 100, sample);
    for (const AlarmEvent& event : bell.Hear(sample)) heard.push_back(event);
  }
  return heard;
}

// Raised once and over once, and no other alarm; what it said.
std::string OnlyAlarm(const std::string& name,
                      const std::function<void(int k, AlarmSample&)>& change) {
  const std::vector<AlarmEvent> heard = Heard(change);
  EXPECT_EQ(heard.size(), 2u) << name;
  for (const AlarmEvent& event : heard) EXPECT_EQ(event.name, name) << event.sentence;
  if (heard.size() != 2) return "";
  EXPECT_FALSE(heard[0].over);
  EXPECT_TRUE(heard[1].over);
  return heard[0].sentence;
}

TEST(Alarms, AHealthyTrainingRaisesNone) {
  EXPECT_TRUE(Heard([](int, AlarmSample&) {}).empty());
}

TEST(Alarms, OneOddIterationRaisesNone) {
  const auto odd = Heard([](int k, AlarmSample& s) {
    if (k != 50) return;
    s.kl = 0.5;
    s.value_loss = 0.3;
    s.explained_variance = -2;
    s.diverged = 1;
    s.rewards[2] = -60;
  });
  for (const AlarmEvent& event : odd) ADD_FAILURE() << event.name << ": " << event.sentence;
}

TEST(Alarms, AKlThatBlowsUpIsTold) {
  const std::string said = OnlyAlarm("kl_blow_up", [](int, AlarmSample& s) { s.kl = 1; });
  EXPECT_NE(said.find("rate.max"), std::string::npos) << said;
}

TEST(Alarms, AStandardDeviationThatCollapsesIsTold) {
  const std::string said = OnlyAlarm("std_collapse", [](int, AlarmSample& s) { s.std = 0.08; });
  EXPECT_NE(said.find("0.080, 16 %"), std::string::npos) << said;
}

TEST(Alarms, ACriticsLossThatExplodesIsTold) {
  const std::string said = OnlyAlarm("loss_explosion", [](int k, AlarmSample& s) {
    s.value_loss = k < 10 ? 1 : 0.004;
    s.explained_variance = k < 10 ? -3 : 0.7;
  });
  EXPECT_NE(said.find("0.004"), std::string::npos) << said;
}

TEST(Alarms, RobotsThatDivergeAreTold) {
  const std::string said = OnlyAlarm("divergence", [](int, AlarmSample& s) { s.diverged = 2; });
  // two of four in the first iteration are too few to tell, four of eight among 80 are not
  EXPECT_NE(said.find("4 of 80 episodes"), std::string::npos) << said;
}

// Ten of a thousand.
TEST(Alarms, RobotsThatDivergeNowAndThenAreNot) {
  EXPECT_TRUE(Heard([](int k, AlarmSample& s) {
                s.episodes = 50;
                s.diverged = k >= 20 && k < 80 && k % 10 == 0 ? 5 : 0;
              }).empty());
}

// Tracking stays what it was after 100 iterations; a term that is no objective earns more and more.
TEST(Alarms, ARewardThatRisesWithoutTrackingIsTold) {
  const std::string said = OnlyAlarm("reward_hacking", [](int k, AlarmSample& s) {
    const AlarmSample then = Healthy(100);
    s.linear_error = then.linear_error;
    s.fell = then.fell;
    s.rewards = then.rewards;
    s.rewards[1] += 0.4 * k;
  });
  EXPECT_NE(said.find("'air_time'"), std::string::npos) << said;
  EXPECT_NE(said.find("m/s"), std::string::npos) << said;
}

// The same gain by the objective, by a penalty that shrinks, or with fewer falls, is progress.
TEST(Alarms, ARewardThatRisesForGoodReasonsIsNot) {
  enum { kObjective, kPenalty, kFalls };
  for (const int reason : {kObjective, kPenalty, kFalls}) {
    AlarmBell bell(kNames);
    for (int k = 0; k < 300; ++k) {
      const double progress = std::min(1.0, k / 200.0);
      AlarmSample s = Healthy(200);
      s.rewards[2] = -28;
      s.fell = reason == kFalls ? 4 * (1 - progress) : 0;
      s.rewards[reason == kObjective ? 0 : reason == kPenalty ? 2 : 1] += 28 * progress;
      for (const AlarmEvent& event : bell.Hear(s)) {
        const bool other = event.name != "reward_hacking";  // of a bell that was rung at first
        EXPECT_TRUE(other) << reason << " " << k << ": " << event.sentence;
      }
    }
  }
}

// It saves effort and leaves the commands alone.
TEST(Alarms, ALazyRobotIsTold) {
  AlarmBell bell(kNames);
  std::string said;
  for (int k = 0; k < 100; ++k) {
    AlarmSample s = Healthy(200);
    s.rewards[2] = -20 + 0.18 * k;
    s.linear_error *= 1 + 0.02 * k;
    for (const AlarmEvent& event : bell.Hear(s)) said += event.sentence;
  }
  EXPECT_NE(said.find("gaming 'torque'"), std::string::npos) << said;
}

TEST(Alarms, APenaltyThatDominatesIsTold) {
  const std::string said =
      OnlyAlarm("penalty_dominates", [](int, AlarmSample& s) { s.rewards[2] = -40; });
  EXPECT_NE(said.find("'torque'"), std::string::npos) << said;
}

// Between 0.8 and 1 of its level an alarm stays as it is.
TEST(Alarms, OneThatIsRaisedIsNotToldAgainUntilItIsOver) {
  int raised = 0, over = 0;
  for (const AlarmEvent& event : Heard([](int k, AlarmSample&s) {
         s.std = k < 90 ? (k % 2 == 0 ? 0.098 : 0.11) : 0.2;  // levels 1.02, 0.91; 0.5
       }))
    ++(event.over ? over : raised);
  EXPECT_EQ(raised, 1);
  EXPECT_EQ(over, 1);
}

TEST(Alarms, ABellThatIsSavedRingsOnAsIfNothingHadHappened) {
  AlarmBell straight(kNames), saved(kNames);
  const auto sample = [](int k) {
    AlarmSample s = Healthy(k);
    s.std = k < 40 ? 0.05 : 0.5;
    s.rewards[2] = -15 - k;
    s.kl = k == 30 ? NAN : 1.0 / 3;
    return s;
  };
  for (int k = 0; k < 35; ++k) {
    straight.Hear(sample(k));
    saved.Hear(sample(k));
  }
  AlarmBell loaded(kNames);
  loaded.Load(saved.Save());
  EXPECT_EQ(loaded.Save(), straight.Save());
  for (int k = 35; k < 120; ++k) {
    const auto a = straight.Hear(sample(k)), b = loaded.Hear(sample(k));
    ASSERT_EQ(a.size(), b.size()) << k;
    for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].sentence, b[i].sentence);
  }
  EXPECT_EQ(loaded.Save(), straight.Save());
  EXPECT_THROW(loaded.Load("{}"), std::runtime_error);
  AlarmBell others({"reward/one"});
  EXPECT_NO_THROW(others.Load(AlarmBell({"reward/two"}).Save()));
}

TEST(Alarms, AReportIsSummedOverItsEpisodes) {
  agent::IterationReport report;
  report.episodes = 3;
  report.episode_metrics = {10, 1.0 / 3, 0, 0.5, 2, 1, -1};
  report.mean_std = 0.4;
  const AlarmSample sample = SampleOf(report, kNames);
  EXPECT_DOUBLE_EQ(sample.seconds, 30);
  EXPECT_DOUBLE_EQ(sample.fell, 1);
  EXPECT_DOUBLE_EQ(sample.linear_error, 1.5);
  EXPECT_EQ(sample.rewards, (std::vector<double>{6, 3, -3}));
  EXPECT_DOUBLE_EQ(sample.std, 0.4);
  EXPECT_TRUE(SampleOf({}, kNames).rewards == std::vector<double>(3, 0.0));
}

}  // namespace
}  // namespace doggo::app
