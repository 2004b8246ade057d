// What the learner relies on: the same bits on any number of threads, in any order and shard size,
// and after a stop and a resume; and clear words where something does not fit.
#include "sim/environment/parallel_env.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/sim/environment/history.h"
#include "tests/sim/environment/slider.h"
#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

constexpr int kSteps = 3 * Slider::kEpisode;  // so that episodes end in them

// Some masses leave the rail, some do not, and some break it.
Acting Pushing() { return RandomActing(1, /*deviation=*/40); }

TEST(ParallelEnv, SizesComeFromTheTaskAndTheNumberOfEnvironments) {
  const ParallelEnv env = Sliders(12, 4);
  EXPECT_EQ(env.spec().shard_size, 4);
  EXPECT_EQ(env.spec().num_shards, 3);
  EXPECT_EQ(env.spec().num_envs(), 12);
  EXPECT_EQ(env.spec().policy_dim, env.task().spec().policy_dim);
  EXPECT_EQ(env.spec().critic_dim, env.task().spec().critic_dim);
}

TEST(ParallelEnv, RefusesNumbersThatMakeNoShards) {
  for (const auto& [num_envs, shard_size] : {std::pair{0, 4}, {-4, 4}, {6, 4}, {4, 8}, {4, 0}}) {
    const std::string message = MessageOf<std::invalid_argument>(
        [&, n = num_envs, size = shard_size] { Sliders(n, size); });
    EXPECT_EQ(message, std::to_string(num_envs) + " environments in shards of " +
                           std::to_string(shard_size) +
                           ": the number of environments must be a positive multiple of the "
                           "shard's size");
  }
}

TEST(ParallelEnv, AnActionThatIsNotFiniteIsNamedAndNothingIsStepped) {
  ParallelEnv env = Sliders(8, 4);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(1, batch);
  const std::string before = Saved(env, 1);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Batch action = Batch::Zero(1, 4);
    action(0, 2) = bad;  // of the second shard: environment 6
    EXPECT_EQ(MessageOf<std::invalid_argument>([&] { env.Step(1, action, batch); }),
              "the action for environment 6 is not a finite number; nothing was stepped");
    EXPECT_EQ(Saved(env, 1), before);
  }
}

TEST(ParallelEnv, RecordIsThatOfTheEnvironment) {
  ParallelEnv env = Sliders(6, 2);
  RunAll(env, 3, Pushing());
  for (int i = 0; i < 6; ++i) {
    const auto& record = *static_cast<const SliderRecord*>(env.record(i));
    EXPECT_EQ(record.environment, i);
    EXPECT_EQ(record.steps, 3);
  }
}

TEST(ParallelEnv, ResetBeginsTheSameEpisodesAgain) {
  ParallelEnv env = Sliders(8, 4);
  const History first = RunAll(env, kSteps, Pushing());
  EXPECT_EQ(RunAll(env, kSteps, Pushing()), first);
}

TEST(ParallelEnv, AnotherSeedGivesOtherEpisodes) {
  ParallelEnv a = Sliders(8, 4, /*seed=*/1), b = Sliders(8, 4, /*seed=*/2);
  const History x = RunAll(a, 1, Pushing()), y = RunAll(b, 1, Pushing());
  for (int i = 0; i < 8; ++i) EXPECT_NE(x[i], y[i]);
}

TEST(ParallelEnv, NoTwoEnvironmentsAreAlike) {
  ParallelEnv env = Sliders(8, 4);
  History history = RunAll(env, 1, Pushing());
  std::sort(history.begin(), history.end());
  EXPECT_EQ(std::adjacent_find(history.begin(), history.end()), history.end());
}

// --- the same bits, however the work is shared out

TEST(ParallelEnv, BitsDoNotDependOnTheOrderOfTheShards) {
  ParallelEnv one_by_one = Sliders(16, 4), in_turns = Sliders(16, 4);
  const History expected = RunAll(one_by_one, kSteps, Pushing());

  // shard after shard in one, step after step and from the last shard to the first in the other
  History history(16);
  std::vector<StepBatch> batches(4, MakeStepBatch(in_turns.spec()));
  for (int shard = 3; shard >= 0; --shard) {
    in_turns.Reset(shard, batches[shard]);
    for (int i = 0; i < 4; ++i) {
      Append(batches[shard].policy_obs.col(i), history[4 * shard + i]);
      Append(batches[shard].critic_obs.col(i), history[4 * shard + i]);
    }
  }
  for (int step = 0; step < kSteps; ++step) {
    for (int shard = 3; shard >= 0; --shard) {
      StepShard(in_turns, shard, step, 1, Pushing(), batches[shard], history);
    }
  }
  EXPECT_EQ(history, expected);
}

TEST(ParallelEnv, BitsDoNotDependOnTheNumberOfThreads) {
  ParallelEnv env = Sliders(32, 4);
  const History expected = RunAll(env, kSteps, Pushing());
  for (const int num_threads : {1, 2, 3, 8}) {
    EXPECT_EQ(RunOnThreads(env, kSteps, Pushing(), num_threads), expected) << num_threads;
  }
}

TEST(ParallelEnv, BitsDoNotDependOnTheSizeOfTheShards) {
  ParallelEnv whole = Sliders(16, 16);
  const History expected = RunAll(whole, kSteps, Pushing());
  for (const int shard_size : {1, 2, 8}) {
    ParallelEnv env = Sliders(16, shard_size);
    EXPECT_EQ(RunAll(env, kSteps, Pushing()), expected) << shard_size;
  }
}

// The models of all masses are computed anew whenever one of them ends an episode.
TEST(ParallelEnv, BitsDoNotDependOnThreadsNorShardsWhereConstantsFollow) {
  ParallelEnv env = Sliders(32, 4, /*seed=*/1, RubbingOptions());
  const History expected = RunAll(env, kSteps, Pushing());
  EXPECT_EQ(RunOnThreads(env, kSteps, Pushing(), 3), expected);
  ParallelEnv whole = Sliders(32, 32, /*seed=*/1, RubbingOptions());
  EXPECT_EQ(RunAll(whole, kSteps, Pushing()), expected);
}

// --- stop and resume

// One shard after `steps` steps.
struct Half {
  ParallelEnv env;
  StepBatch batch = MakeStepBatch(env.spec());

  explicit Half(int steps, SliderOptions options = {})
      : env(Sliders(8, 4, /*seed=*/1, std::move(options))) {
    History unused(8);
    env.Reset(1, batch);
    StepShard(env, 1, 0, steps, Pushing(), batch, unused);
  }
  History Rest(int first, int steps = kSteps) {
    History history(8);
    StepShard(env, 1, first, steps, Pushing(), batch, history);
    return history;
  }
};

TEST(ParallelEnv, GoesOnAfterLoadingBitForBit) {
  constexpr int kMiddle = 5;
  Half original(kMiddle);
  const std::string bytes = Saved(original.env, 1);
  const History expected = original.Rest(kMiddle);

  Half fresh(0);
  Load(bytes, 1, fresh.env);
  EXPECT_EQ(Saved(fresh.env, 1), bytes);
  EXPECT_EQ(fresh.Rest(kMiddle), expected);

  Load(bytes, 1, original.env);  // which has gone on meanwhile
  EXPECT_EQ(original.Rest(kMiddle), expected);
}

// What follows from the masses is not saved, it is computed anew: in an environment that has drawn
// nothing, and in one that has drawn something else.
TEST(ParallelEnv, GoesOnAfterLoadingBitForBitWhereConstantsFollow) {
  constexpr int kMiddle = 5, kLong = 200;
  Half original(kMiddle, RubbingOptions());
  const std::string bytes = Saved(original.env, 1);
  const History expected = original.Rest(kMiddle, kLong);

  ParallelEnv fresh = Sliders(8, 4, /*seed=*/1, RubbingOptions());
  Load(bytes, 1, fresh);
  StepBatch batch = MakeStepBatch(fresh.spec());
  History history(8);
  StepShard(fresh, 1, kMiddle, kLong, Pushing(), batch, history);
  EXPECT_EQ(history, expected);

  Load(bytes, 1, original.env);
  EXPECT_EQ(original.Rest(kMiddle, kLong), expected);
}

TEST(ParallelEnv, RefusesTheBytesOfAnotherShardOrAnotherEnvironment) {
  const char* const words = "the saved state of shard 1 is not that of this environment";
  Half target(2);
  const std::string before = Saved(target.env, 1);
  const auto message = [&](const std::string& bytes) {
    return MessageOf<std::runtime_error>([&] { Load(bytes, 1, target.env); });
  };
  EXPECT_EQ(message(Saved(target.env, 0)), words);
  EXPECT_EQ(message(Saved(Sliders(4, 2), 1)), words);  // shards of another size
  EXPECT_EQ(message(Saved(Sliders(8, 4, 1, RubbingOptions()), 1)), words);  // with other fields
  EXPECT_EQ(message(std::string(1000, 'x')), words);  // something else altogether
  EXPECT_EQ(message(""), words);
  EXPECT_EQ(Saved(target.env, 1), before);
}

TEST(ParallelEnv, RefusesBytesThatAreCutShortAndStaysAsItWas) {
  Half target(2);
  const std::string bytes = Saved(Half(4).env, 1), before = Saved(target.env, 1);
  for (const double share : {0.3, 0.6, 0.9}) {
    const std::string cut = bytes.substr(0, static_cast<size_t>(share * bytes.size()));
    EXPECT_EQ(MessageOf<std::runtime_error>([&] { Load(cut, 1, target.env); }),
              "the saved environments are cut short");
    EXPECT_EQ(Saved(target.env, 1), before);
  }
  EXPECT_NE(MessageOf<std::runtime_error>(
                [&] { Load(bytes.substr(0, bytes.size() - 1), 1, target.env); }),
            "(nothing was thrown)");
}

}  // namespace
}  // namespace doggo::sim
