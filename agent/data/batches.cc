#include "agent/data/batches.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "agent/data/shuffle.h"

namespace doggo::agent {

ConfigFields Fields(BatchConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"batch_size", &config.batch_size, "examples",
       "how many make one step; 0: all of them, 1: stochastic gradient descent", 0, 1e9},
      {"shuffle", &config.shuffle, "", "go through the examples in another order in every epoch"},
  };
}

int Epoch::num_batches() const {
  const int size = static_cast<int>(order.size());
  return size / batch_size + (size % batch_size != 0);
}

std::span<const int> Epoch::Batch(int index) const {
  assert(index >= 0 && index < num_batches());
  const size_t first = static_cast<size_t>(index) * static_cast<size_t>(batch_size);
  return std::span(order).subspan(first,
                                  std::min(order.size() - first, static_cast<size_t>(batch_size)));
}

void StartEpoch(const BatchConfig& config, int size, uint64_t seed, uint64_t epoch, Epoch& pass) {
  pass.batch_size = config.batch_size == 0 ? std::max(size, 1) : config.batch_size;
  if (config.shuffle) {
    Shuffle(size, seed, epoch, pass.order);
  } else {
    pass.order.resize(static_cast<size_t>(size));
    std::iota(pass.order.begin(), pass.order.end(), 0);
  }
}

void Gather(const ConstMatrixRef& x, std::span<const int> columns, MatrixRef out) {
  assert(out.rows() == x.rows() && out.cols() == static_cast<Eigen::Index>(columns.size()));
  for (Eigen::Index k = 0; k < out.cols(); ++k) out.col(k) = x.col(columns[static_cast<size_t>(k)]);
}

}  // namespace doggo::agent
