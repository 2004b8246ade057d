// The mini-batches of an epoch, which is one pass over the examples.
//
// Every example is in exactly one batch. The last batch holds what is left over and may be smaller:
// with L_b the mean loss over batch b of n_b examples, of n in all,
//   L = sum_b (n_b / n) L_b,   dL/dtheta = sum_b (n_b / n) dL_b/dtheta
// for one and the same theta. Whoever reports a loss over the epoch weights the batches so. A step
// taken after each batch moves theta: the batches of an epoch follow one another, only the examples
// of one batch are independent.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct BatchConfig {
  int batch_size = 32;  // 0: all examples, gradient descent; 1: stochastic gradient descent
  bool shuffle = true;  // anew in every epoch
};
ConfigFields Fields(BatchConfig& config);

// One pass. Kept from epoch to epoch, it allocates in the first only.
struct Epoch {
  std::vector<int> order;  // of the examples
  int batch_size = 1;

  int num_batches() const;
  // The examples of batch 0 .. num_batches()-1.
  std::span<const int> Batch(int index) const;
};

// The order is a function of (size, seed, epoch) alone.
void StartEpoch(const BatchConfig& config, int size, uint64_t seed, uint64_t epoch, Epoch& pass);

// out = the named columns of x, in that order; out has a column for each.
void Gather(const ConstMatrixRef& x, std::span<const int> columns, MatrixRef out);

}  // namespace doggo::agent
