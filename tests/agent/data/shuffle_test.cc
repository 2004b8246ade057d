#include "agent/data/shuffle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace doggo::agent {
namespace {

TEST(Shuffle, IsAPermutation) {
  for (int size : {0, 1, 2, 1000}) {
    std::vector<int> order = {7, 7, 7};
    Shuffle(size, 1, 0, order);
    ASSERT_EQ(order.size(), static_cast<size_t>(size));
    std::sort(order.begin(), order.end());
    for (int i = 0; i < size; ++i) EXPECT_EQ(order[i], i);
  }
}

TEST(Shuffle, DependsOnSeedAndEpochAlone) {
  std::vector<int> a, b, other_epoch, other_seed;
  Shuffle(100, 1, 5, a);
  Shuffle(100, 2, 5, other_seed);
  Shuffle(100, 1, 6, other_epoch);
  Shuffle(100, 1, 5, b);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, other_seed);
  EXPECT_NE(a, other_epoch);
}

// The trainer's mini-batches hang on these bits: another order is another training run.
TEST(Shuffle, KeepsTheOrdersThatRunsWereMadeWith) {
  std::vector<int> order;
  Shuffle(10, 1, 5, order);
  EXPECT_EQ(order, std::vector<int>({8, 0, 4, 9, 2, 5, 6, 7, 3, 1}));
  Shuffle(10, 0x123456789abc, uint64_t{1} << 33, order);
  EXPECT_EQ(order, std::vector<int>({8, 7, 0, 3, 5, 1, 2, 4, 9, 6}));
}

// All 24 orders of four numbers, each about equally often: chi-square with 23 degrees of freedom
// exceeds 50 once in a thousand (the seeds are fixed).
TEST(Shuffle, GivesEveryOrderEquallyOften) {
  constexpr int kEpochs = 24000;
  std::map<std::vector<int>, int> count;
  std::vector<int> order;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    Shuffle(4, 1, epoch, order);
    ++count[order];
  }
  ASSERT_EQ(count.size(), 24u);
  double chi_square = 0;
  for (const auto& [_, c] : count) chi_square += std::pow(c - kEpochs / 24.0, 2) / (kEpochs / 24.0);
  EXPECT_LT(chi_square, 50);
}

}  // namespace
}  // namespace doggo::agent
