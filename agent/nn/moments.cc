#include "agent/nn/moments.h"

#include <cassert>
#include <cmath>

namespace doggo::agent {

Moments MomentsOf(const ConstMatrixRef& x) {
  Moments moments;
  MomentsOf(x, moments);
  return moments;
}

void MomentsOf(const ConstMatrixRef& x, Moments& moments) {
  moments.mean.setZero(x.rows());
  moments.sum_square.setZero(x.rows());
  moments.count = static_cast<double>(x.cols());
  if (x.cols() == 0) return;
  for (Eigen::Index i = 0; i < x.cols(); ++i) moments.mean += x.col(i).cast<double>();
  moments.mean /= moments.count;
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    moments.sum_square += (x.col(i).cast<double>() - moments.mean).cwiseAbs2();
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
  Normalizer normalizer;
  normalizer.limit = static_cast<Real>(limit);
  Renew(moments, normalizer, epsilon);
  return normalizer;
}

void Renew(const Moments& moments, Normalizer& normalizer, double epsilon) {
  normalizer.mean = moments.mean.cast<Real>();
  normalizer.scale.resize(moments.mean.size());
  for (Eigen::Index i = 0; i < moments.mean.size(); ++i) {
    const double variance = moments.count > 0 ? moments.sum_square[i] / moments.count : 1;
    normalizer.scale[i] = static_cast<Real>(1 / std::sqrt(variance + epsilon));
  }
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
