// The terrain curriculum: each rule on episodes made by hand, and all of them on robots of known
// skill.
#include "sim/terrain/terrain_curriculum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace doggo::sim {
namespace {

constexpr int kLevels = 10;

int Next(int level, const TerrainEpisode& episode, const TerrainCurriculumConfig& config = {},
         uint64_t step = 0) {
  return NextTerrainLevel(config, kLevels, level, episode, Random(1, Stream::kTest, 0, step));
}

TEST(NextTerrainLevel, GoesUpForWhoLeftTheTile) {
  EXPECT_EQ(Next(3, {.distance = 4.06, .commanded = 20}), 4);
  EXPECT_TRUE(HasPassed({}, {.distance = 4.06}));
  EXPECT_FALSE(HasPassed({}, {.distance = 4.05}));
}

// Half of what was commanded, but never more than 4 m.
TEST(NextTerrainLevel, GoesDownForWhoCameLessThanHalfOfTheWayInTime) {
  EXPECT_EQ(Next(3, {.distance = 1.49, .commanded = 3}), 2);
  EXPECT_EQ(Next(3, {.distance = 1.51, .commanded = 3}), 3);
  EXPECT_EQ(Next(3, {.distance = 3.99, .commanded = 100}), 2);
  EXPECT_EQ(Next(3, {.distance = 4.01, .commanded = 100}), 3);
  EXPECT_EQ(Next(3, {.distance = 0, .commanded = 0}), 3);  // told to stand
}

TEST(NextTerrainLevel, GoesDownForWhoFellNearTheStart) {
  EXPECT_EQ(Next(3, {.distance = 1.9, .commanded = 1, .fell = true}), 2);
  EXPECT_EQ(Next(3, {.distance = 2.1, .commanded = 100, .fell = true}), 3);
  EXPECT_EQ(Next(3, {.distance = 5, .commanded = 5, .fell = true}), 3);
}

TEST(NextTerrainLevel, EndsAtTheFirst) {
  EXPECT_EQ(Next(0, {.distance = 0, .commanded = 9}), 0);
  EXPECT_EQ(Next(0, {.fell = true}), 0);
}

// A mean of n uniform levels has the standard error sqrt((k^2 - 1) / 12 / n): 5 of them.
TEST(NextTerrainLevel, BeyondTheLastIsAnyOrTheLast) {
  constexpr int kDraws = 10000;
  std::map<int, int> seen;
  double mean = 0;
  for (int i = 0; i < kDraws; ++i) {
    const int level = Next(kLevels - 1, {.distance = 5}, {}, i);
    ++seen[level];
    mean += 1.0 * level / kDraws;
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(kLevels));
  EXPECT_NEAR(mean, 4.5, 5 * std::sqrt(99.0 / 12 / kDraws));
  EXPECT_EQ(Next(kLevels - 1, {.distance = 5}, {.solved = "hold"}), kLevels - 1);
}

TEST(NextTerrainLevel, StaysWithOtherRules) {
  const TerrainCurriculumConfig none{.rule = "none"};
  for (const TerrainCurriculumConfig& config :
       {none, TerrainCurriculumConfig{.rule = "adaptive"}}) {
    EXPECT_EQ(Next(3, {.distance = 5}, config), 3);
    EXPECT_EQ(Next(3, {.fell = true}, config), 3);
  }
  EXPECT_FALSE(HasPassed(none, {.distance = 50}));
}

TEST(FirstTerrainLevel, IsUniformUpToTheStartLevel) {
  std::map<int, int> seen;
  for (int i = 0; i < 6000; ++i)
    ++seen[FirstTerrainLevel({.start_level = 5}, kLevels, Random(1, Stream::kTest, 0, i))];
  ASSERT_EQ(seen.size(), 6u);
  // binomial: 1000 +- 5 sqrt(6000 * 1/6 * 5/6)
  for (int level = 0; level <= 5; ++level) EXPECT_NEAR(seen[level], 1000, 145) << level;
  EXPECT_EQ(FirstTerrainLevel({.start_level = 5}, 1, Random(1, Stream::kTest)), 0);
}

TEST(FirstTerrainLevel, LiesBetweenTheLowestAndTheStartLevel) {
  std::map<int, int> seen;
  const TerrainCurriculumConfig config{.lowest_start_level = 3, .start_level = 5};
  for (int i = 0; i < 3000; ++i)
    ++seen[FirstTerrainLevel(config, kLevels, Random(1, Stream::kTest, 0, i))];
  ASSERT_EQ(seen.size(), 3u);
  // binomial: 1000 +- 5 sqrt(3000 * 1/3 * 2/3)
  for (int level = 3; level <= 5; ++level) EXPECT_NEAR(seen[level], 1000, 130) << level;
}

// The golden ratio's fractions are spread so evenly that among the first n no interval has more
// than O(log n) too many or too few.
TEST(TerrainTypeOf, KeepsTheSharesForAnyNumberOfEnvironments) {
  const std::vector<TerrainShare> shares = {{"a", 0.0425}, {"b", 0.2975}, {"c", 0.51}, {"d", 0.15}};
  for (const int environments : {16, 100, 256, 4096}) {
    std::vector<int> count(shares.size(), 0);
    for (int e = 0; e < environments; ++e) ++count[TerrainTypeOf(shares, e)];
    for (size_t type = 0; type < shares.size(); ++type)
      EXPECT_NEAR(count[type], shares[type].share * environments, 1 + std::log2(environments) / 3)
          << shares[type].type << " of " << environments;
  }
}

// A robot that passes every level below its skill and falls on every other one soon walks to and
// fro across the two around it; when its skill grows, its level follows.
TEST(TerrainCurriculum, FollowsASkill) {
  for (const int skill : {2, 5, 8}) {
    int level = 5;
    const auto walk = [&](int level_of_skill, int episode) {
      const bool passes = level < level_of_skill;
      const TerrainEpisode e = {.distance = passes ? 4.1 : 0.5, .commanded = 5, .fell = !passes};
      level = Next(level, e, {}, episode);
    };
    for (int episode = 0; episode < 20; ++episode) walk(skill, episode);
    for (int episode = 20; episode < 40; ++episode) {
      walk(skill, episode);
      EXPECT_NEAR(level, skill - 0.5, 0.6) << episode;
    }
    for (int episode = 40; episode < 44; ++episode) walk(skill + 1, episode);
    EXPECT_NEAR(level, skill + 0.5, 0.6);
  }
}

// The mean level of robots that pass everything: level n is left for n + 1, the last for any, so
// that level n is visited in proportion to n + 1: sum n (n + 1) / sum (n + 1) = 330 / 55.
TEST(TerrainCurriculum, OfThePerfectHasMeanLevelSix) {
  constexpr int kEpisodes = 200000;
  int level = 0;
  double mean = 0;
  for (int i = 0; i < kEpisodes; ++i) {
    level = Next(level, {.distance = 5}, {}, i);
    mean += 1.0 * level / kEpisodes;
  }
  EXPECT_NEAR(mean, 6, 0.05);
}

}  // namespace
}  // namespace doggo::sim
