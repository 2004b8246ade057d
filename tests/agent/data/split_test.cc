#include "agent/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace doggo::agent {
namespace {

// Both parts ascending, together 0 .. size-1.
void ExpectPartition(const Fold& fold, int size) {
  EXPECT_TRUE(std::is_sorted(fold.train.begin(), fold.train.end()));
  EXPECT_TRUE(std::is_sorted(fold.validation.begin(), fold.validation.end()));
  std::vector<int> all = fold.train;
  all.insert(all.end(), fold.validation.begin(), fold.validation.end());
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) EXPECT_EQ(all[static_cast<size_t>(i)], i);
}

std::vector<int> ValidationOf(const std::vector<Fold>& folds) {
  std::vector<int> all;
  for (const Fold& fold : folds)
    all.insert(all.end(), fold.validation.begin(), fold.validation.end());
  return all;
}

int CountOf(int label, const std::vector<int>& labels, const std::vector<int>& examples) {
  return static_cast<int>(std::count_if(examples.begin(), examples.end(), [&](int example) {
    return labels[static_cast<size_t>(example)] == label;
  }));
}

// 0 three times in five, 1 once in five, 2 once in five, mixed; then 3, twice in all.
std::vector<int> UnevenLabels() {
  std::vector<int> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(std::max(0, i % 5 - 2));
  labels.insert(labels.end(), {3, 3});
  return labels;
}

TEST(SplitByShare, HoldsOutTheShareRounded) {
  for (const auto& [size, share, held_out] :
       {std::tuple{10, 0.2, 2}, {10, 0.25, 3}, {1000, 0.1, 100}, {3, 0.5, 2}, {2, 0.5, 1}}) {
    const Fold fold = SplitByShare(size, share, 1);
    ExpectPartition(fold, size);
    EXPECT_EQ(static_cast<int>(fold.validation.size()), held_out) << share << " of " << size;
  }
}

TEST(SplitByShare, DependsOnTheSeedAlone) {
  EXPECT_EQ(SplitByShare(100, 0.3, 5).validation, SplitByShare(100, 0.3, 5).validation);
  EXPECT_NE(SplitByShare(100, 0.3, 5).validation, SplitByShare(100, 0.3, 6).validation);
}

// Each of ten examples is held out in 3 of 10 seeds: 10^4 seeds, standard deviation 46.
TEST(SplitByShare, HoldsOutEveryExampleEquallyOften) {
  std::vector<int> held_out(10, 0);
  for (uint64_t seed = 0; seed < 10000; ++seed)
    for (const int example : SplitByShare(10, 0.3, seed).validation)
      ++held_out[static_cast<size_t>(example)];
  for (const int count : held_out) EXPECT_NEAR(count, 3000, 4 * 46);
}

TEST(SplitByShare, RefusesToLeaveASideEmpty) {
  const auto message = [](int size, double share) -> std::string {
    try {
      SplitByShare(size, share, 1);
      return "";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  };
  for (const double share : {0.0, -1.0, 0.04, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_NE(message(10, share).find("leaves none to validate with"), std::string::npos) << share;
  for (const double share : {1.0, 0.96, 1e300})
    EXPECT_NE(message(10, share).find("leaves none to train on"), std::string::npos) << share;
  EXPECT_NE(message(0, 0.5), "");
  EXPECT_NE(message(1, 0.5), "");
}

TEST(SplitByShare, StratifiedKeepsEveryClassInProportion) {
  const std::vector<int> labels = UnevenLabels();
  const Fold fold = SplitByShare(labels, 0.25, 1);
  ExpectPartition(fold, 102);
  EXPECT_EQ(fold.validation.size(), 26u);  // 25.5, rounded
  const std::vector<int> count = {60, 20, 20, 2};
  for (int label = 0; label < 4; ++label)
    EXPECT_NEAR(CountOf(label, labels, fold.validation),
                26.0 / 102 * count[static_cast<size_t>(label)], 1);
  EXPECT_NE(fold.validation, SplitByShare(labels, 0.25, 2).validation);
}

TEST(KFolds, AreDisjointCoverAllAndDifferInSizeByOneAtMost) {
  for (const auto& [size, k] : {std::pair{10, 2}, {10, 3}, {10, 10}, {2, 2}, {103, 5}}) {
    const std::vector<Fold> folds = KFolds(size, k, 1);
    ASSERT_EQ(static_cast<int>(folds.size()), k);
    for (const Fold& fold : folds) {
      ExpectPartition(fold, size);
      EXPECT_GE(static_cast<int>(fold.validation.size()), size / k);
      EXPECT_LE(static_cast<int>(fold.validation.size()), (size + k - 1) / k);
    }
    std::vector<int> all = ValidationOf(folds);
    std::sort(all.begin(), all.end());
    ASSERT_EQ(static_cast<int>(all.size()), size);
    for (int i = 0; i < size; ++i) EXPECT_EQ(all[static_cast<size_t>(i)], i);
  }
}

TEST(KFolds, DependOnTheSeedAlone) {
  EXPECT_EQ(ValidationOf(KFolds(100, 5, 7)), ValidationOf(KFolds(100, 5, 7)));
  EXPECT_NE(ValidationOf(KFolds(100, 5, 7)), ValidationOf(KFolds(100, 5, 8)));
}

// Neighbours in a recording are alike: folds of neighbours would be no fair sample.
TEST(KFolds, AreNotRunsOfNeighbours) {
  const std::vector<int> first = KFolds(1000, 5, 1)[0].validation;
  EXPECT_LT(first.front(), 50);
  EXPECT_GT(first.back(), 950);
}

TEST(KFolds, RefuseAKThatLeavesNothingToTrainOnOrToValidateWith) {
  for (const auto& [size, k] : {std::pair{10, 1}, {10, 0}, {10, -3}, {10, 11}, {0, 2}, {1, 2}})
    EXPECT_THROW(KFolds(size, k, 1), std::invalid_argument) << k << " folds of " << size;
}

TEST(KFolds, StratifiedKeepEveryClassInProportion) {
  const std::vector<int> labels = UnevenLabels();
  for (const Fold& fold : KFolds(labels, 5, 1)) {
    ExpectPartition(fold, 102);
    EXPECT_NEAR(static_cast<double>(fold.validation.size()), 20.5, 0.5);
    EXPECT_EQ(CountOf(0, labels, fold.validation), 12);
    EXPECT_EQ(CountOf(1, labels, fold.validation), 4);
    EXPECT_EQ(CountOf(2, labels, fold.validation), 4);
    EXPECT_LE(CountOf(3, labels, fold.validation), 1);
  }
  EXPECT_NE(ValidationOf(KFolds(labels, 5, 1)), ValidationOf(KFolds(labels, 5, 2)));
}

}  // namespace
}  // namespace doggo::agent
