#include "agent/nn/moments.h"

#include <cassert>
#include <cmath>

namespace doggo::agent {

Moments MomentsOf(const ConstMatrixRef& x) {
  Moments moments(static_cast<int>(x.rows()));
  moments.count = static_cast<double>(x.cols());
  if (x.cols() == 0) return moments;
  for (Eigen::Index i = 0; i < x.cols(); ++i) moments.mean += x.col(i).cast<double>();
  moments.mean /= moments.count;
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    moments.sum_square += (x.col(i).cast<double>() - moments.mean).cwiseAbs2();
  return moments;
}

//   n = n_a + n_b,  d = mean_b - mean_a:   mean = mean_a + d n_b / n,   S = S_a + S_b + d^2 n_a n_b
//   / n.
void Merge(const Moments& added, Moments& total) {
  assert(added.mean.size() == total.mean.size());
  if (added.count == 0) return;
  const double count = total.count + added.count;
  total.sum_square += added.sum_square +
                      (added.mean - total.mean).cwiseAbs2() * (total.count * added.count / count);
  total.mean += (added.mean - total.mean) * (added.count / count);
  total.count = count;
}

Eigen::VectorXd Variance(const Moments& moments) {
  if (moments.count == 0) return Eigen::VectorXd::Ones(moments.mean.size());
  return moments.sum_square / moments.count;
}

Normalizer MakeNormalizer(const Moments& moments, double epsilon, double limit) {
  Normalizer normalizer = {.mean = moments.mean.cast<Real>(),
                           .scale = Vector(moments.mean.size()),
                           .limit = static_cast<Real>(limit)};
  const Eigen::VectorXd variance = Variance(moments);
  for (Eigen::Index i = 0; i < variance.size(); ++i) {
    normalizer.scale[i] = static_cast<Real>(1 / std::sqrt(variance[i] + epsilon));
  }
  return normalizer;
}

void Normalize(const Normalizer& normalizer, MatrixRef x) {
  if (normalizer.mean.size() == 0) return;
  assert(normalizer.mean.size() == x.rows());
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    x.col(i) = ((x.col(i) - normalizer.mean).array() * normalizer.scale.array())
                   .max(-normalizer.limit)
                   .min(normalizer.limit);
  }
}

}  // namespace doggo::agent
