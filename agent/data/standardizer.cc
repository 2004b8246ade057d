#include "agent/data/standardizer.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace doggo::agent {

Standardizer MakeStandardizer(const Moments& training) {
  Standardizer standardizer = {.mean = training.mean.cast<Real>(),
                               .deviation = Variance(training).cwiseSqrt().cast<Real>()};
  for (Eigen::Index i = 0; i < training.mean.size(); ++i) {
    // the mean of n equal numbers is off by up to n epsilon of itself, which a constant feature
    // shows as its deviation
    const double rounding =
        training.count * std::numeric_limits<double>::epsilon() * std::abs(training.mean[i]);
    if (standardizer.deviation[i] <= rounding) standardizer.deviation[i] = 1;
  }
  return standardizer;
}

void Standardize(const Standardizer& standardizer, MatrixRef x) {
  if (standardizer.mean.size() == 0) return;
  assert(standardizer.mean.size() == x.rows());
  for (Eigen::Index k = 0; k < x.cols(); ++k)
    x.col(k).array() = (x.col(k) - standardizer.mean).array() / standardizer.deviation.array();
}

void Unstandardize(const Standardizer& standardizer, MatrixRef x) {
  if (standardizer.mean.size() == 0) return;
  assert(standardizer.mean.size() == x.rows());
  for (Eigen::Index k = 0; k < x.cols(); ++k)
    x.col(k).array() =
        x.col(k).array() * standardizer.deviation.array() + standardizer.mean.array();
}

}  // namespace doggo::agent
