// The same bits, whatever the threads and the order of the shards, in a long run in which
// everything is random.
#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "tests/sim/environment/history.h"
#include "tests/sim/locomotion/everything_random.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/support/sanitizers.h"

namespace doggo::sim {
namespace {

constexpr int kRobots = 256, kShardSize = 16;
constexpr int kSteps = test::kSanitized ? 25 : 500;

// FNV-1a, 64 bits, of 32-bit words in place of bytes.
uint64_t Hash(const std::vector<uint32_t>& words, uint64_t hash) {
  for (const uint32_t word : words) hash = (hash ^ word) * 1099511628211u;
  return hash;
}

// Of everything that a learner is told of each environment, the first observation included.
void HashShard(VecEnv& env, int shard, std::vector<uint64_t>& hashes) {
  const EnvSpec& spec = env.spec();
  const Acting act = RandomActing(spec.action_dim, /*deviation=*/1);
  StepBatch batch = MakeStepBatch(spec);
  std::vector<uint32_t> bits;
  env.Reset(shard, batch);
  for (int step = 0; step <= kSteps; ++step) {
    if (step > 0) env.Step(shard, ActionsOf(spec, shard, step, act), batch);
    for (int i = 0; i < spec.shard_size; ++i) {
      bits.clear();
      AppendStep(batch, i, bits);
      uint64_t& hash = hashes[shard * spec.shard_size + i];
      hash = Hash(bits, hash);
    }
  }
}

// Thread k takes every num_threads-th shard from the k-th on, in the order of `shards`.
std::vector<uint64_t> HashesOnThreads(VecEnv& env, const std::vector<int>& shards,
                                      size_t num_threads) {
  std::vector<uint64_t> hashes(env.spec().num_envs(), 14695981039346656037u);
  std::vector<std::jthread> threads;
  for (size_t first = 0; first < num_threads; ++first) {
    threads.emplace_back([&, first] {
      for (size_t k = first; k < shards.size(); k += num_threads) HashShard(env, shards[k], hashes);
    });
  }
  threads.clear();  // joins them
  return hashes;
}

TEST(EverythingRandom, VariesEveryRow) {
  const LocomotionConfig config = EverythingRandom();
  for (const RandomizationTerm& term : RandomizationTerms()) {
    const Range& range = config.randomization.*term.range;
    EXPECT_LT(range.low, range.high) << term.name;
  }
  EXPECT_EQ(config.observations.critic.size(), ObservationTerms().size());
  EXPECT_EQ(ActiveRewards(config.rewards).size(), RewardTerms().size());
}

TEST(Robots, BitsOfALongRandomRunDependNeitherOnThreadsNorOnTheOrderOfTheShards) {
  ParallelEnv env(MakeTask(EverythingRandom(), kRobots), kRobots, kShardSize, /*seed=*/1);
  std::vector<int> forwards(env.spec().num_shards);
  std::iota(forwards.begin(), forwards.end(), 0);
  const std::vector<int> backwards(forwards.rbegin(), forwards.rend());

  const std::vector<uint64_t> expected = HashesOnThreads(env, backwards, 1);
  for (const size_t num_threads : {2, 3, 8}) {
    EXPECT_EQ(HashesOnThreads(env, forwards, num_threads), expected) << num_threads << " threads";
  }
}

}  // namespace
}  // namespace doggo::sim
