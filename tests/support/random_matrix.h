// Random test data, the same in every run and whatever ran before.
#pragma once

#include "agent/nn/real.h"
#include "sim/interface/random.h"

namespace doggo::test {

// Standard normal numbers; another seed, other numbers.
inline agent::Matrix RandomMatrix(Eigen::Index rows, Eigen::Index columns, uint64_t seed) {
  Random random(seed, Stream::kTest);
  return agent::Matrix::NullaryExpr(
      rows, columns, [&random] { return static_cast<agent::Real>(random.Normal()); });
}

inline agent::Vector RandomVector(Eigen::Index size, uint64_t seed) {
  return RandomMatrix(size, 1, seed);
}

inline agent::RowVector RandomRow(Eigen::Index size, uint64_t seed) {
  return RandomMatrix(1, size, seed);
}

}  // namespace doggo::test
