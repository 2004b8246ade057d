#include "agent/data/shuffle.h"

#include <numeric>
#include <utility>

namespace doggo::agent {

void Shuffle(Random random, std::span<int> order) {
  for (size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.Below(static_cast<uint32_t>(i))]);
  }
}

void Shuffle(int size, uint64_t seed, uint64_t epoch, std::vector<int>& order) {
  order.resize(static_cast<size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  Shuffle(Random(seed, Stream::kShuffle, 0, epoch), order);
}

}  // namespace doggo::agent
