// Numerical trouble ends an episode and nothing else: it is counted, kept for replay, and the other
// environments do not notice.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "tests/sim/environment/history.h"
#include "tests/sim/environment/slider.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/mujoco/quiet.h"

namespace doggo::sim {
namespace {

constexpr int kEnvs = 16;
constexpr int kBroken = 5;  // the environment that comes into trouble

struct Fault {
  float action;
  TroubleKind kind;
};
const Fault kFaults[] = {{2 * Slider::kBreaking, TroubleKind::kError},
                         {Slider::kToNan, TroubleKind::kNotFinite},
                         {Slider::kToHighSpeed, TroubleKind::kTooFast},
                         {Slider::kToHugeForce, TroubleKind::kWarning}};

// Hardly any push, but at one step this action for one environment.
Acting FaultAt(int step_of_fault, float fault) {
  return [=](int environment, int step) -> Eigen::VectorXf {
    const bool now = environment == kBroken && step == step_of_fault;
    return Eigen::VectorXf::Constant(1, now ? fault : 0.1f);
  };
}

int64_t CountOf(const TroubleCounts& counts, TroubleKind kind) {
  return counts[static_cast<int>(kind)];
}

int64_t Sum(const TroubleCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

TEST(ShardTrouble, EveryKindTerminatesItsOwnEpisodeAndTheNextOneIsAsEver) {
  const Quiet quiet;
  for (const auto& [action, kind] : kFaults) {
    ParallelEnv env = Sliders(kEnvs, kEnvs);
    StepBatch batch = MakeStepBatch(env.spec());
    env.Reset(0, batch);
    Batch actions = Batch::Constant(1, kEnvs, 0.1f);
    actions(0, kBroken) = action;
    env.Step(0, actions, batch);
    for (int i = 0; i < kEnvs; ++i) EXPECT_EQ(batch.terminated[i], i == kBroken);
    EXPECT_FALSE(batch.truncated[kBroken]);
    EXPECT_EQ(batch.reward[kBroken], 0);
    EXPECT_TRUE(batch.policy_obs.allFinite());
    EXPECT_LE(std::abs(batch.policy_obs(Slider::kPosition, kBroken)), 0.5);
    EXPECT_EQ(batch.policy_obs(Slider::kVelocity, kBroken), 0);

    env.Step(0, Batch::Constant(1, kEnvs, 0.1f), batch);
    EXPECT_FALSE(batch.terminated[kBroken]);
    // from rest: 10 dt g u
    EXPECT_NEAR(batch.policy_obs(Slider::kVelocity, kBroken),
                0.01 * batch.critic_obs(Slider::kGear, kBroken), 1e-6);
  }
}

// The shard's one simulation is not left in a state that another environment could see.
TEST(ShardTrouble, LeavesTheBitsOfAllOtherEnvironmentsAlone) {
  const Quiet quiet;
  constexpr int kSteps = 2 * Slider::kEpisode;
  ParallelEnv healthy = Sliders(kEnvs, kEnvs);
  const History expected = RunAll(healthy, kSteps, FaultAt(-1, 0));
  for (const Fault& fault : kFaults) {
    ParallelEnv broken = Sliders(kEnvs, kEnvs);
    const History seen = RunAll(broken, kSteps, FaultAt(3, fault.action));
    for (int i = 0; i < kEnvs; ++i) EXPECT_EQ(seen[i] == expected[i], i != kBroken) << i;
  }
}

TEST(ShardTrouble, IsCountedByKindForItsEnvironment) {
  const Quiet quiet;
  ParallelEnv env = Sliders(kEnvs, 4);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(1, batch);
  EXPECT_EQ(Sum(env.trouble_counts()), 0);
  for (int k = 0; k < 4; ++k) {
    for (int times = 0; times <= k; ++times) {  // the first fault once, the second twice, ...
      Batch actions = Batch::Constant(1, 4, 0.1f);
      actions(0, kBroken - 4) = kFaults[k].action;
      env.Step(1, actions, batch);
    }
    EXPECT_EQ(CountOf(env.trouble_counts(kBroken), kFaults[k].kind), k + 1);
  }
  EXPECT_EQ(Sum(env.trouble_counts(kBroken)), 1 + 2 + 3 + 4);
  EXPECT_EQ(env.trouble_counts(), env.trouble_counts(kBroken));
}

// Every environment is in trouble again and again, each in its own way.
Acting Chaos() {
  return [](int environment, int step) -> Eigen::VectorXf {
    const bool now = (environment + step) % 3 == 0;
    return Eigen::VectorXf::Constant(1, now ? kFaults[(environment + step) % 4].action : 0.1f);
  };
}

TEST(ShardTrouble, CountsReplaysAndBitsDoNotDependOnTheNumberOfThreads) {
  const Quiet quiet;
  ParallelEnv alone = Sliders(32, 4), together = Sliders(32, 4);
  EXPECT_EQ(RunOnThreads(together, 50, Chaos(), 4), RunAll(alone, 50, Chaos()));
  EXPECT_GT(Sum(alone.trouble_counts()), 32 * 50 / 4);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(together.trouble_counts(i), alone.trouble_counts(i));

  const std::vector<Replay> a = alone.TakeReplays(), b = together.TakeReplays();
  ASSERT_EQ(a.size(), b.size());
  for (size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].environment, b[k].environment);
    EXPECT_EQ(a[k].message, b[k].message);
    EXPECT_EQ(a[k].actions, b[k].actions);
  }
}

TEST(ShardTrouble, FourEpisodesOfAShardAreKeptUntilTheyAreTakenAndAllAreCounted) {
  const Quiet quiet;
  ParallelEnv env = Sliders(8, 8);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  EXPECT_TRUE(env.TakeReplays().empty());

  const Batch all_break = Batch::Constant(1, 8, Slider::kToNan);
  for (int step = 0; step < 3; ++step) env.Step(0, all_break, batch);
  const std::vector<Replay> replays = env.TakeReplays();
  ASSERT_EQ(replays.size(), 4u);
  for (int k = 0; k < 4; ++k) EXPECT_EQ(replays[k].environment, k);
  EXPECT_EQ(Sum(env.trouble_counts()), 3 * 8);

  EXPECT_TRUE(env.TakeReplays().empty());
  env.Step(0, all_break, batch);
  EXPECT_EQ(env.TakeReplays().size(), 4u);
  EXPECT_EQ(Sum(env.trouble_counts()), 4 * 8);
}

TEST(ShardTrouble, ReplaysSayWhatHappened) {
  const Quiet quiet;
  const char* const words[] = {
      "MuJoCo gave up: the rail of environment 5 broke", "joint rail is at no finite number",
      "joint rail at 2000 m/s",
      "MuJoCo found no number, or a huge one, in the acceleration of joint rail"};
  for (int k = 0; k < 4; ++k) {
    ParallelEnv env = Sliders(kEnvs, 8, /*seed=*/77);
    RunAll(env, 4, FaultAt(3, kFaults[k].action));
    const std::vector<Replay> replays = env.TakeReplays();
    ASSERT_EQ(replays.size(), 1u);
    EXPECT_EQ(replays[0].environment, kBroken);
    EXPECT_EQ(replays[0].seed, 77u);
    EXPECT_EQ(replays[0].trouble.kind, kFaults[k].kind);
    EXPECT_EQ(replays[0].message, words[k]);
    EXPECT_EQ(replays[0].actions.back(), kFaults[k].action);
  }
}

// A mass that also bears a plate with many feet, and too little memory for their contacts.
TEST(ShardTrouble, ContactsWithoutRoomAreTrouble) {
  const Quiet quiet;
  std::string feet;
  for (int i = 0; i < 60; ++i) feet += fmt::format("<geom size='0.1' pos='{} 0 0'/>", i);
  const std::string xml = fmt::format(
      "<mujoco><option timestep='0.01' gravity='0 0 0'/><size memory='24K'/><worldbody>"
      "<geom type='plane' size='5 5 1' pos='0 0 -0.05'/>"
      "<body><joint name='rail' type='slide' axis='1 0 0'/>{}</body></worldbody>"
      "<actuator><motor joint='rail'/></actuator></mujoco>",
      feet);
  ParallelEnv env = Sliders(4, 2, /*seed=*/1, {.xml = xml.c_str()});
  const History history = RunAll(env, 3, FaultAt(-1, 0));
  EXPECT_EQ(CountOf(env.trouble_counts(), TroubleKind::kContactsFull), 4 * 3);
  EXPECT_EQ(env.TakeReplays().at(0).message, "no room for all contacts");
}

// --- an episode that cannot begin

// Environment kBroken cannot begin with a gear that was drawn, nor with the nominal one of 1 where
// `always`.
class Stumbling : public Slider {
 public:
  explicit Stumbling(bool always) : always_(always) {}
  void Reset(const EnvView& env) const override {
    Slider::Reset(env);
    if (env.environment == kBroken && (always_ || Gear(env) != 1)) mju_error("it stumbled");
  }

 private:
  bool always_;
};

TEST(ShardTrouble, AnEpisodeThatCannotBeginAsDrawnBeginsWithTheNominalModel) {
  ParallelEnv healthy = Sliders(kEnvs, kEnvs);
  ParallelEnv env(std::make_unique<Stumbling>(false), kEnvs, kEnvs, 1);
  constexpr int kSteps = 2 * Slider::kEpisode;
  const History expected = RunAll(healthy, kSteps, FaultAt(-1, 0));
  const History seen = RunAll(env, kSteps, FaultAt(-1, 0));
  for (int i = 0; i < kEnvs; ++i) EXPECT_EQ(seen[i] == expected[i], i != kBroken) << i;

  const auto& record = *static_cast<const SliderRecord*>(env.record(kBroken));
  EXPECT_GE(record.episodes, 2);
  EXPECT_EQ(CountOf(env.trouble_counts(kBroken), TroubleKind::kError), record.episodes);
  EXPECT_EQ(Sum(env.trouble_counts()), record.episodes);
  EXPECT_TRUE(env.TakeReplays().empty());  // nothing was stepped
}

TEST(ShardTrouble, AnEpisodeThatCannotBeginAtAllIsAnError) {
  ParallelEnv env(std::make_unique<Stumbling>(true), kEnvs, kEnvs, 1);
  StepBatch batch = MakeStepBatch(env.spec());
  EXPECT_EQ(MessageOf<std::runtime_error>([&] { env.Reset(0, batch); }),
            "environment 5 cannot begin an episode: it stumbled");
}

}  // namespace
}  // namespace doggo::sim
