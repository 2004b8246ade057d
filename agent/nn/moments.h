// Running mean and variance of a stream of vectors, and the normalisation x -> (x - mean) / std by
// them. Merging two sets of moments is exact: Chan, Golub, LeVeque 1983, "Algorithms for computing
// the sample variance", eq. 2.1.
#pragma once

#include "agent/nn/real.h"

namespace doggo::agent {

struct Moments {
  double count = 0;
  Eigen::VectorXd mean;        // (dim)
  Eigen::VectorXd sum_square;  // (dim): sum of squared deviations from the mean

  explicit Moments(int dim = 0)
      : mean(Eigen::VectorXd::Zero(dim)), sum_square(Eigen::VectorXd::Zero(dim)) {}
};

// The moments of the columns of x; the second form allocates nothing where `moments` has their
// size.
Moments MomentsOf(const ConstMatrixRef& x);
void MomentsOf(const ConstMatrixRef& x, Moments& moments);

// The moments of both sets together. The result depends on the order of merging only by rounding:
// merge in a fixed order.
void Merge(const Moments& added, Moments& total);

// Population variance; 1 where nothing has been seen.
Eigen::VectorXd Variance(const Moments& moments);

// x -> clip((x - mean) / sqrt(variance + epsilon), +-limit), as vectors ready for use in Real.
struct Normalizer {
  Vector mean, scale;  // empty: the identity
  Real limit = 10;
};
Normalizer MakeNormalizer(const Moments& moments, double epsilon = 1e-8, double limit = 10);
// Mean and scale anew, the limit as it is; allocates nothing where the sizes stay.
void Renew(const Moments& moments, Normalizer& normalizer, double epsilon = 1e-8);
void Normalize(const Normalizer& normalizer, MatrixRef x);

}  // namespace doggo::agent
