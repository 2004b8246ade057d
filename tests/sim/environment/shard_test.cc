// Episodes and their ends, errors of the physics, randomised fields: on a mass that slides.
#include "sim/environment/shard.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/sim/environment/history.h"
#include "tests/sim/environment/slider.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int kEnvs = 16;

// One shard of masses, whose outputs hold nothing that a step did not write.
class Sliding {
 public:
  Sliding() : env_(Sliders(kEnvs, kEnvs)), batch_(MakeStepBatch(env_.spec())) {
    env_.Reset(0, batch_);
  }

  const StepBatch& Step(const Batch& action) {
    before_ = batch_.critic_obs;
    for (Batch* numbers : {&batch_.policy_obs, &batch_.critic_obs, &batch_.final_critic_obs,
                           &batch_.episode_metrics}) {
      numbers->setConstant(kNan);
    }
    batch_.reward.setConstant(kNan);
    env_.Step(0, action, batch_);
    return batch_;
  }

  const StepBatch& batch() const { return batch_; }
  float before(Slider::Row row, int i) const { return before_(row, i); }

  // Where the mass of column i must be after the last step, under its action; see slider.h.
  double ExpectedPosition(int i, double action) const {
    const double dt = 0.01, a = before(Slider::kGear, i) * action;
    return before(Slider::kPosition, i) + 10 * dt * before(Slider::kVelocity, i) + dt * dt * 55 * a;
  }
  double ExpectedVelocity(int i, double action) const {
    return before(Slider::kVelocity, i) + 10 * 0.01 * before(Slider::kGear, i) * action;
  }

 private:
  ParallelEnv env_;
  StepBatch batch_;
  Batch before_;
};

// Every second mass is pushed off the rail, the others hardly.
Batch Pushes() {
  Batch action(1, kEnvs);
  for (int i = 0; i < kEnvs; ++i) action(0, i) = i % 2 ? 40.f : 0.1f;
  return action;
}

// Observations pass through float: an error of 6e-8 in each position and gear, times a push of 40.
constexpr double kFloat = 1e-6;

TEST(Shard, SpreadsTheClocksOfTheFirstEpisodes) {
  Sliding s;
  std::set<float> clocks;
  for (int i = 0; i < kEnvs; ++i) clocks.insert(s.batch().policy_obs(Slider::kClock, i));
  EXPECT_GE(clocks.size(), Slider::kEpisode / 2u);
  EXPECT_GE(*clocks.begin(), 0);
  EXPECT_LT(*clocks.rbegin(), Slider::kEpisode);
}

TEST(Shard, EveryEnvironmentMovesByItsOwnActionAndGear) {
  Sliding s;
  const Batch action = Pushes();
  const StepBatch& batch = s.Step(action);
  int compared = 0;
  for (int i = 0; i < kEnvs; ++i) {
    if (batch.terminated[i] || batch.truncated[i]) continue;
    EXPECT_NEAR(batch.policy_obs(Slider::kPosition, i), s.ExpectedPosition(i, action(0, i)),
                kFloat);
    EXPECT_NEAR(batch.policy_obs(Slider::kVelocity, i), s.ExpectedVelocity(i, action(0, i)),
                10 * kFloat);
    EXPECT_EQ(batch.critic_obs(Slider::kEnvironment, i), i);
    ++compared;
  }
  EXPECT_GT(compared, kEnvs / 2);
}

// Terminated where the mass is off the rail, else truncated where its clock has run out.
TEST(Shard, TellsTerminatedFromTruncatedAndNeverBoth) {
  Sliding s;
  const Batch action = Pushes();
  int terminated = 0, truncated = 0;
  for (int step = 0; step < 3 * Slider::kEpisode; ++step) {
    const StepBatch& batch = s.Step(action);
    for (int i = 0; i < kEnvs; ++i) {
      const bool off = std::abs(s.ExpectedPosition(i, action(0, i))) > Slider::kEnd;
      const bool late = s.before(Slider::kClock, i) == Slider::kEpisode - 1;
      EXPECT_EQ(batch.terminated[i], off);
      EXPECT_EQ(batch.truncated[i], late && !off);
      terminated += batch.terminated[i];
      truncated += batch.truncated[i];
    }
  }
  EXPECT_GT(terminated, 0);
  EXPECT_GT(truncated, 0);
}

TEST(Shard, RewardIsThatOfTheStateBeforeTheReset) {
  Sliding s;
  const Batch action = Pushes();
  for (int step = 0; step < Slider::kEpisode; ++step) {
    const StepBatch& batch = s.Step(action);
    for (int i = 0; i < kEnvs; ++i) {
      const double x = s.ExpectedPosition(i, action(0, i));
      EXPECT_NEAR(batch.reward[i], -x * x, 4 * kFloat);
    }
  }
}

TEST(Shard, FinalObservationIsTheStateBeforeTheResetAndTheOtherTheFirstOfTheNextEpisode) {
  Sliding s;
  const Batch action = Pushes();
  int truncated = 0, ended = 0;
  for (int step = 0; step < 2 * Slider::kEpisode; ++step) {
    const StepBatch& batch = s.Step(action);
    for (int i = 0; i < kEnvs; ++i) {
      if (batch.truncated[i]) {
        ++truncated;
        EXPECT_NEAR(batch.final_critic_obs(Slider::kPosition, i),
                    s.ExpectedPosition(i, action(0, i)), kFloat);
        EXPECT_EQ(batch.final_critic_obs(Slider::kClock, i), Slider::kEpisode);
        EXPECT_EQ(batch.final_critic_obs(Slider::kGear, i), s.before(Slider::kGear, i));
      }
      if (batch.terminated[i] || batch.truncated[i]) {
        ++ended;
        for (const Batch* obs : {&batch.policy_obs, &batch.critic_obs}) {
          EXPECT_LE(std::abs((*obs)(Slider::kPosition, i)), 0.5);
          EXPECT_EQ((*obs)(Slider::kVelocity, i), 0);
          EXPECT_EQ((*obs)(Slider::kClock, i), 0);
        }
        EXPECT_EQ(batch.episode_metrics(0, i), s.before(Slider::kClock, i) + 1);
      } else {
        EXPECT_EQ(batch.policy_obs(Slider::kClock, i), s.before(Slider::kClock, i) + 1);
      }
    }
  }
  EXPECT_GT(truncated, 0);
  EXPECT_GT(ended, truncated);
}

TEST(Shard, WritesEveryObservationAndRewardAtEveryStep) {
  Sliding s;
  for (int step = 0; step < 2 * Slider::kEpisode; ++step) {
    const StepBatch& batch = s.Step(Pushes());
    EXPECT_TRUE(batch.policy_obs.allFinite());
    EXPECT_TRUE(batch.critic_obs.allFinite());
    EXPECT_TRUE(batch.reward.allFinite());
  }
}

// The gear that acts is the one drawn at the start of the episode, every time anew.
TEST(Shard, RandomisedFieldsAreEveryEnvironmentsOwnAndDrawnAnewInEveryEpisode) {
  Sliding s;
  const Batch action = Batch::Constant(1, kEnvs, 0.5f);
  std::set<float> gears;
  int ends = 0;
  for (int step = 0; step < 2 * Slider::kEpisode; ++step) {
    const StepBatch& batch = s.Step(action);
    for (int i = 0; i < kEnvs; ++i) {
      gears.insert(s.before(Slider::kGear, i));
      const bool ended = batch.terminated[i] || batch.truncated[i];
      EXPECT_EQ(batch.critic_obs(Slider::kGear, i) != s.before(Slider::kGear, i), ended);
      if (!ended) {
        EXPECT_NEAR(batch.policy_obs(Slider::kVelocity, i), s.ExpectedVelocity(i, 0.5), kFloat);
      }
      ends += ended;
    }
  }
  EXPECT_GE(ends, kEnvs);
  EXPECT_GT(gears.size(), kEnvs + 1u);
}

// MuJoCo's inverse weight of a mass that slides alone is 1 / mass; everyone's is its own, from the
// first observation of an episode to the last.
TEST(Shard, ConstantsThatFollowFromRandomisedFieldsAreEveryEnvironmentsOwn) {
  ParallelEnv env = Sliders(kEnvs, kEnvs, /*seed=*/1, RubbingOptions());
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  std::set<float> masses;
  int ended = 0;
  const auto check = [&](const Batch& critic_obs, int i) {
    const float mass = critic_obs(Slider::kMass, i);
    masses.insert(mass);
    EXPECT_FLOAT_EQ(critic_obs(Slider::kInverseWeight, i), 1 / mass);
  };
  for (int i = 0; i < kEnvs; ++i) check(batch.critic_obs, i);
  for (int step = 0; step < 3 * Slider::kEpisode; ++step) {
    env.Step(0, Pushes(), batch);
    for (int i = 0; i < kEnvs; ++i) {
      check(batch.critic_obs, i);
      if (batch.truncated[i]) check(batch.final_critic_obs, i);
      ended += batch.terminated[i] || batch.truncated[i];
    }
  }
  EXPECT_GT(ended, 2 * kEnvs);
  EXPECT_EQ(masses.size(), static_cast<size_t>(kEnvs + ended));
}

// Writes down what it is asked to do, one letter each.
class Diary : public Slider {
 public:
  void Draw(const EnvView& env) const override {
    entries += env.model || env.data ? '!' : 'd';  // nothing is simulated yet
    Slider::Draw(env);
  }
  void Reset(const EnvView& env) const override {
    entries += 'r';
    Slider::Reset(env);
  }
  Outcome Step(const EnvView& env, const float* action) const override {
    entries += env.data->warning[mjWARN_INERTIA].number == 0 ? 's' : '!';
    const Outcome outcome = Slider::Step(env, action);
    env.data->warning[mjWARN_INERTIA].number = 1;  // to be cleared before the next step
    return outcome;
  }
  void Observe(const EnvView& env, float* policy_obs, float* critic_obs) const override {
    entries += policy_obs ? 'o' : 'f';  // f: the final state, for the critic alone
    Slider::Observe(env, policy_obs, critic_obs);
  }
  void EpisodeMetrics(const EnvView& env, float* metrics) const override {
    entries += 'm';
    Slider::EpisodeMetrics(env, metrics);
  }
  void NoteError(const EnvView& env) const override {
    entries += 'n';
    Slider::NoteError(env);
  }

  mutable std::string entries;
};

TEST(Shard, AsksTheTaskInOrder) {
  const Diary task;
  Shard shard(task, 0, 1, 1);
  EnvSpec spec = task.spec();
  spec.shard_size = spec.num_shards = 1;
  StepBatch batch = MakeStepBatch(spec);
  const auto entries_of_step = [&](float action) {
    task.entries.clear();
    shard.Step(Batch::Constant(1, 1, action), batch);
    return task.entries;
  };

  shard.Start(batch);
  EXPECT_EQ(task.entries, "dro");
  EXPECT_EQ(entries_of_step(2 * Slider::kBreaking), "snmdro");  // an error
  EXPECT_EQ(entries_of_step(0), "so");
  std::string entries;
  while ((entries = entries_of_step(80)) == "so") continue;
  EXPECT_EQ(entries, "smdro");  // off the rail
  for (int k = 1; k < Slider::kEpisode; ++k) EXPECT_EQ(entries_of_step(0), "so");
  EXPECT_EQ(entries_of_step(0), "sfmdro");  // out of time
}

TEST(Shard, NamesAFieldThatTheModelDoesNotHaveOrThatHoldsNoNumbers) {
  for (const char* name : {"body_colour", "geom_contype"}) {
    const Slider task({.fields = {name}});
    EXPECT_EQ(MessageOf<std::runtime_error>([&] { Shard(task, 0, 2, 1); }),
              std::string("MuJoCo's model has no field of numbers named '") + name + "'");
  }
}

// --- an error that MuJoCo raises

constexpr int kBroken = 5;  // the environment in which it does

TEST(Shard, AnErrorOfThePhysicsTerminatesItsOwnEpisodeWithoutReward) {
  Sliding s;
  Batch action = Batch::Constant(1, kEnvs, 0.1f);
  action(0, kBroken) = 2 * Slider::kBreaking;
  const StepBatch& batch = s.Step(action);

  for (int i = 0; i < kEnvs; ++i) EXPECT_EQ(batch.terminated[i], i == kBroken);
  EXPECT_FALSE(batch.truncated[kBroken]);
  EXPECT_EQ(batch.reward[kBroken], 0);
  EXPECT_EQ(batch.episode_metrics(1, kBroken), 1);  // NoteError was called, once
  EXPECT_EQ(batch.policy_obs(Slider::kClock, kBroken), 0);
  EXPECT_EQ(batch.policy_obs(Slider::kVelocity, kBroken), 0);
  EXPECT_NE(batch.critic_obs(Slider::kGear, kBroken), s.before(Slider::kGear, kBroken));
}

TEST(Shard, AnEnvironmentGoesOnAfterAnError) {
  Sliding s;
  Batch action = Batch::Constant(1, kEnvs, 0.1f);
  for (int errors = 0; errors < 3; ++errors) {
    action(0, kBroken) = 2 * Slider::kBreaking;
    EXPECT_TRUE(s.Step(action).terminated[kBroken]);
    action(0, kBroken) = 0.1f;
    const StepBatch& batch = s.Step(action);
    EXPECT_FALSE(batch.terminated[kBroken]);
    EXPECT_EQ(batch.policy_obs(Slider::kClock, kBroken), 1);
    EXPECT_NEAR(batch.policy_obs(Slider::kVelocity, kBroken), s.ExpectedVelocity(kBroken, 0.1),
                kFloat);
  }
}

TEST(Shard, AllEnvironmentsMayFailAtOnce) {
  Sliding s;
  const StepBatch& batch = s.Step(Batch::Constant(1, kEnvs, 2 * Slider::kBreaking));
  EXPECT_TRUE(batch.terminated.all());
  EXPECT_FALSE(batch.truncated.any());
  EXPECT_TRUE(batch.policy_obs.allFinite());
}

}  // namespace
}  // namespace doggo::sim
