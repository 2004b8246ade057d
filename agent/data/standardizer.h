// Features of mean 0 and standard deviation 1. The statistics are those of the training part alone:
// taken over held-out examples too, they would let the training see what it is judged by.
#pragma once

#include "agent/nn/moments.h"
#include "agent/nn/real.h"

namespace doggo::agent {

struct Standardizer {
  Vector mean, deviation;  // one per feature; empty: the identity
};

// From MomentsOf(training inputs), or from the moments of its pieces merged. A feature that never
// changes gets the deviation 1.
Standardizer MakeStandardizer(const Moments& training);

//   x -> (x - mean) / deviation, in place, and back.
void Standardize(const Standardizer& standardizer, MatrixRef x);
void Unstandardize(const Standardizer& standardizer, MatrixRef x);

}  // namespace doggo::agent
