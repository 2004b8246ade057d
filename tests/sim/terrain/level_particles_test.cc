// The adaptive curriculum: weights and drawing against numbers worked out by hand, and the closed
// loop with robots of known skill.
#include "sim/terrain/level_particles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/terrain/terrain_curriculum.h"
#include "tests/sim/robot/expect_fields.h"

namespace doggo::sim {
namespace {

constexpr int kLevels = 10;

TEST(LevelFilterConfig, FieldsCoverTheStructAndBearItsNames) {
  LevelFilterConfig config;
  ExpectFields(config, {{"iterations", &config.iterations},
                        {"speed", &config.speed},
                        {"desirable", &config.desirable},
                        {"fewest_steps", &config.fewest_steps},
                        {"transition_probability", &config.transition_probability},
                        {"replay_probability", &config.replay_probability}});
}

TEST(TerrainCurriculumConfig, FieldsCoverTheStruct) {
  TerrainCurriculumConfig config;
  ExpectFields(config,
               {{"rule", &config.rule}, {"adaptive.desirable", &config.adaptive.desirable}});
}

// Level 2: one of two is desirable; level 3: both, the bounds belong to the range; level 4: none.
// Before they are made to add up to one: 1/2 1/2 1 1 0.
TEST(LevelWeights, AreTheShareOfDesirableMeasurementsOnTheLevel) {
  const Measurement measured[] = {{2, 0.95}, {2, 0.7}, {3, 0.5}, {3, 0.9}, {4, 0.49}};
  const std::vector<double> weights = LevelWeights(measured, {0.5, 0.9});
  const double expected[] = {0.5 / 3, 0.5 / 3, 1 / 3.0, 1 / 3.0, 0};
  ASSERT_EQ(weights.size(), 5u);
  for (int k = 0; k < 5; ++k) EXPECT_NEAR(weights[k], expected[k], 1e-15) << k;
}

TEST(LevelWeights, AreAllZeroWhereNothingIsDesirable) {
  const Measurement measured[] = {{2, 0.95}, {2, 1}, {3, 0.1}};
  EXPECT_EQ(LevelWeights(measured, {0.5, 0.9}), (std::vector<double>{0, 0, 0}));
}

// Positions (k + 0.5) / 4 = 1/8 3/8 5/8 7/8 in the sums 0.1 0.6 0.6 1.
TEST(SystematicResampling, TakesWhatIsAtEvenlySpacedPositions) {
  const double weights[] = {0.1, 0.5, 0, 0.4};
  EXPECT_EQ(SystematicResampling(weights, 0.5), (std::vector<int>{1, 1, 3, 3}));
  EXPECT_EQ(SystematicResampling(weights, 0), (std::vector<int>{0, 1, 1, 3}));
}

// Never does what has no weight stand there, whatever the rounding; n w_i, rounded up or down.
TEST(SystematicResampling, GivesEachItsShare) {
  for (int trial = 0; trial < 200; ++trial) {
    Random random(1, Stream::kTest, 0, static_cast<uint64_t>(trial));
    std::vector<double> weights(1 + random.Below(40));
    double sum = 0;
    for (double& w : weights) sum += w = random.Below(3) == 0 ? 0 : random.Uniform();
    if (sum == 0) continue;
    for (double& w : weights) w /= sum;
    const std::vector<int> drawn = SystematicResampling(weights, random.Uniform());
    ASSERT_EQ(drawn.size(), weights.size());
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
    for (size_t i = 0; i < weights.size(); ++i) {
      const auto times = static_cast<double>(std::count(drawn.begin(), drawn.end(), i));
      const double share = static_cast<double>(weights.size()) * weights[i];
      EXPECT_LT(std::abs(times - share), 1 + 1e-9);
      EXPECT_TRUE(weights[i] > 0 || times == 0);
    }
  }
}

// 5 standard deviations of 10000 draws are 0.025 at most.
TEST(RandomWalk, GoesToEitherNeighbourThatThereIs) {
  const auto shares = [](int level, int levels) {
    std::map<int, double> seen;
    for (int k = 0; k < 10000; ++k) {
      Random random(1, Stream::kTest, 0, static_cast<uint64_t>(k));
      seen[RandomWalk({}, levels, level, random)] += 1e-4;
    }
    return seen;
  };
  EXPECT_NEAR(shares(4, kLevels)[3], 0.4, 0.025);
  EXPECT_NEAR(shares(4, kLevels)[4], 0.2, 0.025);
  EXPECT_NEAR(shares(4, kLevels)[5], 0.4, 0.025);
  EXPECT_NEAR(shares(0, kLevels)[1], 0.8, 0.025);
  EXPECT_NEAR(shares(9, kLevels)[8], 0.8, 0.025);
  EXPECT_EQ(shares(0, 1).size(), 1u);
}

TEST(WalkTowardsDesirable, GoesDownWhereTooHardAndUpWhereTooEasy) {
  const LevelFilterConfig sure{.transition_probability = 1};
  Random random(1, Stream::kTest);
  EXPECT_EQ(WalkTowardsDesirable(sure, kLevels, {4, 0.4}, random), 3);
  EXPECT_EQ(WalkTowardsDesirable(sure, kLevels, {4, 0.95}, random), 5);
  EXPECT_EQ(WalkTowardsDesirable(sure, kLevels, {0, 0.4}, random), 0);
  EXPECT_EQ(WalkTowardsDesirable(sure, kLevels, {9, 0.95}, random), 9);
}

// Each of ten levels stays with probability 1/10: 5 standard deviations of 10000 are 0.015.
TEST(Remember, KeepsEachOfTheEarlierLevelsAsLikely) {
  std::map<int64_t, double> kept;
  for (int trial = 0; trial < 10000; ++trial) {
    LevelParticle particle = {};
    for (int level = 0; level < 10; ++level) {
      Random random(1, Stream::kTest, static_cast<uint32_t>(level), static_cast<uint64_t>(trial));
      Remember(level, random, particle);
    }
    kept[particle.memory] += 1e-4;
  }
  ASSERT_EQ(kept.size(), 10u);
  for (const auto& [level, share] : kept) EXPECT_NEAR(share, 0.1, 0.015) << level;
}

// --- robots of known skill: they traverse levels up to the skill surely, from two above it on
// never, and in between in a share of steps that falls linearly

class Skilled {
 public:
  explicit Skilled(int robots, LevelFilterConfig config = {})
      : config_(config), levels_(robots, 0), particles_(robots) {}

  // So many updates; the mean level over the last half of them.
  double MeanAfter(int updates, double skill) {
    double sum = 0;
    for (int k = 0; k < updates; ++k) {
      ++iteration_;
      std::vector<LevelRobot> robots;
      for (size_t i = 0; i < levels_.size(); ++i) {
        Random random(2, Stream::kTest, static_cast<uint32_t>(i), iteration_);
        particles_[i].counted = kSteps;
        for (int step = 0; step < kSteps; ++step)
          particles_[i].traversed += random.Uniform() < (skill + 2 - levels_[i]) / 2;
        robots.push_back({static_cast<int>(i), levels_[i], &particles_[i]});
      }
      UpdateLevels(config_, kLevels, /*type=*/0, robots, /*seed=*/1,
                   static_cast<int64_t>(iteration_));
      for (size_t i = 0; i < levels_.size(); ++i) {
        levels_[i] = static_cast<int>(particles_[i].next_level);
        if (2 * k >= updates) sum += levels_[i];
      }
    }
    return sum / static_cast<double>(levels_.size()) / (updates - updates / 2);
  }

 private:
  static constexpr int kSteps = 160;
  LevelFilterConfig config_;
  std::vector<int> levels_;
  std::vector<LevelParticle> particles_;
  uint64_t iteration_ = 0;
};

// Tr lies in [0.5, 0.9] from 0.2 above the skill to 1 above it. Wherever it begins; the few
// particles of a rare type too, of which no one may be on a desirable level.
TEST(UpdateLevels, KeepsTheMeanWhereTraversabilityIsDesirableAndFollowsASkill) {
  for (const int robots : {3, 10, 60}) {
    Skilled walkers(robots, {.replay_probability = 0});
    for (const double skill : {2.5, 6.5, 4.5}) {
      const double mean = walkers.MeanAfter(60, skill);
      EXPECT_GT(mean, skill + 0.2) << robots;
      EXPECT_LT(mean, skill + 1) << robots;
    }
  }
}

// What is replayed draws the mean back by no more than its share, 5 % of 8 levels.
TEST(UpdateLevels, ReplaysEarlierLevelsNowAndThen) {
  Skilled walkers(60);
  walkers.MeanAfter(60, 0.5);
  const double mean = walkers.MeanAfter(60, 6.5);
  EXPECT_GT(mean, 6.7 - 0.4);
  EXPECT_LT(mean, 7.5);
}

TEST(UpdateLevels, NeitherTheBestNorTheWorstGetsStuck) {
  Skilled best(20, {.replay_probability = 0}), worst(20, {.replay_probability = 0});
  EXPECT_GT(best.MeanAfter(60, 100), kLevels - 1.01);
  EXPECT_LT(worst.MeanAfter(60, -5), 0.01);
}

TEST(UpdateLevels, WhoHasNotWalkedEnoughWaits) {
  LevelParticle early = {.next_level = 3,
                         .counted = 49,
                         .traversed = 49,
                         .updates = 0,
                         .memory = 0},
                late = {.next_level = 5, .counted = 50, .traversed = 50, .updates = 0, .memory = 0};
  const LevelRobot robots[] = {{0, 3, &early}, {1, 5, &late}};
  UpdateLevels({.transition_probability = 1}, kLevels, 0, robots, 1, 10);
  EXPECT_EQ(early.counted, 49);
  EXPECT_EQ(early.next_level, 3);
  EXPECT_EQ(late.counted, 0);
  EXPECT_EQ(late.traversed, 0);
  EXPECT_EQ(late.next_level, 6);
}

}  // namespace
}  // namespace doggo::sim
