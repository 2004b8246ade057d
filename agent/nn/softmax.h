// Numbers to probabilities: softmax and what belongs to it, column by column.
//   p_i = e^z_i / sum_j e^z_j
// Written plainly, e^z overflows; with the largest z taken off first nothing does, and p stays the
// same. Every column goes through the same instructions wherever it lies.
#pragma once

#include <algorithm>
#include <cmath>

#include "agent/nn/real.h"

namespace doggo::agent {

// In place, every column: z becomes p, all of it >= 0, with sum 1.
void Softmax(MatrixRef z);

// In place, every column: z becomes ln p, finite where p itself has underflowed to 0.
void LogSoftmax(MatrixRef z);

// ln sum_j e^z_j = max + log_sum; in two parts, so that large z lose no digits in ln p.
struct LogNormalizer {
  Real max, log_sum;

  Real LogProb(Real z_i) const { return (z_i - max) - log_sum; }
};
LogNormalizer LogNormalizerOf(const ConstVectorRef& z);

// The index of the largest element, of equals the lowest. Where z is empty or holds a NaN there is
// none: -1, which is no class and so never counts as a right answer.
int ArgMax(const ConstVectorRef& z);

// ln(1 + e^z), without overflow.
inline Real Softplus(Real z) { return std::max(z, Real{0}) + std::log1p(std::exp(-std::abs(z))); }

// 1 / (1 + e^-z), the derivative of Softplus.
inline Real Sigmoid(Real z) { return 1 / (1 + std::exp(-z)); }

}  // namespace doggo::agent
