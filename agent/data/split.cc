#include "agent/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "agent/data/shuffle.h"

namespace doggo::agent {
namespace {

// A random order in which the examples of a class stand together: what is dealt out of it at even
// distances has every class in proportion.
std::vector<int> DealingOrder(std::span<const int> labels, uint64_t seed) {
  std::vector<int> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  Shuffle(Random(seed, Stream::kSplit), order);
  std::stable_sort(order.begin(), order.end(), [labels](int a, int b) {
    return labels[static_cast<size_t>(a)] < labels[static_cast<size_t>(b)];
  });
  return order;
}

// part_of: the part that validates each example.
Fold FoldOf(std::span<const int> part_of, int part) {
  Fold fold;
  for (int example = 0; example < static_cast<int>(part_of.size()); ++example) {
    const bool held_out = part_of[static_cast<size_t>(example)] == part;
    (held_out ? fold.validation : fold.train).push_back(example);
  }
  return fold;
}

// All examples of one class.
std::vector<int> OneClass(int size) { return std::vector<int>(static_cast<size_t>(size), 0); }

}  // namespace

Fold SplitByShare(std::span<const int> labels, double validation_share, uint64_t seed) {
  const auto size = static_cast<int64_t>(labels.size());
  const double wanted = std::round(validation_share * static_cast<double>(size));
  if (!(wanted >= 1 && wanted <= static_cast<double>(size) - 1)) {
    throw std::invalid_argument(fmt::format(
        "a validation share of {} of {} examples leaves none to {}; choose a share between 0 and 1 "
        "that gives each side one example at least",
        validation_share, size, wanted >= 1 ? "train on" : "validate with"));
  }
  // of every `size` places, `held_out` at even distances
  const auto held_out = static_cast<int64_t>(wanted);
  const std::vector<int> order = DealingOrder(labels, seed);
  std::vector<int> part_of(labels.size());
  for (int64_t i = 0; i < size; ++i) {
    part_of[static_cast<size_t>(order[static_cast<size_t>(i)])] =
        (i + 1) * held_out / size > i * held_out / size ? 1 : 0;
  }
  return FoldOf(part_of, 1);
}

Fold SplitByShare(int size, double validation_share, uint64_t seed) {
  return SplitByShare(OneClass(size), validation_share, seed);
}

std::vector<Fold> KFolds(std::span<const int> labels, int k, uint64_t seed) {
  if (k < 2 || static_cast<size_t>(k) > labels.size()) {
    throw std::invalid_argument(
        fmt::format("{} folds of {} examples: choose from 2 folds to as many as there are examples",
                    k, labels.size()));
  }
  const std::vector<int> order = DealingOrder(labels, seed);
  std::vector<int> part_of(labels.size());
  for (size_t i = 0; i < order.size(); ++i) {
    part_of[static_cast<size_t>(order[i])] = static_cast<int>(i % static_cast<size_t>(k));
  }
  std::vector<Fold> folds;
  for (int part = 0; part < k; ++part) folds.push_back(FoldOf(part_of, part));
  return folds;
}

std::vector<Fold> KFolds(int size, int k, uint64_t seed) { return KFolds(OneClass(size), k, seed); }

}  // namespace doggo::agent
